package io.phial.node.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.member.Member;
import io.phial.core.member.MemberEvent;
import io.phial.core.member.MemberOptions;
import io.phial.core.member.MemberOutbox;
import io.phial.core.member.Membership;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.Frame;
import io.phial.core.wire.NodeInfo;
import io.phial.node.config.NodeConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the {@link Membership} of this node on an event loop of its own, so that no amount of client
 * traffic makes a node look dead. What others need of it is published as immutable snapshots.
 */
final class GossipLoop extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(GossipLoop.class);
  private static final long SNAPSHOT_NANOS = 100_000_000L;

  /**
   * What the membership says now.
   *
   * @param members all known nodes, this one included, sorted by id
   * @param impaired this node must not judge anyone now
   * @param majority most of the roster is in reach
   * @param incarnation this node's incarnation
   */
  record Snapshot(List<Member> members, boolean impaired, boolean majority, long incarnation) {
    /** Before there is any: judge nobody. */
    static final Snapshot NONE = new Snapshot(List.of(), true, false, 0);

    /** The same as if there were no other node: what nodes see that share nothing but gossip. */
    Snapshot alone(String id) {
      List<Member> own = members.stream().filter(m -> m.node().id().equals(id)).toList();
      return new Snapshot(own, impaired, true, incarnation);
    }
  }

  /** Takes what the membership decides, on the gossip loop. */
  interface Listener {
    /** A node changed state. */
    void onMemberEvent(MemberEvent event);

    /** The snapshot was renewed. */
    void onSnapshot(Snapshot snapshot);

    /** A frame that is not the membership's own. */
    void onOtherFrame(Endpoint from, Frame frame);
  }

  /**
   * Everything it is made of.
   *
   * @param options timings
   * @param self this node
   * @param bind numeric address to listen on
   * @param clusterLabel fence against foreign clusters
   * @param gossip seal, budget and bounds
   * @param random for choices within the membership
   * @param meters counters
   */
  record Setup(
      MemberOptions options,
      NodeInfo self,
      String bind,
      String clusterLabel,
      NodeConfig.Gossip gossip,
      RandomGenerator random,
      MeterRegistry meters) {}

  private final Setup setup;
  private final Listener listener;
  private final ArrayDeque<MemberEvent> events = new ArrayDeque<>();
  private final Membership membership;
  private @Nullable GossipTransport transport;
  private volatile Snapshot snapshot;
  private long snapshotNanos;
  private volatile long turnedAway;
  private boolean joined;

  GossipLoop(Setup setup, long incarnation, Listener listener) {
    this.setup = setup;
    this.listener = listener;
    this.membership =
        new Membership(setup.options(), setup.self(), incarnation, setup.random(), new Outbox());
    this.snapshot = new Snapshot(List.of(), true, false, incarnation);
  }

  @Override
  public Future<?> start() {
    String id = setup.self().id();
    GossipSeal seal = new GossipSeal(setup.clusterLabel(), id, setup.gossip(), setup.meters());
    GossipMeters meters = meters();
    transport =
        new GossipTransport(
            vertx, context, id, setup.gossip(), seal, meters, new TransportListener());
    return transport
        .start(new Endpoint(setup.bind(), setup.self().gossip().port()))
        .onSuccess(
            v -> {
              seal.watch(vertx);
              armTick();
            });
  }

  private GossipMeters meters() {
    GossipMeters meters = new GossipMeters(setup.meters());
    meters.members(() -> snapshot.members());
    meters.gauge(
        "impaired", "1 while this node must not judge others", () -> snapshot.impaired() ? 1 : 0);
    meters.gauge("incarnation", "This node's incarnation", () -> snapshot.incarnation());
    meters.gauge("turned.away", "Nodes not taken in because the roster was full", () -> turnedAway);
    return meters;
  }

  /**
   * Begins to join; any thread.
   *
   * @param more others are expected although their addresses are not known yet
   */
  void join(Collection<Endpoint> seeds, boolean more) {
    context.runOnContext(
        v -> {
          joined = true;
          membership.start(seeds, more, System.nanoTime());
          publish();
        });
  }

  /** Other seeds from now on; any thread. */
  void seeds(Collection<Endpoint> now) {
    context.runOnContext(v -> membership.seeds(now));
  }

  /** Says goodbye and closes; any thread. */
  Future<Void> leave() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        v -> {
          if (joined) {
            membership.leave(System.nanoTime());
            joined = false;
          }
          // A moment for the goodbye to go out before the socket closes.
          vertx.setTimer(100, id -> require().stop().onComplete(done));
        });
    return done.future();
  }

  /** The latest snapshot; any thread. */
  Snapshot snapshot() {
    return snapshot;
  }

  /** Sends a frame of another part of the node as a datagram; any thread. */
  void send(Endpoint to, Frame frame) {
    require().forward(to, frame);
  }

  private GossipTransport require() {
    GossipTransport opened = transport;
    if (opened == null) {
      throw new IllegalStateException("gossip transport must be started");
    }
    return opened;
  }

  // Re-armed by hand for the same reason as a shard's tick: a stall must show as one late tick.
  private void armTick() {
    vertx.setTimer(
        Math.max(1, TimeUnit.NANOSECONDS.toMillis(setup.options().tickNanos())),
        id -> {
          if (joined) {
            guarded(() -> membership.onTick(System.nanoTime()));
          }
          armTick();
        });
  }

  private void guarded(Runnable step) {
    try {
      step.run();
      publish();
    } catch (RuntimeException e) {
      LOG.error("membership step failed; the membership goes on", e);
    }
  }

  // Renewed a few times a second and whenever something changed: frames may be many.
  private void publish() {
    long now = System.nanoTime();
    boolean impaired = membership.isImpaired();
    if (events.isEmpty()
        && impaired == snapshot.impaired()
        && now - snapshotNanos < SNAPSHOT_NANOS) {
      return;
    }
    snapshotNanos = now;
    turnedAway = membership.turnedAway();
    snapshot =
        new Snapshot(
            membership.members(now), impaired, membership.hasMajority(), membership.incarnation());
    for (MemberEvent event = events.poll(); event != null; event = events.poll()) {
      listener.onMemberEvent(event);
    }
    listener.onSnapshot(snapshot);
  }

  private final class TransportListener implements GossipTransport.Listener {
    @Override
    public void onFrame(Endpoint from, Frame frame) {
      if (frame instanceof Frame.Spoken || frame instanceof Frame.ShortBeat) {
        if (joined) {
          guarded(() -> membership.onFrame(from, frame, System.nanoTime()));
        }
      } else {
        listener.onOtherFrame(from, frame);
      }
    }

    @Override
    public void onConnectionLost(String nodeId) {
      if (joined) {
        guarded(() -> membership.onConnectionLost(nodeId, System.nanoTime()));
      }
    }
  }

  private final class Outbox implements MemberOutbox {
    @Override
    public void datagram(Endpoint to, Frame frame) {
      require().send(to, frame);
    }

    @Override
    public void stream(Endpoint to, Frame frame) {
      require().stream(to, frame);
    }

    @Override
    public void probe(String nodeId, Endpoint to) {
      require()
          .probe(
              nodeId,
              to,
              (id, result) -> guarded(() -> membership.onProbe(id, result, System.nanoTime())));
    }

    @Override
    public void observe(Map<String, Endpoint> subjects) {
      require().observe(Map.copyOf(subjects));
    }

    @Override
    public void event(MemberEvent event) {
      events.add(event);
    }
  }
}
