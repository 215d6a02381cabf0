package io.phial.chaos.container;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.Yaml;

/** What the charts render, kept beside this class and checked by a test to be just that. */
final class Manifests {
  private final List<Map<String, Object>> objects = new ArrayList<>();

  private Manifests() {}

  static Manifests of(String resource) {
    Manifests found = new Manifests();
    try (InputStream in = Manifests.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + resource);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (Object document : new Yaml().loadAll(text)) {
        if (document instanceof Map<?, ?>) {
          found.objects.add(map(document));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("resource " + resource, e);
    }
    return found;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Object value) {
    return value == null ? Map.of() : (Map<String, Object>) value;
  }

  static List<Map<String, Object>> list(Object value) {
    return value == null
        ? List.of()
        : ((List<?>) value).stream().map(Manifests::map).collect(Collectors.toList());
  }

  /** The pod's spec of the only object of this kind. */
  Map<String, Object> podOf(String kind) {
    Map<String, Object> spec = map(object(kind, "").get("spec"));
    return map(map(spec.get("template")).get("spec"));
  }

  /** The names under which a service is looked up. */
  List<String> serviceNames(String namespace) {
    List<String> names = new ArrayList<>();
    for (Map<String, Object> object : objects) {
      if ("Service".equals(object.get("kind"))) {
        String name = String.valueOf(map(object.get("metadata")).get("name"));
        names.add(name);
        names.add(name + "." + namespace + ".svc.cluster.local");
      }
    }
    return names;
  }

  private Map<String, Object> object(String kind, String name) {
    return objects.stream()
        .filter(object -> kind.equals(object.get("kind")))
        .filter(o -> name.isEmpty() || name.equals(map(o.get("metadata")).get("name")))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + kind + " " + name));
  }

  /** The files of a volume by name; an empty directory has none. */
  Map<String, byte[]> filesOf(Map<String, Object> volume) {
    Map<String, byte[]> files = new HashMap<>();
    if (volume.containsKey("configMap")) {
      String name = String.valueOf(map(volume.get("configMap")).get("name"));
      map(object("ConfigMap", name).get("data"))
          .forEach((key, v) -> files.put(key, v.toString().getBytes(StandardCharsets.UTF_8)));
    } else if (volume.containsKey("secret")) {
      Map<String, Object> secret = map(volume.get("secret"));
      Map<String, Object> data =
          map(object("Secret", String.valueOf(secret.get("secretName"))).get("data"));
      for (Map<String, Object> item : list(secret.get("items"))) {
        String encoded = String.valueOf(data.get(String.valueOf(item.get("key"))));
        files.put(String.valueOf(item.get("path")), Base64.getDecoder().decode(encoded));
      }
    } else if (!volume.containsKey("emptyDir")) {
      throw new IllegalStateException("no such volume here: " + volume);
    }
    return files;
  }
}
