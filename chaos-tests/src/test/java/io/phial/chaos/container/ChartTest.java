package io.phial.chaos.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import io.phial.node.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The charts by a real Helm: lint, rendering, strict reading, cross-checks. */
class ChartTest {
  private static final Path GOLDEN = Path.of("src/main/resources/io/phial/chaos/container");

  @TempDir private Path dir;

  @BeforeAll
  static void needsLinux() {
    Assumptions.assumeTrue(
        System.getProperty("os.arch").equals("amd64") && Files.isDirectory(Path.of("/proc")),
        "Helm comes as a library for 64-bit Linux only here");
  }

  static Stream<List<Path>> valueSets() throws IOException {
    List<List<Path>> sets = new ArrayList<>();
    sets.add(List.of());
    try (Stream<Path> files = Files.list(Chart.NODES.resolve("ci"))) {
      files.sorted().forEach(file -> sets.add(List.of(file)));
    }
    return sets.stream();
  }

  @Test
  void shouldHaveTheDefaultAndEightValueSetsOrMore() throws IOException {
    assertThat(valueSets().count()).isGreaterThanOrEqualTo(9);
  }

  @ParameterizedTest
  @MethodSource("valueSets")
  void shouldLintAndBeReadStrictlyAndHangTogether(List<Path> values) throws Exception {
    assertThat(new Helm(Chart.with(values, dir)).lint().strict().call().isFailed()).isFalse();
    List<Map<String, Object>> objects =
        Chart.objects(Chart.render(Chart.NODES, "rel", "ns", values));
    objects.forEach(Chart::check);
    crossCheck(objects);
    checkConfig(objects);
  }

