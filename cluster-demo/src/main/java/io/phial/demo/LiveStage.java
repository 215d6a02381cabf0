package io.phial.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tour's stage of real processes. */
final class LiveStage implements Stage {
  /** Of the actors, whatever the fleet keeps: the tour's pause must fit into their grace. */
  private static final Duration UDP_INTERVAL = Duration.ofSeconds(1);

  private static final Duration SEED_INTERVAL = Duration.ofMillis(500);

  private final DemoCluster cluster;
  private final List<String> ids;
  private final int udpClients;
  private final int tcpClients;
  private final Map<Actor.Role, Actor> actors = new EnumMap<>(Actor.Role.class);
  private List<String> fleet = List.of();

  LiveStage(DemoCluster cluster, ClusterSpec spec, int udpClients, int tcpClients) {
    this.cluster = cluster;
    this.ids = DemoCluster.nodeIds(spec.nodes());
    this.udpClients = udpClients;
    this.tcpClients = tcpClients;
  }

  /** A client process in a role. */
  private record Player(DemoCluster cluster, DemoClient client) implements Actor {
    @Override
    public String id() throws InterruptedException {
      return client.id();
    }

    @Override
    public long kill() throws InterruptedException {
      return cluster.kill(client);
    }

    @Override
    public long hang() throws InterruptedException {
      return cluster.hang(client);
    }

    @Override
    public long pause() {
      return cluster.pause(client);
    }

    @Override
    public long resume() {
      return cluster.resume(client);
    }
  }

  @Override
  public List<String> nodeIds() {
    return ids;
  }

  @Override
  public List<String> nodesUp() {
    return cluster.nodesUp().stream().map(DemoNode::id).toList();
  }

  @Override
  public void startNodes() throws IOException, InterruptedException {
    cluster.start();
  }

  @Override
  public void startClients(String seedNode) throws IOException, InterruptedException {
    fleet = cluster.startFleet(udpClients, tcpClients).ids();
    DemoNode node = cluster.node(seedNode);
    for (Actor.Role role : Actor.Role.values()) {
      DemoClient client =
          switch (role) {
            case UDP_KILLED -> cluster.startUdpClient("tour-killed", UDP_INTERVAL);
            case UDP_PAUSED -> cluster.startUdpClient("tour-paused", UDP_INTERVAL);
            case SEED_KILLED, SEED_HUNG, SEED_SPARED ->
                cluster.startSeedClient(node, SEED_INTERVAL);
          };
      actors.put(role, new Player(cluster, client));
    }
  }

  @Override
  public VerdictLog verdicts() {
    return cluster.verdicts();
  }

  @Override
  public HealthBook health() {
    return cluster.health();
  }

  @Override
  public List<String> fleet() {
    return fleet;
  }

  @Override
  public Actor actor(Actor.Role role) {
    Actor actor = actors.get(role);
    if (actor == null) {
      throw new IllegalStateException("role=" + role + " was not started");
    }
    return actor;
  }

  @Override
  public Optional<NodesView> nodes(String observer) throws InterruptedException {
    return cluster.node(observer).api().nodes();
  }

  @Override
  public Optional<Map<String, ClientRow>> clients(String observer) throws InterruptedException {
    return cluster.node(observer).api().clients();
  }

  @Override
  public Optional<ClientRow> client(String observer, String id) throws InterruptedException {
    return cluster.node(observer).api().client(id);
  }

  @Override
  public long killNode(String id) {
    return cluster.kill(cluster.node(id));
  }

  @Override
  public long pauseNode(String id) {
    return cluster.pause(cluster.node(id));
  }

  @Override
  public long resumeNode(String id) {
    return cluster.resume(cluster.node(id));
  }

  @Override
  public long leaveNode(String id) {
    return cluster.leave(cluster.node(id));
  }

  @Override
  public Optional<Integer> awaitExit(String id, Duration limit) throws InterruptedException {
    ChildProcess process = cluster.node(id).process();
    return process.awaitExit(limit) ? Optional.ofNullable(process.exitCode()) : Optional.empty();
  }

  @Override
  public void restartNode(String id) throws IOException, InterruptedException {
    cluster.restart(cluster.node(id));
  }

  @Override
  public long oddLines() {
    return cluster.nodes().stream().mapToLong(DemoNode::oddLines).sum();
  }

  @Override
  public Map<String, Long> datagrams() {
    return cluster.datagrams();
  }

  @Override
  public long nowMillis() {
    return System.currentTimeMillis();
  }
}
