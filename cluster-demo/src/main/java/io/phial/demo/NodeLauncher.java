package io.phial.demo;

import io.phial.core.wire.KeyRing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** Starts one node's process and waits until it and the others agree that it is there. */
final class NodeLauncher {
  private static final Duration READY_LIMIT = Duration.ofSeconds(90);
  private static final String CLASH = "already in use";
  private static final int SECRET_BYTES = 16;
  private static final String SECRET_VARIABLE = "PHIAL_CLIENTS_SECRET";
  private static final String KEYS_VARIABLE = "PHIAL_GOSSIP_KEYS";

  /**
   * What tells this cluster from every other one.
   *
   * @param name of the cluster
   * @param secret of its clients' MACs, in hex; goes by the environment, as arguments are public
   * @param gossipKeys seal what its nodes tell each other; go the same way
   */
  record Identity(String name, String secret, KeyRing gossipKeys) {
    /** A new one. */
    static Identity create() {
      SecureRandom random = new SecureRandom();
      byte[] bytes = new byte[SECRET_BYTES];
      random.nextBytes(bytes);
      String secret = HexFormat.of().formatHex(bytes);
      long pid = ProcessHandle.current().pid();
      String name = "phial-demo-" + pid + "-" + Integer.toString(random.nextInt(1 << 20), 36);
      random.nextBytes(bytes);
      return new Identity(name, secret, KeyRing.of(1, bytes));
    }
  }

  /** Somebody took a port between its reservation and its use. */
  static final class PortClash extends Exception {
    private static final long serialVersionUID = 1L;

    PortClash(String message) {
      super(message);
    }
  }

  private final ClusterSpec spec;
  private final Identity identity;
  private final LogDir logs;
  private final Warden warden;
  private final VerdictLog verdicts;
  private final Consumer<ChildProcess> started;

  NodeLauncher(
      ClusterSpec spec,
      Identity identity,
      LogDir logs,
      Warden warden,
      VerdictLog verdicts,
      Consumer<ChildProcess> started) {
    this.spec = spec;
    this.identity = identity;
    this.logs = logs;
    this.warden = warden;
    this.verdicts = verdicts;
    this.started = started;
  }

  /** Starts it; returns when it is ready and every node that is up sees every other ALIVE. */
  void launch(DemoNode node, List<DemoNode> all)
      throws IOException, InterruptedException, PortClash {
    begin(node, all);
    awaitReady(node, all);
  }

  /**
   * Starts it; returns when its cluster store has joined. Until it is ready takes longer for the
   * first node, which waits for company before it trusts to be alone.
   */
  void begin(DemoNode node, List<DemoNode> all)
      throws IOException, InterruptedException, PortClash {
    List<String> command =
        JavaCommand.node(
            spec.javaHome(), spec.jvmArgs(), arguments(spec, identity.name(), node, all));
    Path log = logs.file(node.id() + ".log");
    Map<String, String> environment =
        Map.of(
            SECRET_VARIABLE,
            identity.secret(),
            KEYS_VARIABLE,
            identity.gossipKeys().text().strip());
    ChildProcess process =
        ChildProcess.start(node.id(), command, environment, log, lines(node), warden);
    started.accept(process);
    node.process(process);
    await(node, "in the store", () -> node.api().nodes().map(NodesView::usable).orElse(false));
  }

  /** Returns when it is ready and every node that is up sees every other ALIVE. */
  void awaitReady(DemoNode node, List<DemoNode> all) throws InterruptedException, PortClash {
    await(node, "ready", node.api()::isReady);
    List<DemoNode> up = all.stream().filter(DemoNode::isUp).toList();
    await(node, "in the view of all", () -> allSeeAll(up));
  }

  private void await(DemoNode node, String what, Poll.Question question)
      throws InterruptedException, PortClash {
    ChildProcess process = node.process();
    boolean done = Poll.until(READY_LIMIT, () -> !process.isRunning() || question.ask());
    if (!process.isRunning()) {
      String tail = logs.tail(node.id() + ".log");
      String message = node + " ended with " + process.exitCode() + " before it was " + what;
      if (tail.contains(CLASH)) {
        throw new PortClash(message + ": a port is taken");
      }
      throw new DemoException(message + ": " + reason(tail));
    }
    if (!done) {
      throw new DemoException(
          node + " was not " + what + " within " + READY_LIMIT.toSeconds() + " s");
    }
  }

  /** The first line that tells of an error with the one after it, else the last line. */
  static String reason(String log) {
    List<String> lines = log.lines().filter(line -> !line.isBlank()).toList();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains("ERROR") || lines.get(i).contains("Exception")) {
        return String.join(" ", lines.subList(i, Math.min(i + 2, lines.size())));
      }
    }
    return lines.isEmpty() ? "it logged nothing" : lines.get(lines.size() - 1);
  }

  private static boolean allSeeAll(List<DemoNode> up) throws InterruptedException {
    for (DemoNode node : up) {
      Optional<NodesView> view = node.api().nodes();
      if (view.isEmpty() || view.get().count("ALIVE") != up.size()) {
        return false;
      }
    }
    return true;
  }

  /** Reads events; every line is also written to a file beside the log. */
  private Consumer<String> lines(DemoNode node) {
    Path copy = logs.file(node.id() + ".events");
    return line -> {
      Optional<VerdictEvent> event = VerdictEvent.parse(line);
      event.ifPresentOrElse(e -> verdicts.add(new Sighting(node.id(), e)), node::oddLine);
      try (Writer writer =
          Files.newBufferedWriter(copy, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        writer.write(line + "\n");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  /** The arguments of {@code phial} for one node. */
  static List<String> arguments(
      ClusterSpec spec, String cluster, DemoNode node, List<DemoNode> all) {
    NodePorts ports = node.ports();
    List<String> args = new ArrayList<>();
    args.addAll(List.of("--id", node.id(), "--bind", NodePorts.HOST, "--cluster", cluster));
    args.addAll(List.of("--gossip-port", Integer.toString(ports.gossip())));
    args.addAll(List.of("--hazelcast-port", Integer.toString(ports.hazelcast())));
    args.addAll(List.of("--tcp-port", Integer.toString(ports.tcp())));
    args.addAll(List.of("--udp-port", Integer.toString(ports.udp())));
    args.addAll(List.of("--http-port", Integer.toString(ports.http())));
    args.addAll(List.of("--gossip-seeds", addresses(all, NodePorts::gossip)));
    args.addAll(List.of("--hazelcast-members", addresses(all, NodePorts::hazelcast)));
    args.addAll(List.of("--view", "hazelcast", "--print-events"));
    args.addAll(spec.nodeArgs());
    return args;
  }

  private static String addresses(List<DemoNode> all, ToIntFunction<NodePorts> port) {
    return all.stream()
        .map(n -> NodePorts.HOST + ":" + port.applyAsInt(n.ports()))
        .collect(Collectors.joining(","));
  }
}