  /** Selectors, ports, probes, volumes, secrets and accounts name what is there. */
  private static void crossCheck(List<Map<String, Object>> objects) {
    Map<String, Object> set = of(objects, "StatefulSet").get(0);
    Map<String, Object> template = map(map(set, "spec"), "template");
    Map<String, Object> labels = map(map(template, "metadata"), "labels");
    Map<String, Object> pod = map(template, "spec");
    Map<String, Object> node = Chart.cast(list(pod, "containers").get(0));
    Map<String, String> ports = new HashMap<>();
    for (Object port : list(node, "ports")) {
      Map<String, Object> one = Chart.cast(port);
      assertThat(ports.put(one.get("name").toString(), one.get("protocol").toString())).isNull();
      assertThat(one.get("name").toString()).hasSizeLessThanOrEqualTo(15);
    }
    assertThat(labels).containsAllEntriesOf(map(map(map(set, "spec"), "selector"), "matchLabels"));
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      Object port = map(map(node, probe), "httpGet").get("port");
      assertThat(ports).containsKey(port.toString());
    }
    checkServices(objects, set, labels, ports);
    checkVolumes(objects, pod, node);
    for (Map<String, Object> policy : of(objects, "NetworkPolicy")) {
      Map<String, Object> spec = map(policy, "spec");
      assertThat(labels).containsAllEntriesOf(map(map(spec, "podSelector"), "matchLabels"));
      checkFence(list(spec, "ingress"), ports);
    }
    for (Map<String, Object> budget : of(objects, "PodDisruptionBudget")) {
      assertThat(labels)
          .containsAllEntriesOf(map(map(map(budget, "spec"), "selector"), "matchLabels"));
    }
    checkSecurity(pod, node);
  }

  private static void checkServices(
      List<Map<String, Object>> objects,
      Map<String, Object> set,
      Map<String, Object> labels,
      Map<String, String> ports) {
    List<String> names = new ArrayList<>();
    for (Map<String, Object> service : of(objects, "Service")) {
      Map<String, Object> spec = map(service, "spec");
      names.add(map(service, "metadata").get("name").toString());
      assertThat(labels).containsAllEntriesOf(map(spec, "selector"));
      for (Object port : list(spec, "ports")) {
        Map<String, Object> one = Chart.cast(port);
        assertThat(ports.get(one.get("targetPort").toString())).isEqualTo(one.get("protocol"));
      }
    }
    assertThat(names).contains(map(set, "spec").get("serviceName").toString());
  }

  private static void checkVolumes(
      List<Map<String, Object>> objects, Map<String, Object> pod, Map<String, Object> node) {
    List<String> volumes = new ArrayList<>();
    for (Object volume : list(pod, "volumes")) {
      Map<String, Object> one = Chart.cast(volume);
      volumes.add(one.get("name").toString());
      if (one.containsKey("configMap")) {
        Object name = map(one, "configMap").get("name");
        assertThat(of(objects, "ConfigMap"))
            .anyMatch(config -> map(config, "metadata").get("name").equals(name));
      }
    }
    List<String> mounted = new ArrayList<>();
    for (Object mount : list(node, "volumeMounts")) {
      mounted.add(Chart.cast(mount).get("name").toString());
    }
    assertThat(mounted).containsExactlyInAnyOrderElementsOf(volumes);
  }

  /** Hazelcast's and the bus's ports are open to nodes only; gossip's, too. */
  private static void checkFence(List<?> rules, Map<String, String> ports) {
    for (Object rule : rules) {
      Map<String, Object> one = Chart.cast(rule);
      for (Object port : list(one, "ports")) {
        String name = Chart.cast(port).get("port").toString();
        assertThat(ports).containsKey(name);
        if (List.of("hazelcast", "bus", "gossip-udp", "gossip-tcp").contains(name)) {
          assertThat(list(one, "from"))
              .singleElement()
              .satisfies(peer -> assertThat(Chart.cast(peer)).containsOnlyKeys("podSelector"));
        }
      }
    }
  }

  // What the restricted Pod Security Standard asks for, and no token.
  private static void checkSecurity(Map<String, Object> pod, Map<String, Object> node) {
    Map<String, Object> security = map(node, "securityContext");
    assertThat(security).containsEntry("allowPrivilegeEscalation", false);
    assertThat(security).containsEntry("readOnlyRootFilesystem", true);
    assertThat(map(security, "capabilities")).containsEntry("drop", List.of("ALL"));
    assertThat(map(pod, "securityContext")).containsEntry("runAsNonRoot", true);
    assertThat(map(map(pod, "securityContext"), "seccompProfile"))
        .containsEntry("type", "RuntimeDefault");
    assertThat(pod).containsEntry("automountServiceAccountToken", false);
    for (String absent : List.of("hostNetwork", "hostPID", "hostIPC")) {
      assertThat(pod).doesNotContainKey(absent);
    }
  }

  /** The file that a node reads is one that a node takes. */
  private void checkConfig(List<Map<String, Object>> objects) throws Exception {
    Map<String, Object> data = map(of(objects, "ConfigMap").get(0), "data");
    Path file = Files.writeString(dir.resolve("phial.yaml"), data.get("phial.yaml").toString());
    // The pods get their keys as a file of a secret; here they come as the environment gives them.
    Map<String, String> environment =
        Map.of("PHIAL_NODE_BIND", "10.0.0.1", "PHIAL_GOSSIP_KEYS", "1:AAECAwQFBgcICQoLDA0ODw==");
    var loaded = ConfigLoader.load(file, environment, Map.of());
    assertThat(loaded.config().health().port()).isPositive();
    assertThat(loaded.config().gossip().seeds()).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("typos")
  void shouldRefuseATypoByItsName(String values, String name) throws IOException {
    Path file = Files.writeString(dir.resolve("v.yaml"), values);
    assertThatThrownBy(() -> Chart.render(Chart.NODES, "rel", "ns", List.of(file)))
        .hasMessageContaining(name);
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> typos() {
    return Stream.of(
        org.junit.jupiter.params.provider.Arguments.of("replcas: 3\n", "replcas"),
        org.junit.jupiter.params.provider.Arguments.of("ports: {gosip: 1}\n", "gosip"),
        org.junit.jupiter.params.provider.Arguments.of("replicas: many\n", "replicas"),
        org.junit.jupiter.params.provider.Arguments.of("services: {mqtt: {}}\n", "mqtt"),
        org.junit.jupiter.params.provider.Arguments.of(
            "networkPolicy: {enabled: \"yes\"}\n", "networkPolicy"));
  }

  @Test
  void shouldAddTheAgentToTheExamplesPod() {
    Path web = Chart.web(dir);
    assertThat(new Helm(web).lint().strict().call().isFailed()).isFalse();
    List<Map<String, Object>> objects = Chart.objects(Chart.render(web, "shop", "ns", List.of()));
    objects.forEach(Chart::check);
    Map<String, Object> pod =
        map(map(map(of(objects, "Deployment").get(0), "spec"), "template"), "spec");
    Map<String, Object> agent = Chart.cast(list(pod, "initContainers").get(0));
    assertThat(agent).containsEntry("restartPolicy", "Always").doesNotContainKey("readinessProbe");
    assertThat(map(map(agent, "startupProbe"), "httpGet")).containsEntry("port", "phial-health");
    assertThat(pod).containsEntry("shareProcessNamespace", true);
    String volume = Chart.cast(list(agent, "volumeMounts").get(0)).get("name").toString();
    assertThat(list(pod, "volumes")).anyMatch(v -> Chart.cast(v).get("name").equals(volume));
  }

  @Test
  void shouldRefuseATypoInTheAgentsSettings() throws IOException {
    Path file = Files.writeString(dir.resolve("v.yaml"), "phial: {htpp: 8080/healthz}\n");
    Path web = Chart.web(dir);
    assertThatThrownBy(() -> Chart.render(web, "shop", "ns", List.of(file)))
        .hasMessageContaining("htpp");
  }

  /** The pods that the container runs start are the charts' own. */
  @Test
  void shouldRenderWhatTheContainersRun() throws IOException {
    String nodes =
        Chart.render(Chart.NODES, "phial", "phial", List.of(GOLDEN.resolve("nodes-values.yaml")));
    String web =
        Chart.render(Chart.web(dir), "web", "shop", List.of(GOLDEN.resolve("web-values.yaml")));
    if (Boolean.getBoolean("phial.golden.write")) {
      Files.writeString(GOLDEN.resolve("nodes.yaml"), nodes);
      Files.writeString(GOLDEN.resolve("web.yaml"), web);
    }
    assertThat(GOLDEN.resolve("nodes.yaml")).hasContent(nodes);
    assertThat(GOLDEN.resolve("web.yaml")).hasContent(web);
  }

  private static List<Map<String, Object>> of(List<Map<String, Object>> objects, String kind) {
    return objects.stream().filter(object -> object.get("kind").equals(kind)).toList();
  }

  private static Map<String, Object> map(Map<String, Object> parent, String field) {
    assertThat(parent).containsKey(field);
    return Chart.cast(parent.get(field));
  }

  private static List<?> list(Map<String, Object> parent, String field) {
    assertThat(parent).containsKey(field);
    return (List<?>) parent.get(field);
  }
}
