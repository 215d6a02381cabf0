package io.phial.node.runtime;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.phial.core.placement.Placement;
import io.phial.core.placement.Slots;
import io.phial.core.placement.View;
import io.phial.core.registry.ClientRecord;
import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Shard;
import io.phial.core.registry.ShardOptions;
import io.phial.core.registry.Transport;
import io.phial.core.registry.Verdict;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.Frame;
import io.phial.core.wire.NodeInfo;
import io.phial.node.api.VerdictEvent;
import io.phial.node.config.ConfigException;
import io.phial.node.config.ConfigLoader;
import io.phial.node.config.NodeConfig;
import io.phial.node.ingress.ClientDesk.Registration;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/**
 * What a node does for clients, without threads, sockets and a clock: tasks run when the test turns
 * the shards, time passes when the test says so.
 */
final class Parts {
  /** A frame that went out. */
  record Sent(Endpoint to, Frame frame) {}

  /** What a takeover wants to do later. */
  record Timer(long millis, Runnable task) {}

  /** What a shard wants to do later. */
  private record Due(long atNanos, LongConsumer task) {
    boolean isPast(long nowNanos) {
      return nowNanos - atNanos >= 0;
    }
  }

  static final int SHARDS = 2;

  private final ArrayDeque<LongConsumer> commands = new ArrayDeque<>();
  private final ArrayDeque<Due> waiting = new ArrayDeque<>();

  final String id;
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final RecordingStore store;
  final RecordingBus bus = new RecordingBus();
  final SlotRouter router;
  final List<VerdictEvent> events = new ArrayList<>();
  final List<String> guessed = new ArrayList<>();
  final List<Sent> frames = new ArrayList<>();
  final ArrayDeque<Timer> timers = new ArrayDeque<>();
  final Strangers strangers = new Strangers();
  final VerdictPublisher publisher;
  final Clients clients;
  final Forwarder forwarder;
  final Desk desk;
  final Relay relay;
  final Takeover takeover;
  long nowNanos;

  Parts(String id, RecordingStore store) {
    this(id, store, ShardOptions.defaults());
  }

  Parts(String id, RecordingStore store, ShardOptions options) {
    this.id = id;
    this.store = store;
    router = new SlotRouter(id);
    publisher =
        new VerdictPublisher(
            router,
            new Desk.Links(store, bus),
            (event, partial) -> {
              events.add(event);
              if (partial) {
                guessed.add(event.id() + " " + event.to());
              }
            },
            meters);
    clients = new Clients(SHARDS, options, 100, publisher, meters);
    forwarder = new Forwarder(id, (to, frame) -> frames.add(new Sent(to, frame)), meters);
    Desk.Links links = new Desk.Links(store, bus);
    NodeConfig.Clients limits = config().clients();
    desk = new Desk(limits, clients, router, links, forwarder, strangers, new SplittableRandom(7));
    desk.serve();
    relay =
        new Relay(
            clients,
            router,
            desk,
            strangers,
            (to, frame) -> frames.add(new Sent(to, frame)),
            meters);
    takeover =
        new Takeover(
            (millis, task) -> timers.add(new Timer(millis, task)),
            new Takeover.Scope(clients, router, store, publisher),
            Duration.ZERO);
    forwarder.reachable(Set.of("n1", "n2", "n3"));
    publisher.present(Set.of(id));
    clients.all().forEach(shard -> shard.runOn(new TestLoop()));
    nowNanos = System.nanoTime();
  }

  private final class TestLoop implements ClientShard.Loop {
    @Override
    public void run(LongConsumer task) {
      commands.add(task);
    }

    @Override
    public void later(long millis, LongConsumer task) {
      waiting.add(new Due(nowNanos + millis * 1_000_000, task));
    }
  }

  /** A beat that came as a datagram; false when its client should register again. */
  boolean datagramBeat(int session, int sequence) {
    DatagramBatches batches = datagrams();
    boolean known = batches.beat(session, sequence);
    batches.flush();
    return known;
  }

  /** A beat with a payload that came as a datagram. */
  void datagramWord(int session, int sequence, String payload) {
    byte[] bytes = payload.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    datagrams().beat(session, sequence, bytes);
  }

  /** A goodbye that came as a datagram. */
  void datagramGoodbye(int session, int sequence) {
    DatagramBatches batches = datagrams();
    batches.goodbye(session, sequence);
    batches.flush();
  }

