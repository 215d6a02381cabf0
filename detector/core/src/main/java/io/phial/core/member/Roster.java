package io.phial.core.member;

import io.phial.core.wire.Endpoint;
import io.phial.core.wire.NodeInfo;
import io.phial.core.wire.NodeState;
import io.phial.core.wire.Standing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All nodes that are known, in the order in which they were met. */
final class Roster {
  private final MemberOptions options;
  private final MemberOutbox outbox;
  private final Peer self;
  private final Map<String, Peer> byId = new HashMap<>();
  private final Map<Endpoint, Peer> byAddress = new HashMap<>();

  /** Itself first, then all others. */
  private final List<Peer> all = new ArrayList<>();

  /** Others about which more than the row is kept. */
  private final List<Watch> watches = new ArrayList<>();

  private int expected = 1;
  private int gone;
  private long version;
  private long turnedAway;

  Roster(MemberOptions options, NodeInfo node, long incarnation, MemberOutbox outbox) {
    this.options = options;
    this.outbox = outbox;
    self = new Peer(node, incarnation, incarnation, 0);
    all.add(self);
  }

  /** This node's own row: for drawing observers only. */
  Peer self() {
    return self;
  }

  /** Itself first, then all others. */
  List<Peer> all() {
    return all;
  }

  /** All others. */
  List<Peer> peers() {
    return all.subList(1, all.size());
  }

  List<Watch> watches() {
    return watches;
  }

  @Nullable Peer get(String id) {
    return byId.get(id);
  }

  /** Nodes that take part or should, this one included. */
  int expected() {
    return expected;
  }

  int gone() {
    return gone;
  }

  /** Grows whenever somebody comes or goes. */
  long version() {
    return version;
  }

  /** How many nodes were not taken in because the roster was full. */
  long turnedAway() {
    return turnedAway;
  }

  /** A new row; null when the roster is full. */
  @Nullable Peer add(NodeInfo node, long birth, long incarnation, long nowNanos) {
    if (all.size() >= MemberOptions.NODES_MAX) {
      turnedAway++;
      return null;
    }
    Peer peer = new Peer(node, birth, incarnation, nowNanos);
    byId.put(node.id(), peer);
    all.add(peer);
    expected++;
    version++;
    return peer;
  }

  /** A newly met node takes part from now on. */
  void introduce(Peer peer) {
    outbox.event(
        new MemberEvent(peer.node, peer.incarnation, null, MemberState.ALIVE, 0, peer.reason()));
  }

  /** It is not silent: ALIVE, unless it is too hard to reach. */
  void relent(Peer peer, double phi, String reason, long nowNanos) {
    Watch watch = peer.watch;
    if (peer.state == MemberState.UNREACHABLE && watch != null && watch.frailty.agreed) {
      watch.frailty.sole = true;
    } else {
      move(peer, MemberState.ALIVE, phi, reason, nowNanos);
    }
  }

  /** A node was met that is gone already: no news. */
  void bury(Peer peer, MemberState as, String reason) {
    peer.state = as;
    peer.reason = reason;
    expected--;
    gone++;
    version++;
  }

  /** All transitions go through here. */
  void move(Peer peer, MemberState to, double phi, String reason, long nowNanos) {
    MemberState from = peer.state;
    if (from == to || (peer.isGone() && to != MemberState.ALIVE)) {
      throw new IllegalStateException("node=" + peer.id() + " from=" + from + " to=" + to);
    }
    boolean wasGone = peer.isGone();
    peer.state = to;
    peer.stateNanos = nowNanos;
    peer.reason = reason;
    peer.fusedPhi = (float) phi;
    if (wasGone != peer.isGone()) {
      peer.acquit();
      expected += wasGone ? 1 : -1;
      gone += wasGone ? -1 : 1;
      version++;
    }
    outbox.event(new MemberEvent(peer.node, peer.incarnation, from, to, phi, reason));
  }

  /**
   * Whoever is reached where this one is now.
   *
   * @return who held the address before and still does by what is known here, or null
   */
  @Nullable Peer settle(Peer peer) {
    Peer before = byAddress.put(peer.node.gossip(), peer);
    boolean same = before == peer || before == null;
    return same || !before.node.gossip().equals(peer.node.gossip()) ? null : before;
  }

  /** A node is reached elsewhere now. */
  void moveTo(Peer peer, NodeInfo node) {
    if (byAddress.get(peer.node.gossip()) == peer) {
      byAddress.remove(peer.node.gossip());
    }
    peer.node = node;
    version++;
  }

  /** More than the row is kept about this one from now on. */
  Watch watch(Peer peer) {
    Watch current = peer.watch;
    if (current == null) {
      current = new Watch(peer);
      peer.watch = current;
      watches.add(current);
    }
    return current;
  }

  /** The observers of a node; computed again only when the roster has changed. */
  List<Peer> observersOf(Peer subject) {
    Watch watch = subject == self ? selfWatch() : watch(subject);
    if (watch.observersVersion != version) {
      watch.observersVersion = version;
      watch.observers = Observers.of(subject, all, options.observers());
    }
    return watch.observers;
  }

  private Watch selfWatch() {
    Watch own = self.watch;
    if (own == null) {
      own = new Watch(self);
      self.watch = own;
    }
    return own;
  }

  /** Drops what is no longer of use. */
  void tidy() {
    watches.removeIf(
        watch -> {
          boolean idle = watch.isIdle();
          if (idle) {
            watch.peer.watch = null;
          }
          return idle;
        });
  }

  /** What is told of a node. */
  static NodeState state(Peer peer) {
    Standing standing =
        switch (peer.state) {
          case ALIVE, SUSPECT -> Standing.ALIVE;
          case UNREACHABLE -> Standing.UNREACHABLE;
          case DEAD -> Standing.DEAD;
          case LEFT -> Standing.LEFT;
        };
    return new NodeState(peer.node, peer.birth, peer.incarnation, standing, peer.evidence);
  }

  /** A digest of who takes part, the same for the same roster whatever its order. */
  long digest(long ownIncarnation) {
    long sum = mix(self.hash, ownIncarnation);
    for (int i = 1; i < all.size(); i++) {
      Peer peer = all.get(i);
      if (!peer.isGone()) {
        sum += mix(peer.hash, peer.incarnation);
      }
    }
    return sum;
  }

  private static long mix(long hash, long incarnation) {
    return Observers.draw(hash, incarnation);
  }

  /** Forgets nodes that are gone for too long, and the oldest of too many. */
  void forget(long nowNanos) {
    for (Peer peer : List.copyOf(peers())) {
      long keep =
          peer.state == MemberState.DEAD
              ? MemberOptions.deadNanosMax()
              : MemberOptions.leftNanosMax();
      if (peer.isGone() && nowNanos - peer.stateNanos > keep) {
        remove(peer);
      }
    }
    while (gone > MemberOptions.GONE_MAX) {
      remove(oldestGone());
    }
  }

  private Peer oldestGone() {
    Peer oldest = null;
    for (Peer peer : peers()) {
      boolean older = oldest == null || peer.stateNanos - oldest.stateNanos < 0;
      oldest = peer.isGone() && older ? peer : oldest;
    }
    if (oldest == null) {
      throw new IllegalStateException("gone=" + gone + " but no row is");
    }
    return oldest;
  }

  private void remove(Peer peer) {
    byId.remove(peer.id());
    all.remove(peer);
    byAddress.remove(peer.node.gossip(), peer);
    Watch watch = peer.watch;
    if (watch != null) {
      watches.remove(watch);
      peer.watch = null;
    }
    gone--;
    version++;
  }
}
