package io.phial.node.runtime;

import io.phial.core.member.Member;
import io.phial.core.member.MemberState;
import io.phial.core.placement.Placement;
import io.phial.core.placement.Slots;
import io.phial.core.placement.View;
import io.phial.core.wire.NodeInfo;
import io.phial.node.cluster.ClusterStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node's view the newest one, and writes the next one when this node coordinates: the
 * lowest id that is alive by gossip, or the next one when that one does not act. Gossip leads; the
 * store only decides who was first. Hints make it quick, re-reading makes it sure.
 */
final class ViewKeeper extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(ViewKeeper.class);
  private static final long STEP_MILLIS = 250;
  private static final long READ_NANOS = 1_000_000_000L;
  private static final long UNHEARD_NANOS = 10_000_000_000L;
  private static final long STAND_IN_NANOS = 5_000_000_000L;

  /** A side without a majority goes its own way after this long in the same company. */
  private static final long SPLIT_NANOS = 5_000_000_000L;

  /** How long a node that was held dead waits for a newer view before it takes the old one. */
  private static final long OUTDATED_NANOS = 30_000_000_000L;

  /** A node that leaves gives its slots up in so many steps, one each turn. */
  private static final int DRAIN_STEPS = 4;

  private static final long DRAIN_NANOS_MAX = 5_000_000_000L;

  /** Told of every newer view, on the keeper's loop. */
  @FunctionalInterface
  interface Listener {
    /** A view came into force. */
    void onView(@Nullable View previous, View next);
  }

  private final SlotRouter router;
  private final ClusterStore store;
  private final Supplier<GossipLoop.Snapshot> gossip;
  private final Listener listener;
  private final LongSupplier clock;
  private @Nullable Context loop;
  private boolean busy;
  private boolean again;
  private boolean stopped;
  private long readNanos;
  private boolean waiting;
  private long storedEpoch;
  private long unheardSinceNanos;
  private boolean overdue;
  private long overdueSinceNanos;
  private Set<String> company = Set.of();
  private long companySinceNanos;
  private @Nullable View stored;
  private boolean outdated;
  private long outdatedSinceNanos;
  private @Nullable Promise<Void> drained;
  private int drainShare;
  private long drainSinceNanos;

  ViewKeeper(
      SlotRouter router,
      ClusterStore store,
      Supplier<GossipLoop.Snapshot> gossip,
      Listener listener,
      LongSupplier clock) {
    this.router = router;
    this.store = store;
    this.gossip = gossip;
    this.listener = listener;
    this.clock = clock;
  }

  @Override
  public Future<?> start() {
    loop = context;
    readNanos = clock.getAsLong() - READ_NANOS;
    store.onViewHint(() -> context.runOnContext(v -> read()));
    vertx.setPeriodic(STEP_MILLIS, id -> step());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    return Future.succeededFuture();
  }

  /** This node had to forget its clients: the store's view decides what it takes up; any thread. */
  void reload() {
    Context started = loop;
    if (started != null) {
      started.runOnContext(v -> read());
    }
  }

  /** Something changed that may concern the view; any thread. */
  void wake() {
    Context started = loop;
    if (started != null) {
      started.runOnContext(v -> step());
    }
  }

  /** Does what is due; only on the keeper's loop. */
  void step() {
    if (clock.getAsLong() - readNanos >= READ_NANOS) {
      read();
    } else {
      coordinate();
    }
    standAlone();
    drainStep();
  }

  // Both sides of a split go on. The one without a majority writes nothing: each of its nodes
  // computes the same view from the last one of the store and from those in reach, under the old
  // epoch, so that whatever the other side wrote wins afterwards.
  private void standAlone() {
    GossipLoop.Snapshot now = gossip.get();
    View current = router.view();
    View base = stored;
    Set<String> reached = reached(now.members());
    long at = clock.getAsLong();
    boolean lone = !now.majority() && !now.impaired() && !stopped && drained == null;
    if (!lone || !reached.equals(company)) {
      company = lone ? reached : Set.of();
      companySinceNanos = at;
      return;
    }
    boolean isSettled = at - companySinceNanos >= SPLIT_NANOS;
    if (!isSettled || current == null || base == null || router.isOutdated()) {
      return;
    }
    List<NodeInfo> ownSide =
        base.nodes().stream().filter(node -> reached.contains(node.id())).toList();
    if (ownSide.isEmpty() || ownSide.equals(current.nodes())) {
      return;
    }
    base.nodes().stream()
        .map(NodeInfo::id)
        .filter(id -> !reached.contains(id))
        .forEach(store::memberDead);
    View next = Placement.compute(ownSide, base).withEpoch(base.epoch());
    router.adoptOwnSide(next);
    LOG.warn("split: this side goes on alone epoch={} nodes={}", next.epoch(), reached);
    listener.onView(current, next);
  }

  private static Set<String> reached(List<Member> members) {
    Set<String> reached = new HashSet<>();
    for (Member member : members) {
      if (member.state() == MemberState.ALIVE || member.state() == MemberState.SUSPECT) {
        reached.add(member.node().id());
      }
    }
    return reached;
  }

  /**
   * Gives this node's slots up, a part each turn, so that their heirs load the clients one part
   * after the other while this node still forwards their beats; any thread.
   *
   * @return completes when it has none left or nobody could take them, and after 5 s at the latest
   */
  Future<Void> drain() {
    Context started = loop;
    Promise<Void> end = Promise.promise();
    if (started == null) {
      end.complete();
    } else {
      started.runOnContext(v -> drain(end));
    }
    return end.future();
  }

  /** The same on the keeper's loop; the promise is completed there. */
  void drain(Promise<Void> end) {
    drained = end;
    drainSinceNanos = clock.getAsLong();
    drainShare = (owned() + DRAIN_STEPS - 1) / DRAIN_STEPS;
    drainStep();
  }

  private void drainStep() {
    Promise<Void> end = drained;
    if (end == null || (busy && !isDrainOverdue())) {
      return;
    }
    View current = router.view();
    int own = owned();
    Set<String> heirs = current == null ? Set.of() : heirs(current);
    if (current == null || own == 0 || heirs.isEmpty() || isDrainOverdue()) {
      drained = null;
      LOG.info("drained slots-left={}", own);
      end.complete();
    } else if (store.isUsable()) {
      int keep = Math.max(0, own - drainShare);
      write(Placement.giveUp(current, router.selfId(), keep, heirs));
    }
  }

  private boolean isDrainOverdue() {
    return clock.getAsLong() - drainSinceNanos >= DRAIN_NANOS_MAX;
  }

  private int owned() {
    int owned = 0;
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      owned += router.isMine(slot) ? 1 : 0;
    }
    return owned;
  }

  /** The others of the view that are alive; none while this node cannot tell. */
  private Set<String> heirs(View current) {
    GossipLoop.Snapshot now = gossip.get();
    Set<String> heirs = new HashSet<>();
    if (now.impaired() || !now.majority()) {
      return heirs;
    }
    for (Member member : now.members()) {
      if (member.state() == MemberState.ALIVE) {
        heirs.add(member.node().id());
      }
    }
    heirs.remove(router.selfId());
    heirs.retainAll(current.nodes().stream().map(NodeInfo::id).toList());
    return heirs;
  }

  private void read() {
    if (stopped || !store.isUsable()) {
      return;
    }
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    readNanos = clock.getAsLong();
    int life = router.life();
    store
        .readView()
        .onComplete(
            result -> {
              busy = false;
              // What was asked before this node was held dead is the answer of another store.
              if (result.succeeded() && life == router.life()) {
                storedEpoch = result.result().map(View::epoch).orElse(0L);
                result.result().ifPresent(this::adopt);
                coordinate();
              }
              if (again) {
                again = false;
                read();
              }
            });
  }

  private void adopt(View next) {
    View previous = router.view();
    boolean newer = previous == null || next.epoch() > previous.epoch();
    if (newer || (next.epoch() == previous.epoch() && isNewsAgain())) {
      stored = next;
      router.adopt(next);
      LOG.info(
          "view epoch={} nodes={}", next.epoch(), next.nodes().stream().map(NodeInfo::id).toList());
      listener.onView(previous, next);
    }
  }

  // Back from a split the view of the last epoch is in force again. Who was held dead should find a
  // later one: the old one may be that of the smaller side, whose memory is about to be thrown
  // away.
  private boolean isNewsAgain() {
    boolean since = outdated;
    outdated = router.isOutdated();
    if (!since || !outdated) {
      outdatedSinceNanos = clock.getAsLong();
    }
    boolean waited = !outdated || clock.getAsLong() - outdatedSinceNanos >= OUTDATED_NANOS;
    return !router.isConfirmed() && gossip.get().majority() && waited;
  }

  private void coordinate() {
    GossipLoop.Snapshot now = gossip.get();
    if (busy || stopped || !store.isUsable() || now.impaired() || !now.majority()) {
      return;
    }
    if (router.view() != null && !router.isConfirmed()) {
      return;
    }
    int rank = rank(now.members());
    if (rank < 0) {
      waiting = false;
      overdue = false;
      return;
    }
    View current = router.view();
    List<NodeInfo> wanted = wanted(now.members(), current);
    // A store that lost its memory, or was joined from a smaller side, is brought up to date too.
    boolean known = current != null && storedEpoch >= current.epoch();
    if (wanted.isEmpty() || (known && wanted.equals(current.nodes()))) {
      overdue = false;
      return;
    }
    if (!overdue) {
      overdue = true;
      overdueSinceNanos = clock.getAsLong();
    }
    // The coordinator at once; the others, one after the other, when it does not: its own store may
    // be away. Whoever is first wins, and all compute the same.
    if (clock.getAsLong() - overdueSinceNanos < rank * STAND_IN_NANOS) {
      return;
    }
    write(Placement.compute(wanted, current));
  }

  private void write(View next) {
    busy = true;
    store
        .writeView(storedEpoch, next)
        .onComplete(
            result -> {
              busy = false;
              if (result.succeeded() && result.result()) {
                storedEpoch = next.epoch();
                adopt(next);
              } else {
                if (result.failed()) {
                  LOG.warn(
                      "view epoch={} not written: {}", next.epoch(), result.cause().toString());
                }
                readNanos = clock.getAsLong() - READ_NANOS;
              }
            });
  }

  /** How many nodes alive by gossip have a lower id than this one; -1 when it is not alive. */
  private int rank(List<Member> members) {
    int rank = 0;
    for (Member member : members) {
      if (member.node().id().equals(router.selfId())) {
        return member.state() == MemberState.ALIVE ? rank : -1;
      }
      rank += member.state() == MemberState.ALIVE ? 1 : 0;
    }
    return -1;
  }

  /** The lowest id that is alive by gossip; null when there is none. */
  static @Nullable String coordinator(List<Member> members) {
    for (Member member : members) {
      if (member.state() == MemberState.ALIVE) {
        return member.node().id();
      }
    }
    return null;
  }

  // A silent node keeps its slots until it is DEAD. One of the view that gossip has not met yet
  // (this node is young) keeps them for a while too, counted from when this node first missed it
  // as coordinator.
  private List<NodeInfo> wanted(List<Member> members, @Nullable View current) {
    Map<String, NodeInfo> before = new HashMap<>();
    if (current != null) {
      current.nodes().forEach(node -> before.put(node.id(), node));
    }
    TreeMap<String, NodeInfo> wanted = new TreeMap<>();
    for (Member member : members) {
      NodeInfo known = before.remove(member.node().id());
      switch (member.state()) {
        case ALIVE -> wanted.put(member.node().id(), member.node());
        case SUSPECT, UNREACHABLE -> {
          if (known != null) {
            wanted.put(known.id(), known);
          }
        }
        case DEAD, LEFT -> {}
      }
    }
    long now = clock.getAsLong();
    if (!waiting) {
      unheardSinceNanos = now;
    }
    waiting = !before.isEmpty();
    if (now - unheardSinceNanos < UNHEARD_NANOS) {
      wanted.putAll(before);
    }
    return List.copyOf(wanted.values());
  }
}