  private DatagramBatches datagrams() {
    return new DatagramBatches(clients, router, forwarder, strangers, desk.taker(), null);
  }

  static NodeConfig config() {
    try {
      return ConfigLoader.load(null, Map.of(), Map.of("node.id", "n1")).config();
    } catch (ConfigException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The defaults with room for this many clients in each shard. */
  static ShardOptions roomFor(int clientsMax) {
    ShardOptions all = ShardOptions.defaults();
    return new ShardOptions(
        clientsMax,
        all.tickNanos(),
        all.stallNanos(),
        all.suspectPhi(),
        all.deadPhi(),
        all.graceIntervals(),
        all.graceNanosMin(),
        all.reconnectGraceNanos(),
        all.learnIntervalNanosMax(),
        all.deadRetentionNanos());
  }

  static NodeInfo node(String id) {
    int port = 1000 + Integer.parseInt(id.substring(1));
    Endpoint endpoint = new Endpoint("127.0.0.1", port);
    return new NodeInfo(id, "", endpoint, endpoint, endpoint, endpoint, 100);
  }

  static View view(String... nodes) {
    return Placement.compute(List.of(nodes).stream().map(Parts::node).toList(), null);
  }

  static View after(View previous, String... nodes) {
    return Placement.compute(List.of(nodes).stream().map(Parts::node).toList(), previous);
  }

  /** Some id whose slot this node owns in the view; different ones for different numbers. */
  static String idOf(View view, String owner, int number) {
    int found = 0;
    for (int i = 0; ; i++) {
      String id = "c" + i;
      if (view.owner(Slots.slotOf(id)).id().equals(owner) && found++ == number) {
        return id;
      }
    }
  }

  static ClientSpec udp(String id) {
    return new ClientSpec(id, 0, 1, Transport.UDP, 1_000_000_000L, false);
  }

  static ClientSpec tcp(String id) {
    return new ClientSpec(id, 0, 1, Transport.TCP, 1_000_000_000L, false);
  }

  static ClientRecord record(ClientSpec spec, String home, Verdict verdict) {
    int session = spec.transport() == Transport.TCP ? 0 : 0x5000 | Slots.slotOf(spec.id());
    ClientSpec named =
        new ClientSpec(
            spec.id(),
            session,
            spec.incarnation(),
            spec.transport(),
            spec.intervalNanos(),
            spec.anonymous());
    return new ClientRecord(named, home, verdict, 1, new byte[0]);
  }

  /** The first view or the next one comes into force. */
  void adopt(View next) {
    View previous = router.view();
    router.adopt(next);
    takeover.onView(previous, next);
    turn();
  }

  /** Runs all tasks that wait and those that they cause. */
  void turn() {
    for (int i = 0; i < 4; i++) {
      for (LongConsumer next = commands.poll(); next != null; next = commands.poll()) {
        next.accept(nowNanos);
      }
      clients.all().forEach(shard -> shard.drain(nowNanos));
    }
  }

  /** Time passes, tick by tick. */
  void pass(Duration time) {
    long ends = nowNanos + time.toNanos();
    while (nowNanos - ends < 0) {
      nowNanos += ShardOptions.defaults().tickNanos();
      for (Due due = waiting.peek(); due != null && due.isPast(nowNanos); due = waiting.peek()) {
        commands.add(waiting.remove().task());
      }
      clients.all().forEach(shard -> shard.tick(nowNanos));
      turn();
    }
  }

  /** Registers a client of this node's own slots and gives its session. */
  int register(ClientSpec spec) {
    Future<Registration> answer = desk.register(spec);
    turn();
    return ((Registration.Accepted) answer.result()).session();
  }

  boolean holds(String client) {
    return clients.ofId(client).shard().rowOf(client) != Shard.NONE;
  }

  Verdict verdict(String client) {
    Shard shard = clients.ofId(client).shard();
    return shard.verdict(shard.rowOf(client));
  }

  /** What was published of a client, as words. */
  List<String> told(String client) {
    return events.stream()
        .filter(event -> event.id().equals(client))
        .map(event -> event.from() + " " + event.to())
        .toList();
  }

  double count(String counter) {
    return meters.get(counter).counter().count();
  }
}
