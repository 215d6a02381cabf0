package io.phial.core.member;

import io.phial.core.wire.Endpoint;
import io.phial.core.wire.EvidenceKind;
import io.phial.core.wire.Frame;
import io.phial.core.wire.FrameCodec;
import io.phial.core.wire.NodeInfo;
import io.phial.core.wire.NodeState;
import io.phial.core.wire.Rumour;
import io.phial.core.wire.Standing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** How this node speaks: its own identity, its rumours, and to whom they go. */
final class Voice {
  /** Whom an urgent rumour goes to at once; the others hear it from beats. */
  private static final int URGENT_MAX = 16;

  private static final int PIGGYBACK_BYTES_MAX = 400;

  private final NodeInfo self;
  private final Roster roster;
  private final RandomGenerator random;
  private final MemberOutbox outbox;
  private final RumourQueue rumours = new RumourQueue();
  private long birth;
  private long incarnation;
  private int health;

  Voice(
      NodeInfo self, long incarnation, Roster roster, RandomGenerator random, MemberOutbox outbox) {
    this.self = self;
    this.birth = incarnation;
    this.incarnation = incarnation;
    this.roster = roster;
    this.random = random;
    this.outbox = outbox;
  }

  NodeInfo self() {
    return self;
  }

  long birth() {
    return birth;
  }

  long incarnation() {
    return incarnation;
  }

  void health(int value) {
    health = value;
  }

  int health() {
    return health;
  }

  Frame.Speaker speaker() {
    return new Frame.Speaker(self.id(), birth, incarnation);
  }

  Rumour.Alive alive() {
    return new Rumour.Alive(self, birth, incarnation);
  }

  /** Returns after something was said of this node: what was said is void from now on. */
  void outlive(long told, boolean ofAnotherLife) {
    incarnation = Math.max(incarnation + 1, told + 1);
    if (ofAnotherLife) {
      birth = incarnation;
    }
    tellAll(alive());
  }

  void send(Endpoint to, Frame frame) {
    outbox.datagram(to, frame);
  }

  void tell(Endpoint to, Rumour... what) {
    send(to, new Frame.Gossip(speaker(), health, List.of(what)));
  }

  /** Tells everyone, or the most that are told at once; beats carry it on. */
  void tellAll(Rumour rumour) {
    rumours.add(rumour, roster.expected());
    List<Peer> all = new ArrayList<>();
    for (Peer peer : roster.peers()) {
      if (!peer.isGone() && !peer.id().equals(rumour.subject())) {
        all.add(peer);
      }
    }
    if (all.size() > URGENT_MAX) {
      shuffle(all);
    }
    for (Peer peer : all.subList(0, Math.min(all.size(), URGENT_MAX))) {
      tell(peer.node.gossip(), rumour);
    }
  }

  private void shuffle(List<Peer> all) {
    for (int i = all.size() - 1; i > 0; i--) {
      Collections.swap(all, i, random.nextInt(i + 1));
    }
  }

  /** Passes on what was heard: beats carry it. */
  void passOn(Rumour rumour) {
    rumours.add(rumour, roster.expected());
  }

  List<Rumour> piggyback() {
    return rumours.take(PIGGYBACK_BYTES_MAX);
  }

  /** The whole roster, this node first. */
  List<NodeState> states() {
    List<NodeState> states = new ArrayList<>();
    states.add(new NodeState(self, birth, incarnation, Standing.ALIVE, EvidenceKind.SILENCE));
    for (Peer peer : roster.peers()) {
      states.add(Roster.state(peer));
    }
    return states;
  }

  /** Answers a join; what does not fit into a datagram follows over a connection. */
  void reply(Endpoint to, String joiner) {
    List<NodeState> all = states();
    List<NodeState> first = new ArrayList<>(List.of(all.get(0)));
    List<NodeState> rest = new ArrayList<>();
    for (NodeState state : all.subList(1, all.size())) {
      if (state.node().id().equals(joiner)) {
        first.add(state);
      } else {
        rest.add(state);
      }
    }
    int bytes = FrameCodec.ENVELOPE_BYTES_MAX;
    for (NodeState state : first) {
      bytes += state.bytesMax();
    }
    for (NodeState state : rest) {
      bytes += state.bytesMax();
      if (bytes <= FrameCodec.DATAGRAM_BYTES_MAX) {
        first.add(state);
      }
    }
    send(to, new Frame.JoinReply(speaker(), first));
    if (first.size() < all.size()) {
      sync(to, false);
    }
  }

  void sync(Endpoint to, boolean answer) {
    outbox.stream(to, new Frame.Sync(speaker(), answer, states()));
  }
}
