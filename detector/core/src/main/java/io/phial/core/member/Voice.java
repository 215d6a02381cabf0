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
import java.util.List;
import java.util.random.RandomGenerator;

/** How this node speaks: its own identity, its rumours, and to whom they go. */
final class Voice {
  private static final int PIGGYBACK_BYTES_MAX = 400;

  /** Rows of one frame over a connection: far below its limit whatever the names. */
  private static final int STREAM_ROWS_MAX = 600;

  private final NodeInfo self;
  private final Roster roster;
  private final MemberOutbox outbox;
  private final RumourQueue rumours = new RumourQueue();
  private final Broadcast broadcast;
  private long birth;
  private long incarnation;
  private int health;

  Voice(
      MemberOptions options,
      NodeInfo self,
      long incarnation,
      Roster roster,
      RandomGenerator random,
      MemberOutbox outbox) {
    this.self = self;
    this.birth = incarnation;
    this.incarnation = incarnation;
    this.roster = roster;
    this.outbox = outbox;
    broadcast = new Broadcast(options, roster, this, random);
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
    // Nobody knows the new life by its short name.
    for (Watch watch : roster.watches()) {
      watch.acquainted = false;
      watch.introducedSequence = -1;
    }
  }

  /** Tells those whom a mere accusation concerns: the observers, and slowly the others. */
  void tellObservers(Rumour rumour) {
    rumours.add(rumour, roster.expected(), MemberOptions.MENTION_FACTOR);
    for (Peer observer : roster.observersOf(roster.self())) {
      tell(observer.node.gossip(), rumour);
    }
  }

  /** Passes on what is no news to most: beats carry it, a few times. */
  void mention(Rumour rumour) {
    rumours.add(rumour, roster.expected(), MemberOptions.MENTION_FACTOR);
  }

  void send(Endpoint to, Frame frame) {
    outbox.datagram(to, frame);
  }

  void tell(Endpoint to, Rumour... what) {
    send(to, new Frame.Gossip(speaker(), health, List.of(what)));
  }

  /** Tells everyone, in large clusters with the help of those told first. */
  void tellAll(Rumour rumour) {
    rumours.add(rumour, roster.expected());
    broadcast.add(rumour);
  }

  /** Passes on what was heard: beats carry it. */
  void passOn(Rumour rumour) {
    rumours.add(rumour, roster.expected());
  }

  /** Passes on what was heard at once; in small clusters its author has told everybody. */
  void hurryOn(Rumour rumour) {
    rumours.add(rumour, roster.expected());
    if (!broadcast.isDirect()) {
      broadcast.add(rumour);
    }
  }

  /** Sends what is to be told at once; call at the end of every input. */
  void flush(long nowNanos) {
    broadcast.flush(nowNanos);
  }

  List<Rumour> piggyback() {
    return rumours.take(PIGGYBACK_BYTES_MAX);
  }

  int rumours() {
    return rumours.size();
  }

  private NodeState ownState() {
    return new NodeState(self, birth, incarnation, Standing.ALIVE, EvidenceKind.SILENCE);
  }

  /** Answers a join of one that is known: what is held of both. */
  void replyShort(Endpoint to, Peer joiner) {
    send(to, new Frame.JoinReply(speaker(), List.of(ownState(), Roster.state(joiner))));
  }

  /** Answers a join; what does not fit into a datagram follows over a connection. */
  void reply(Endpoint to, String joiner) {
    List<NodeState> first = new ArrayList<>();
    first.add(ownState());
    int bytes = FrameCodec.ENVELOPE_BYTES_MAX + first.get(0).bytesMax();
    Peer known = roster.get(joiner);
    if (known != null) {
      first.add(Roster.state(known));
      bytes += first.get(1).bytesMax();
    }
    List<Peer> peers = roster.peers();
    int next = 0;
    for (; next < peers.size(); next++) {
      if (peers.get(next) != known) {
        NodeState state = Roster.state(peers.get(next));
        bytes += state.bytesMax();
        if (bytes > FrameCodec.DATAGRAM_BYTES_MAX) {
          break;
        }
        first.add(state);
      }
    }
    send(to, new Frame.JoinReply(speaker(), first));
    if (next < peers.size()) {
      sync(to, false, next);
    }
  }

  /** Sends the whole roster, this node first; a large one in several frames. */
  void sync(Endpoint to, boolean answer) {
    sync(to, answer, 0);
  }

  private void sync(Endpoint to, boolean answer, int firstRow) {
    List<NodeState> states = new ArrayList<>();
    states.add(ownState());
    List<Peer> peers = roster.peers();
    for (int i = firstRow; i < peers.size(); i++) {
      if (states.size() == STREAM_ROWS_MAX) {
        outbox.stream(to, new Frame.Sync(speaker(), false, states));
        states = new ArrayList<>();
      }
      states.add(Roster.state(peers.get(i)));
    }
    outbox.stream(to, new Frame.Sync(speaker(), answer, states));
  }
}
