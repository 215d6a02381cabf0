package io.phial.chaos.container;

import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Network.Ipam;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.utility.DockerImageName;

/**
 * Three nodes and, when asked for, a watched program with its agent, as the charts render them, on
 * one network with the names that Kubernetes gives.
 */
final class PodCluster implements AutoCloseable {
  static final int NODES = 3;
  private static final Duration READY_LIMIT = Duration.ofMinutes(4);
  private static final String ID = "shop/web/web-0";

  private final Manifests manifests = Manifests.of("nodes.yaml");
  private final Manifests web = Manifests.of("web.yaml");
  private final Path files;
  private final int third = ThreadLocalRandom.current().nextInt(1, 250);
  private final Network network;
  private final List<GenericContainer<?>> nodes = new ArrayList<>();
  private @Nullable GenericContainer<?> sandbox;
  private @Nullable GenericContainer<?> app;
  private @Nullable GenericContainer<?> agent;

  PodCluster() throws IOException {
    files =
        Files.createTempDirectory(
            "phial-pods",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    network =
        Network.builder()
            .createNetworkCmdModifier(
                create ->
                    create.withIpam(
                        new Ipam()
                            .withConfig(new Ipam.Config().withSubnet("10.213." + third + ".0/24"))))
            .build();
  }

  /** Starts the nodes; returns when all are ready. */
  void start() throws IOException, InterruptedException {
    Map<String, Object> pod = manifests.podOf("StatefulSet");
    Map<String, Object> spec = Manifests.list(pod.get("containers")).get(0);
    for (int i = 0; i < NODES; i++) {
      String name = "phial-" + i;
      String address = address(i);
      Path own = Files.createDirectories(files.resolve(name));
      GenericContainer<?> node =
          new Pod(manifests, pod, spec, name, address, own)
              .container(create -> create.withHostName(name).withIpv4Address(address))
              .withNetwork(network)
              .withNetworkAliases(manifests.serviceNames("phial").toArray(String[]::new));
      node.withNetworkAliases(name);
      nodes.add(node);
    }
    nodes.parallelStream().forEach(GenericContainer::start);
    awaitReady();
  }

  void awaitReady() throws InterruptedException {
    for (int i = 0; i < NODES; i++) {
      int node = i;
      Ask.until(
          READY_LIMIT, "node " + i + " ready", () -> Ask.status(health(node, "/readyz")) == 200);
    }
    for (int i = 0; i < NODES; i++) {
      int node = i;
      Ask.until(
          READY_LIMIT,
          "all nodes ALIVE at " + i,
          () -> Ask.states(api(node)).equals("ALIVE ALIVE ALIVE"));
    }
  }

  /** Starts the program and its agent; returns when the nodes say that it is ALIVE. */
  void startAgent() throws IOException, InterruptedException {
    startSandbox();
    startApp();
    Map<String, Object> pod = web.podOf("Deployment");
    Map<String, Object> spec = Manifests.list(pod.get("initContainers")).get(0);
    GenericContainer<?> started =
        new Pod(web, pod, spec, "web-0", address(NODES), files)
            .container(create -> join(create.getHostConfig()));
    agent = started;
    started.start();
    Ask.until(READY_LIMIT, "the program ALIVE", () -> verdict().equals("ALIVE"));
  }

  // Like the pause container of a pod: it holds the namespaces, so that no other's end takes them.
  private void startSandbox() {
    GenericContainer<?> started =
        new GenericContainer<>(DockerImageName.parse(Engine.TOOLS))
            .withImagePullPolicy(any -> false)
            .withCommand("sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1; done")
            .withNetwork(network)
            .withCreateContainerCmdModifier(
                create -> create.withHostName("web-0").withIpv4Address(address(NODES)));
    sandbox = started;
    started.start();
  }

  /** Starts the program, again if need be. */
  void startApp() throws IOException {
    Map<String, Object> pod = web.podOf("Deployment");
    Map<String, Object> spec = Manifests.list(pod.get("containers")).get(0);
    GenericContainer<?> started =
        new Pod(web, pod, spec, "web-0", address(NODES), files)
            .container(
                create -> {
                  join(create.getHostConfig());
                  create.getHostConfig().withTmpFs(Map.of("/tmp", "rw,mode=1777"));
                });
    app = started;
    started.start();
  }

  private void join(@Nullable HostConfig host) {
    String id = require(sandbox).getContainerId();
    if (host != null) {
      host.withNetworkMode("container:" + id).withPidMode("container:" + id);
    }
  }

  private static GenericContainer<?> require(@Nullable GenericContainer<?> container) {
    if (container == null) {
      throw new IllegalStateException("not started");
    }
    return container;
  }

  String address(int node) {
    return "10.213." + third + "." + (10 + node);
  }

  String api(int node) {
    return "http://" + address(node) + ":8080";
  }

  String health(int node, String path) {
    return "http://" + address(node) + ":8081" + path;
  }

  String nodeId(int node) {
    return nodes.get(node).getContainerId();
  }

  String appId() {
    return require(app).getContainerId();
  }

  String agentId() {
    return require(agent).getContainerId();
  }

  List<String> aliases() {
    return manifests.serviceNames("phial");
  }

  Network network() {
    return network;
  }

  /** What the first node that answers says about the program. */
  String verdict() {
    for (int i = 0; i < NODES; i++) {
      String verdict = Ask.verdict(api(i), ID);
      if (!verdict.isEmpty()) {
        return verdict;
      }
    }
    return "";
  }

  /** Asks the agent on its loopback, as the program would. */
  String askAgent(String path) throws IOException, InterruptedException {
    return require(sandbox)
        .execInContainer("wget", "-q", "-O", "-", "http://127.0.0.1:7171" + path)
        .getStdout();
  }

  @Override
  public void close() {
    for (GenericContainer<?> container : new GenericContainer<?>[] {agent, app, sandbox}) {
      if (container != null) {
        container.stop();
      }
    }
    nodes.forEach(GenericContainer::stop);
    network.close();
    try (Stream<Path> all = Files.walk(files)) {
      all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
