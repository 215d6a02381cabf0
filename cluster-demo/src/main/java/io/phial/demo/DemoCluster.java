package io.phial.demo;

import static io.phial.demo.VerdictEvent.CLIENT;
import static io.phial.demo.VerdictEvent.NODE;

import io.phial.core.wire.Endpoint;
import io.phial.core.wire.KeyRing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A Phial cluster of real processes on loopback, with real clients, for demos and tests.
 *
 * <p>{@link #start()} brings up the nodes one after another; clients follow by {@link #startFleet},
 * {@link #startSeedClient} and {@link #startUdpClient}. Faults go through {@link #kill(DemoNode)}
 * and its siblings, which keep {@link #health()} in step, so that {@link #verdicts()} can be judged
 * at any moment. {@link #close()} leaves nothing behind, also when the JVM is told to end or is
 * killed.
 *
 * <p>Use it from one thread; {@code verdicts}, {@code health} and {@code close} from any.
 */
public final class DemoCluster implements AutoCloseable {
  private static final int START_ATTEMPTS_MAX = 3;
  private static final int BENCH_MEGABYTES = 512;
  private static final Duration GRACEFUL_LIMIT = Duration.ofSeconds(8);

  private final ClusterSpec spec;
  private final VerdictLog verdicts = new VerdictLog();
  private final HealthBook health = new HealthBook();
  private final SplittableRandom random;
  private final List<ChildProcess> children = new CopyOnWriteArrayList<>();
  private final List<LossyRelay> relays = new CopyOnWriteArrayList<>();
  private final Thread hook = new Thread(this::close, "demo-shutdown");
  private final NodeLauncher.Identity identity = NodeLauncher.Identity.create();
  private @Nullable LogDir logs;
  private @Nullable Warden warden;
  private @Nullable PortBlock ports;
  private @Nullable Programs programs;
  private List<DemoNode> nodes = List.of();
  private @Nullable Fleet fleet;
  private int clientsStarted;
  private boolean closed;

  /** Describes a cluster; {@link #start()} starts it. */
  public DemoCluster(ClusterSpec spec) {
    this.spec = spec;
    this.random = new SplittableRandom(spec.seed());
  }

  /**
   * Starts all nodes, one after another, and waits until each sees the others.
   *
   * @throws DemoException when a node ends or is not ready in time
   */
  public void start() throws IOException, InterruptedException {
    LogDir dir = LogDir.open(spec.logs());
    Warden shell = Warden.start();
    synchronized (this) {
      logs = dir;
      warden = shell;
    }
    Runtime.getRuntime().addShutdownHook(hook);
    programs = Programs.prepare(dir.path(), spec.python());
    for (int attempt = 1; ; attempt++) {
      try {
        startNodes(new NodeLauncher(spec, identity, dir, shell, verdicts, children::add));
        break;
      } catch (NodeLauncher.PortClash clash) {
        endAll(children);
        if (attempt == START_ATTEMPTS_MAX) {
          throw new DemoException(clash.getMessage());
        }
      }
    }
    for (DemoNode node : nodes) {
      relays.add(LossyRelay.start(node.ports().udpEndpoint(), spec.link(), random.split()));
    }
  }

  private void startNodes(NodeLauncher launcher)
      throws IOException, InterruptedException, NodeLauncher.PortClash {
    PortBlock block = PortBlock.reserve(NodePorts.COUNT * spec.nodes(), new SplittableRandom());
    synchronized (this) {
      if (ports != null) {
        ports.close();
      }
      ports = block;
    }
    List<DemoNode> all = new ArrayList<>();
    for (String id : nodeIds(spec.nodes())) {
      all.add(new DemoNode(id, NodePorts.from(block.first() + all.size() * NodePorts.COUNT)));
    }
    nodes = List.copyOf(all);
    for (DemoNode node : nodes) {
      launcher.begin(node, nodes);
    }
    for (DemoNode node : nodes) {
      launcher.awaitReady(node, nodes);
    }
  }

  /** The names of a cluster's nodes. */
  static List<String> nodeIds(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> "n" + i).toList();
  }

  /** The cluster's label, as its nodes were given it. */
  public String name() {
    return identity.name();
  }

  /** The keys that seal what its nodes tell each other. */
  public KeyRing gossipKeys() {
    return identity.gossipKeys();
  }

  /** All nodes, also those that were killed. */
  public List<DemoNode> nodes() {
    return nodes;
  }

  /** A node by its id. */
  public DemoNode node(String id) {
    return nodes.stream()
        .filter(n -> n.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no node " + id));
  }

  /** The nodes that run, are not paused and are not leaving. */
  public List<DemoNode> nodesUp() {
    return nodes.stream().filter(DemoNode::isUp).toList();
  }

  /** What the nodes said. */
  public VerdictLog verdicts() {
    return verdicts;
  }

  /** Who really was ill. */
  public HealthBook health() {
    return health;
  }

  /** Where the logs are; gone after {@link #close()} unless they are to be kept. */
  public Path logs() {
    return started(logs).path();
  }

  /** The logs stay, for somebody to find out what went wrong; empty when there are none. */
  public Optional<Path> keepLogs() {
    LogDir dir = logs;
    if (dir == null) {
      return Optional.empty();
    }
    dir.keep();
    return Optional.of(dir.path());
  }

  /** False when the Java twins stand in for the Python programs. */
  public boolean usesPython() {
    return started(programs).isPython();
  }

  /** Changes what the datagrams of clients to one node suffer. */
  public void link(DemoNode node, Link link) {
    relays.get(nodes.indexOf(node)).link(link);
  }

  /** What became of the clients' datagrams: relayed, lost, overflowed. */
  public Map<String, Long> datagrams() {
    Map<String, Long> sums = new LinkedHashMap<>();
    sums.put("relayed", relays.stream().mapToLong(LossyRelay::relayed).sum());
    sums.put("lost", relays.stream().mapToLong(LossyRelay::lost).sum());
    sums.put("overflowed", relays.stream().mapToLong(LossyRelay::overflowed).sum());
    return sums;
  }

  /** SIGKILL. Returns the moment right before. */
  public long kill(DemoNode node) {
    health.ill(NODE, node.id(), System.currentTimeMillis());
    return node.process().kill();
  }

  /** SIGSTOP. Returns the moment right before. */
  public long pause(DemoNode node) {
    health.ill(NODE, node.id(), System.currentTimeMillis());
    return node.process().pause();
  }

  /** SIGCONT; from now on it is healthy. Returns the moment right before. */
  public long resume(DemoNode node) {
    long at = node.process().resume();
    health.well(NODE, node.id(), at);
    return at;
  }

  /** SIGTERM: it says goodbye. Returns the moment right before. */
  public long leave(DemoNode node) {
    health.ill(NODE, node.id(), System.currentTimeMillis());
    node.leaving();
    return node.process().terminate();
  }

  /** Starts a node again that has ended and waits until all see it; then it is healthy. */
  public void restart(DemoNode node) throws IOException, InterruptedException {
    if (node.process().isRunning()) {
      throw new IllegalStateException("node=" + node + " still runs");
    }
    try {
      new NodeLauncher(spec, identity, started(logs), started(warden), verdicts, children::add)
          .launch(node, nodes);
    } catch (NodeLauncher.PortClash clash) {
      throw new DemoException(clash.getMessage());
    }
    health.well(NODE, node.id(), System.currentTimeMillis());
  }

  /** Starts the fleet; there is one at most. */
  public Fleet startFleet(int udpClients, int tcpClients) throws IOException {
    if (fleet != null) {
      throw new IllegalStateException("there is a fleet already");
    }
    List<Endpoint> tcp = nodes.stream().map(n -> n.ports().tcpEndpoint()).toList();
    List<String> command =
        Fleet.command(relayEndpoints(), tcp, udpClients, tcpClients, spec.interval());
    fleet = new Fleet(startChild("fleet", command, line -> {}), udpClients, tcpClients);
    return fleet;
  }

  /** Starts the plain program {@code HEARTBEAT}/{@code ACK} against one node. */
  public DemoClient startSeedClient(DemoNode node, Duration interval) throws IOException {
    DemoClient client = DemoClient.anonymous(DemoClient.Program.SEED);
    List<String> command = started(programs).seed(node.ports().tcpEndpoint(), interval);
    client.process(startChild("seed-" + ++clientsStarted, command, client::onLine));
    return client;
  }

  /** Starts a UDP program that knows every node, behind the bad network. */
  public DemoClient startUdpClient(String id, Duration interval) throws IOException {
    DemoClient client = DemoClient.named(DemoClient.Program.UDP, id);
    List<String> command = started(programs).udp(id, relayEndpoints(), interval);
    client.process(startChild("udp-" + ++clientsStarted, command, client::onLine));
    return client;
  }

  /** SIGKILL for a client. Returns the moment right before. */
  public long kill(DemoClient client) throws InterruptedException {
    health.ill(CLIENT, client.id(), System.currentTimeMillis());
    return client.process().kill();
  }

  /** SIGSTOP for a client that will not come back. Returns the moment right before. */
  public long hang(DemoClient client) throws InterruptedException {
    health.ill(CLIENT, client.id(), System.currentTimeMillis());
    return client.process().pause();
  }

  /** SIGSTOP for a client that will be back in time: DEAD about it is a mistake. */
  public long pause(DemoClient client) {
    return client.process().pause();
  }

  /** SIGCONT for a client. Returns the moment right before. */
  public long resume(DemoClient client) {
    return client.process().resume();
  }

  /** One client of the fleet stops without a goodbye. Returns the moment right before. */
  public long abandon(String fleetClientId) {
    long at = System.currentTimeMillis();
    health.ill(CLIENT, fleetClientId, at);
    started(fleet).abandon(fleetClientId);
    return at;
  }

  /** Starts {@code phial bench} against these nodes, without the bad network between. */
  public ChildProcess startBench(
      List<DemoNode> targets, List<String> args, java.util.function.Consumer<String> lines)
      throws IOException {
    List<String> all = new ArrayList<>(List.of("bench", "--nodes"));
    all.add(
        targets.stream()
            .map(node -> node.ports().udpEndpoint().toString())
            .collect(java.util.stream.Collectors.joining(",")));
    all.addAll(args);
    return startChild("bench", JavaCommand.phial(BENCH_MEGABYTES, all), lines);
  }

  private List<Endpoint> relayEndpoints() {
    return relays.stream().map(LossyRelay::endpoint).toList();
  }

  private ChildProcess startChild(
      String childName, List<String> command, java.util.function.Consumer<String> lines)
      throws IOException {
    Path log = started(logs).file(childName + ".log");
    ChildProcess child =
        ChildProcess.start(childName, command, Map.of(), log, lines, started(warden));
    children.add(child);
    return child;
  }

  private static <T> T started(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the cluster was not started");
    }
    return part;
  }

  /** Ends every process, clients first, and removes the logs unless they are to be kept. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    List<ChildProcess> nodeProcesses =
        nodes.stream().filter(DemoNode::isStarted).map(DemoNode::process).toList();
    endAll(children.stream().filter(c -> !nodeProcesses.contains(c)).toList());
    endAll(children);
    closeParts();
    if (Thread.currentThread() != hook) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The JVM is already ending; the hook will find everything closed.
      }
    }
  }

  private void closeParts() {
    try {
      for (LossyRelay relay : relays) {
        relay.close();
      }
      if (warden != null) {
        warden.close();
      }
      if (ports != null) {
        ports.close();
      }
      if (logs != null) {
        logs.close();
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Asks all, then waits for each, so that the slowest decides and not the sum. */
  private static void endAll(List<ChildProcess> processes) {
    processes.forEach(ChildProcess::closeInput);
    processes.forEach(ChildProcess::askToEnd);
    long startNanos = System.nanoTime();
    for (ChildProcess process : processes) {
      Duration left = GRACEFUL_LIMIT.minusNanos(System.nanoTime() - startNanos);
      try {
        process.end(left.isNegative() ? Duration.ZERO : left);
      } catch (InterruptedException e) {
        processes.forEach(ChildProcess::kill);
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
