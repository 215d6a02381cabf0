package io.phial.node.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.member.MemberEvent;
import io.phial.core.member.MemberState;
import io.phial.core.placement.View;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.Frame;
import io.phial.core.wire.NodeInfo;
import io.phial.node.api.EventJournal;
import io.phial.node.api.HealthApi;
import io.phial.node.api.HttpApi;
import io.phial.node.api.RunningNode;
import io.phial.node.api.TransitionLog;
import io.phial.node.api.VerdictEvent;
import io.phial.node.api.VerdictStream;
import io.phial.node.config.CoreOptions;
import io.phial.node.config.NodeConfig;
import io.phial.node.config.ViewKind;
import io.phial.node.ingress.http.HttpBeats;
import io.phial.node.metrics.Metrics;
import io.phial.node.sockets.Sockets;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Phial node: wires the parts, starts them in order and stops them in the reverse one. Its
 * methods may be called from any thread; {@link #start} and {@link #stop} once each.
 */
public final class PhialNode implements RunningNode {
  private static final Logger LOG = LoggerFactory.getLogger(PhialNode.class);
  private static final int LOOPS_BESIDE_SHARDS = 3;
  private static final long FLUSH_MILLIS = 10;
  private static final long SWEEP_MILLIS = 5000;
  private static final long RECORDS_SETTLE_MILLIS = 300;
  private static final long SEEDS_MILLIS = 2000;
  private static final int REMEMBERED_SEEDS_MAX = 64;
  private static final String WARM = "warm";

  private final NodeConfig config;
  private final String id;
  private final Metrics metrics;
  private final VerdictStream stream;
  private final Vertx vertx;
  private final ClusterLink cluster;
  private final SlotRouter router;
  private final Clients clients;
  private final Strangers strangers = new Strangers();
  private final Forwarder forwarder;
  private final Desk desk;
  private final Relay relay;
  private final EventShare share;
  private final EventJournal journal;
  private final EventDesk log;
  private final WarmRestart warm;
  private final Checkpoint checkpoint;
  private final LiveQueries queries;
  private final Takeover takeover;
  private final Outlook outlook;
  private final VerdictPublisher publisher;
  private final HttpApi api;
  private final HealthApi health;
  private final Ingresses ingresses;
  private final ProtocolPorts protocols;
  private volatile @Nullable GossipLoop gossip;
  private volatile @Nullable ViewKeeper keeper;
  private final Promise<Void> inView = Promise.promise();
  private volatile @Nullable NodeInfo info;
  private volatile boolean rejoining;
  private volatile boolean impaired = true;

  /**
   * Creates a node; opens nothing.
   *
   * @param config all settings, already checked
   * @param version for metrics
   */
  public PhialNode(NodeConfig config, String version) {
    this.config = config;
    this.id = config.node().id();
    this.metrics = new Metrics(version, id);
    MeterRegistry meters = metrics.registry();
    this.stream = new VerdictStream(config.http().eventBuffer());
    int shards = config.node().eventLoops();
    this.vertx = open(config);
    this.cluster = ClusterLink.of(config, vertx, meters);
    Desk.Links links = new Desk.Links(cluster.store(), cluster.bus());
    this.router = new SlotRouter(id);
    this.share = new EventShare(id, links.bus(), this::publish, meters);
    this.journal = new EventJournal(config.events().capacity());
    this.log =
        new EventDesk(
            new EventDesk.Parts(id, links, journal, this::shared, router, meters), config.events());
    this.publisher = new VerdictPublisher(router, links, this::decided, meters);
    this.clients =
        new Clients(
            shards,
            CoreOptions.shard(config.clients(), shards),
            config.protocols().payloads().clientsMax(),
            publisher,
            meters);
    this.forwarder = new Forwarder(id, this::sendFrame, meters);
    RandomGenerator random = new SplittableRandom(new SecureRandom().nextLong());
    this.desk = new Desk(config.clients(), clients, router, links, forwarder, strangers, random);
    this.relay = new Relay(clients, router, desk, strangers, this::sendFrame, meters);
    this.checkpoint = new Checkpoint(clients, links.store(), id);
    this.warm =
        new WarmRestart(
            new WarmRestart.Parts(id, vertx, clients, links.store(), this::snapshot, meters),
            config.node().dataDir(),
            config.clients().max());
    this.queries =
        new LiveQueries(router, clients, links, this::snapshot, this::shared, warm::memory);
    this.takeover =
        new Takeover(
            (millis, task) -> vertx.setTimer(millis, timer -> task.run()),
            new Takeover.Scope(clients, router, links.store(), publisher),
            config.cluster().takeoverSpread());
    this.api =
        new HttpApi(vertx, config.node().bind(), config.http(), queries, journal, stream, metrics);
    this.health =
        new HealthApi(vertx, config.node().bind(), config.health().port(), queries, metrics);
    Sockets sockets = Sockets.of(vertx, config.protocols().sockets(), meters);
    api.sockets(sockets);
    this.ingresses = new Ingresses(vertx, config, sockets, desk, meters);
    SlotBeats slots = new SlotBeats(clients, router, desk);
    int payloadBytesMax = config.protocols().payloads().bytesMax();
    api.others(new HttpBeats(vertx, slots, payloadBytesMax, meters)::take);
    this.protocols =
        new ProtocolPorts(
            vertx,
            config,
            ingresses,
            new ProtocolPorts.Desks(desk, slots, new ClusterStatus(stream, queries)),
            links.bus(),
            () -> queries.peers(),
            meters);
    clients.meter(meters);
    desk.meter(meters);
    this.outlook = new Outlook(id, clients);
  }

  private static Vertx open(NodeConfig config) {
    NodeConfig.Node node = config.node();
    VertxOptions options =
        new VertxOptions()
            .setEventLoopPoolSize(
                node.eventLoops() + LOOPS_BESIDE_SHARDS + ProtocolPorts.loops(config.protocols()))
            .setPreferNativeTransport(node.nativeTransport());
    Vertx opened = Vertx.vertx(options);
    if (node.nativeTransport() && !opened.isNativeTransportEnabled()) {
      LOG.info(
          "native transport does not load here, the JDK's own is used: {}",
          String.valueOf(opened.unavailableNativeTransportCause()));
    }
    return opened;
  }

  @Override
  public VerdictStream events() {
    return stream;
  }

  @Override
  public NodeInfo info() {
    NodeInfo own = info;
    if (own == null) {
      throw new IllegalStateException("node must be started");
    }
    return own;
  }

  @Override
  public Future<Void> start() {
    desk.serve();
    queries.serve();
    protocols.serve();
    share.listen((node, event) -> desk.onDoubt(node, event, e -> decided(e, false)));
    log.listen(vertx, config.webhooks(), new SplittableRandom(new SecureRandom().nextLong()));
    share.start(vertx);
    cluster.bus().listen(WARM, from -> takeover.again());
    clients.all().forEach(shard -> shard.offer((c, at) -> c.shard().impaired(true, at)));
    return warm.load()
        .compose(memory -> Future.all(clients.all().stream().map(vertx::deployVerticle).toList()))
        .compose(
            deployed ->
                Future.all(
                    Ingresses.opening("http.port", config.http().port(), api.start()),
                    ingresses.start(loops()),
                    Ingresses.opening("health.port", config.health().port(), health.start()),
                    protocols.start()))
        .compose(bound -> startGossip(self(bound.resultAt(0), bound.resultAt(1))))
        .compose(self -> cluster.store().start().map(self))
        .compose(self -> warm.revive().onSuccess(this::tellRevived).map(self))
        .compose(this::join);
  }

  private List<Context> loops() {
    return clients.all().stream().map(ClientShard::loop).toList();
  }

  private void tellRevived(boolean revived) {
    if (revived) {
      cluster.bus().publish(WARM, Buffer.buffer(id));
    }
  }

  private NodeInfo self(int httpPort, Ingresses.Ports ports) {
    String host = config.node().advertise();
    NodeInfo own =
        new NodeInfo(
            id,
            config.node().zone(),
            new Endpoint(host, config.gossip().port()),
            new Endpoint(host, ports.tcp()),
            new Endpoint(host, ports.udp()),
            new Endpoint(host, httpPort),
            config.node().capacity());
    info = own;
    return own;
  }

  private Future<NodeInfo> startGossip(NodeInfo self) {
    GossipLoop.Setup setup =
        new GossipLoop.Setup(
            CoreOptions.member(config.members()),
            self,
            config.node().bind(),
            config.cluster().name(),
            config.gossip(),
            new SplittableRandom(new SecureRandom().nextLong()),
            metrics.registry());
    // A clock that was set back must not make this start look older than the last one.
    long incarnation =
        Math.max(
            TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()),
            warm.memory().incarnation() + 1);
    GossipLoop loop = new GossipLoop(setup, incarnation, new GossipListener());
    gossip = loop;
    return Ingresses.opening("gossip.port", config.gossip().port(), vertx.deployVerticle(loop))
        .map(self);
  }

  private Future<Void> join(NodeInfo self) {
    GossipLoop loop = requireGossip();
    ViewKeeper views =
        new ViewKeeper(router, cluster.store(), this::shared, this::onView, System::nanoTime);
    keeper = views;
    SeedNames seeds = new SeedNames(config.gossip().seeds(), InetAddress::getAllByName);
    loop.join(withRemembered(seeds.numeric()), seeds.hasNames());
    if (seeds.hasNames()) {
      followNames(seeds, loop);
    }
    vertx.setPeriodic(FLUSH_MILLIS, timer -> forwarder.flush());
    vertx.setPeriodic(SWEEP_MILLIS, timer -> strangers.sweep(System.nanoTime()));
    checkpoint.start(vertx, config.cluster().checkpoint());
    warm.start(config.cluster().checkpoint().toMillis());
    return vertx.deployVerticle(views).compose(deployed -> inView.future());
  }

  // Blocks a worker for as long as the resolver takes, never a loop; the next turn comes after it.
  private void followNames(SeedNames seeds, GossipLoop loop) {
    vertx
        .executeBlocking(seeds::resolve, false)
        .onComplete(
            done -> {
              List<Endpoint> changed = done.result();
              if (changed != null) {
                loop.seeds(withRemembered(changed));
              }
              vertx.setTimer(SEEDS_MILLIS, timer -> followNames(seeds, loop));
            });
  }

  /**
   * The configured ones and those of the last start: addresses change less often than one thinks.
   */
  private Set<Endpoint> withRemembered(List<Endpoint> configured) {
    Set<Endpoint> seeds = new LinkedHashSet<>(configured);
    warm.memory().nodes().stream()
        .filter(row -> !row.node().id().equals(id))
        .filter(row -> config.cluster().view() == ViewKind.HAZELCAST)
        .limit(REMEMBERED_SEEDS_MAX)
        .forEach(row -> seeds.add(row.node().gossip()));
    return seeds;
  }

  private void onView(@Nullable View previous, View next) {
    takeover.onView(previous, next);
    if (next.nodes().stream().anyMatch(node -> node.id().equals(id))) {
      inView.tryComplete();
    }
  }

  @Override
  public Future<Void> stop() {
    ViewKeeper views = keeper;
    GossipLoop loop = gossip;
    protocols.drain();
    return warm.saveAll()
        .compose(saved -> checkpoint.writeAll())
        .compose(written -> vertx.timer(RECORDS_SETTLE_MILLIS, TimeUnit.MILLISECONDS))
        .eventually(() -> views == null ? Future.succeededFuture() : views.drain())
        .eventually(
            () -> {
              // From here on this node judges nobody: closing sockets must not look like dying
              // clients.
              takeover.forgetAll();
              return views == null
                  ? Future.succeededFuture()
                  : vertx.undeploy(views.deploymentID());
            })
        .eventually(ingresses::stop)
        .eventually(protocols::stop)
        .eventually(() -> loop == null ? Future.succeededFuture() : loop.leave())
        .eventually(api::stop)
        .eventually(health::stop)
        .eventually(cluster.store()::stop)
        .eventually(vertx::close)
        .onComplete(done -> metrics.close())
        .mapEmpty();
  }

  /** True when the clients of a slot are judged here by the view in force. */
  boolean isOwnerOf(int slot) {
    return router.isMine(slot);
  }

  /** Forgets every client without a verdict, as after this node's own death. */
  void forgetClients() {
    takeover.forgetAll();
  }

  /** The ports of the protocols beside TCP and datagrams, once started. */
  ProtocolPorts.Ports ports() {
    return protocols.ports();
  }

  private GossipLoop.Snapshot snapshot() {
    GossipLoop loop = gossip;
    return loop == null ? GossipLoop.Snapshot.NONE : loop.snapshot();
  }

  /** Those with whom this node shares view and clients; without a store only itself. */
  private GossipLoop.Snapshot shared() {
    return isEmbedded() ? snapshot().alone(id) : snapshot();
  }

  private boolean isEmbedded() {
    return config.cluster().view() == ViewKind.EMBEDDED;
  }

  private GossipLoop requireGossip() {
    GossipLoop loop = gossip;
    if (loop == null) {
      throw new IllegalStateException("gossip must be started");
    }
    return loop;
  }

  private void sendFrame(Endpoint to, Frame frame) {
    requireGossip().send(to, frame);
  }

  /** A verdict about a client that this node decided: for the live streams and for the log. */
  private void decided(VerdictEvent event, boolean partial) {
    share.publish(event);
    log.offer(event, partial);
  }

  private void publish(VerdictEvent event) {
    TransitionLog.log(event);
    stream.publish(event);
  }

  private final class GossipListener implements GossipLoop.Listener {
    @Override
    public void onMemberEvent(MemberEvent event) {
      if (event.node().id().equals(id) && event.from() == MemberState.DEAD) {
        onOwnDeath(event);
        return;
      }
      VerdictEvent verdict = VerdictEvent.of(event, System.currentTimeMillis());
      publish(verdict);
      log.onNodeVerdict(verdict);
      if (event.to() == MemberState.DEAD) {
        cluster.store().memberDead(event.node().id());
      }
      ViewKeeper views = keeper;
      if (views != null) {
        views.wake();
      }
    }

    // The others hold this node for dead and judge its clients by now; what it knows is stale.
    private void onOwnDeath(MemberEvent event) {
      LOG.warn("this node was declared dead and returns incarnation={}", event.incarnation());
      if (isEmbedded()) {
        // Nobody else took its clients over.
        return;
      }
      rejoining = true;
      judgeOrWait();
      router.outdate();
      forgetClients();
      log.onOwnDeath();
      cluster
          .store()
          .rejoin()
          .onFailure(e -> LOG.error("rejoining the cluster store failed", e))
          .onSuccess(joined -> LOG.info("cluster store joined afresh"))
          .onComplete(done -> endRejoin());
    }

    private void endRejoin() {
      rejoining = false;
      judgeOrWait();
      ViewKeeper views = keeper;
      if (views != null) {
        views.reload();
      }
    }

    @Override
    public void onSnapshot(GossipLoop.Snapshot now) {
      judgeOrWait();
      GossipLoop.Snapshot company = isEmbedded() ? now.alone(id) : now;
      outlook.onSnapshot(company);
      forwarder.reachable(idsOf(company, Set.of(MemberState.ALIVE, MemberState.SUSPECT)));
      publisher.present(
          idsOf(company, Set.of(MemberState.ALIVE, MemberState.SUSPECT, MemberState.UNREACHABLE)));
    }

    private static Set<String> idsOf(GossipLoop.Snapshot now, Set<MemberState> states) {
      return now.members().stream()
          .filter(member -> states.contains(member.state()))
          .map(member -> member.node().id())
          .collect(Collectors.toSet());
    }

    // While the store is joined afresh nobody can say whether a client whose connection ended here
    // is at home elsewhere by now.
    private synchronized void judgeOrWait() {
      boolean value = snapshot().impaired() || rejoining;
      if (value != impaired) {
        impaired = value;
        clients.all().forEach(shard -> shard.command((c, at) -> c.shard().impaired(value, at)));
      }
    }

    @Override
    public void onOtherFrame(Endpoint from, Frame frame) {
      relay.onFrame(from, frame);
    }
  }
}
