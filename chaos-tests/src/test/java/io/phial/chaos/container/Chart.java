package io.phial.chaos.container;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/** The charts of this project, rendered by a real Helm and read strictly. */
final class Chart {
  static final Path NODES = Path.of("../helm/phial");
  static final Path AGENT = Path.of("../helm/phial-agent");
  static final Path WEB = Path.of("../helm/examples/web");

  private static final Set<String> MONITOR_FIELDS = Set.of("selector", "endpoints");
  private static final Set<String> ENDPOINT_FIELDS = Set.of("port", "path", "interval");

  private Chart() {}

  static String render(Path chart, String release, String namespace, List<Path> values) {
    var template = new Helm(chart).template().withName(release).withNamespace(namespace);
    values.forEach(template::withValuesFile);
    return template.withKubeVersion("1.33.0").call();
  }

  /** The example with its dependency in place, as `helm dependency build` leaves it. */
  static Path web(Path dir) {
    Path copy = dir.resolve("web");
    copy(WEB, copy);
    copy(AGENT, copy.resolve("charts/phial-agent"));
    return copy;
  }

  /** A copy of the nodes' chart whose defaults are these values: lint takes no values file. */
  static Path with(List<Path> values, Path dir) throws IOException {
    Path copy = dir.resolve("phial");
    copy(NODES, copy);
    Map<String, Object> merged =
        cast(new Yaml().load(Files.readString(copy.resolve("values.yaml"))));
    for (Path file : values) {
      merge(merged, cast(new Yaml().load(Files.readString(file))));
    }
    Files.writeString(copy.resolve("values.yaml"), new Yaml().dump(merged));
    return copy;
  }

  private static void merge(Map<String, Object> into, Map<String, Object> more) {
    more.forEach(
        (key, value) -> {
          if (value instanceof Map && into.get(key) instanceof Map) {
            merge(cast(into.get(key)), cast(value));
          } else {
            into.put(key, value);
          }
        });
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Map<String, Object>> objects(String manifests) {
    List<Map<String, Object>> found = new ArrayList<>();
    for (Object document : new Yaml().loadAll(manifests)) {
      if (document instanceof Map<?, ?> map) {
        found.add(cast(map));
      }
    }
    return found;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> cast(Object map) {
    return (Map<String, Object>) map;
  }

  /** Throws with the field's name when an object has one that is unknown, missing or ill-shaped. */
  static void check(Map<String, Object> object) {
    String version = object.get("apiVersion").toString();
    String kind = object.get("kind").toString();
    if (version.startsWith("monitoring.coreos.com/")) {
      checkMonitor(object);
      return;
    }
    String prefix = version.replaceFirst(".*/", "");
    String name = Character.toUpperCase(prefix.charAt(0)) + prefix.substring(1) + kind;
    try {
      Class<?> model = Class.forName("io.kubernetes.client.openapi.models." + name);
      JsonElement json = new Gson().toJsonTree(object);
      model.getMethod("validateJsonElement", JsonElement.class).invoke(null, json);
      model.getMethod("fromJson", String.class).invoke(null, json.toString());
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(kind + ": " + e.getCause().getMessage(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("no model of " + version + " " + kind, e);
    }
  }

  // A custom resource has no model here; the few fields that we use are known.
  private static void checkMonitor(Map<String, Object> object) {
    Map<String, Object> spec = cast(object.get("spec"));
    requireWithin(spec.keySet(), MONITOR_FIELDS);
    for (Object endpoint : (List<?>) spec.get("endpoints")) {
      requireWithin(cast(endpoint).keySet(), ENDPOINT_FIELDS);
    }
  }

  private static void requireWithin(Set<String> fields, Set<String> known) {
    if (!known.containsAll(fields)) {
      throw new IllegalArgumentException("ServiceMonitor: unknown field among " + fields);
    }
  }
}
