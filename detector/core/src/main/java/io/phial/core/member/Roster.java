package io.phial.core.member;

import io.phial.core.wire.Endpoint;
import io.phial.core.wire.NodeInfo;
import io.phial.core.wire.NodeState;
import io.phial.core.wire.Standing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All other nodes that are known, and who observes whom among them. */
final class Roster {
  private final MemberOptions options;
  private final NodeInfo self;
  private final MemberOutbox outbox;
  private final TreeMap<String, Peer> peers = new TreeMap<>();
  private final Map<String, List<String>> observers = new HashMap<>();
  private boolean stale = true;
  private boolean unobserved = true;
  private Map<String, Endpoint> published = Map.of();
  private List<Peer> targets = List.of();
  private int expected = 1;
  private long turnedAway;

  Roster(MemberOptions options, NodeInfo self, MemberOutbox outbox) {
    this.options = options;
    this.self = self;
    this.outbox = outbox;
  }

  Collection<Peer> peers() {
    return peers.values();
  }

  @Nullable Peer get(String id) {
    return peers.get(id);
  }

  /** Nodes that take part or should, this one included. */
  int expected() {
    return expected;
  }

  /** How many nodes were not taken in because the roster was full. */
  long turnedAway() {
    return turnedAway;
  }

  /** A new row; null when the roster is full. */
  @Nullable Peer add(NodeInfo node, long birth, long incarnation, long nowNanos) {
    if (peers.size() >= MemberOptions.NODES_MAX - 1) {
      turnedAway++;
      return null;
    }
    Peer peer = new Peer(node, birth, incarnation, nowNanos);
    peers.put(node.id(), peer);
    changed();
    return peer;
  }

  /** A newly met node takes part from now on. */
  void introduce(Peer peer, String reason) {
    peer.reason = reason;
    outbox.event(new MemberEvent(peer.node, peer.incarnation, null, MemberState.ALIVE, 0, reason));
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
    peer.fusedPhi = phi;
    if (wasGone != peer.isGone()) {
      peer.acquit();
      changed();
    }
    outbox.event(new MemberEvent(peer.node, peer.incarnation, from, to, phi, reason));
  }

  /** Somebody came, went, or has another address. */
  void changed() {
    stale = true;
    unobserved = true;
  }

  /** Ids of the observers of a node (or of this one). */
  List<String> observersOf(String id) {
    refresh();
    return observers.computeIfAbsent(
        id, subject -> Observers.of(subject, takingPart(), options.observers()));
  }

  /** The observers of this node: where its beats go. */
  List<Peer> targets() {
    refresh();
    return targets;
  }

  private List<NodeInfo> takingPart() {
    List<NodeInfo> nodes = new ArrayList<>();
    nodes.add(self);
    for (Peer peer : peers.values()) {
      if (!peer.isGone()) {
        nodes.add(peer.node);
      }
    }
    return nodes;
  }

  private void refresh() {
    if (!stale) {
      return;
    }
    stale = false;
    observers.clear();
    expected = takingPart().size();
    List<Peer> mine = new ArrayList<>();
    for (String id : observersOf(self.id())) {
      Peer peer = peers.get(id);
      if (peer != null) {
        mine.add(peer);
      }
    }
    targets = mine;
  }

  /** Starts and ends observations as the roster demands; publishes when they changed. */
  void observe(long nowNanos) {
    if (!unobserved) {
      return;
    }
    unobserved = false;
    Map<String, Endpoint> subjects = new TreeMap<>();
    for (Peer peer : peers.values()) {
      boolean mine = !peer.isGone() && observersOf(peer.id()).contains(self.id());
      if (mine) {
        subjects.put(peer.id(), peer.node.gossip());
      }
      if (mine && !peer.observed) {
        peer.observe(options, nowNanos);
      } else if (!mine && peer.observed) {
        peer.unobserve();
      }
    }
    if (!subjects.equals(published)) {
      published = subjects;
      outbox.observe(new TreeMap<>(subjects));
    }
  }

  /** True when more than half of all expected nodes are in reach, this one included. */
  boolean hasMajority(long nowNanos) {
    refresh();
    int reached = 1;
    for (Peer peer : peers.values()) {
      if (peer.state == MemberState.ALIVE && isInReach(peer, nowNanos)) {
        reached++;
      }
    }
    return 2 * reached > expected;
  }

  private boolean isInReach(Peer peer, long nowNanos) {
    return !peer.observed
        || peer.silenceNanos(nowNanos) <= options.unreachableSilenceNanosMin()
        || peer.votes.values().stream().anyMatch(Vote::isVouch);
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

  /** Forgets nodes that are gone for too long, and the oldest of too many. */
  void forget(long nowNanos) {
    int gone = 0;
    Peer oldest = null;
    for (Peer peer : List.copyOf(peers.values())) {
      if (!peer.isGone()) {
        continue;
      }
      long keep =
          peer.state == MemberState.DEAD
              ? MemberOptions.deadNanosMax()
              : MemberOptions.leftNanosMax();
      if (nowNanos - peer.stateNanos > keep) {
        peers.remove(peer.id());
        continue;
      }
      gone++;
      if (oldest == null || peer.stateNanos - oldest.stateNanos < 0) {
        oldest = peer;
      }
    }
    if (gone > MemberOptions.GONE_MAX && oldest != null) {
      peers.remove(oldest.id());
    }
  }
}
