package io.phial.core.wire;

import java.util.List;

/** A message between nodes. */
public sealed interface Frame
    permits Frame.Spoken, Frame.ShortBeat, ForwardedBeats, ForwardedWord, UnknownSessions {
  /** Most rumours in one frame. */
  int RUMOURS_MAX = 64;

  /** Most rows of a roster in one frame. */
  int STATES_MAX = 1024;

  /** A frame of the membership; its sender names the life that speaks. */
  sealed interface Spoken extends Frame {
    /** Who speaks. */
    Speaker from();
  }

  /** A frame that carries rumours. */
  sealed interface Gossiping extends Spoken {
    /** What is told besides, at most {@value #RUMOURS_MAX}. */
    List<Rumour> rumours();
  }

  /**
   * Who speaks.
   *
   * @param id the node's name
   * @param birth the incarnation with which its process started
   * @param incarnation its incarnation now, at least its birth
   */
  record Speaker(String id, long birth, long incarnation) {}

  /**
   * A heartbeat of a node to one of its observers.
   *
   * @param sequence grows by one with every beat of this birth, the same to all observers
   * @param intervalNanos until the next beat; whole milliseconds travel
   * @param echoSequence the last beat heard from the receiver, -1 for none
   * @param echoHoldNanos how long ago it was heard; whole microseconds travel
   * @param health the sender's own ills, 0 (none) to 15; accusations of the ill do not count
   */
  record Beat(
      Speaker from,
      long sequence,
      long intervalNanos,
      long echoSequence,
      long echoHoldNanos,
      int health,
      List<Rumour> rumours)
      implements Gossiping {}

  /**
   * A heartbeat between acquainted nodes: the sender's short name instead of its identity.
   *
   * @param life the sender's short name: a hash of its id, birth and incarnation
   * @param sequence the low 16 bits
   * @param echoSequence the low 8 bits of the last beat heard from the receiver, -1 for none
   * @param echoHoldNanos how long ago it was heard; units of 64 microseconds travel, up to 4 s
   * @param health as in {@link Beat}
   * @param wanted true when the sender wants each beat echoed for now
   */
  record ShortBeat(
      int life,
      int sequence,
      int echoSequence,
      long echoHoldNanos,
      int health,
      boolean wanted,
      List<Rumour> rumours)
      implements Frame {
    /** Longest time held that travels; a longer one arrives as this. */
    public static final long HOLD_NANOS_MAX = 0xFFFFL * 64_000;

    /** The short name of a node's life. */
    public static int life(Speaker speaker) {
      long seed = speaker.birth() * 31 + speaker.incarnation();
      return (int) Xxh64.hash(speaker.id(), seed);
    }
  }

  /** Answers a beat of a node to which the receiver does not itself beat. */
  record Echo(Speaker from, long echoSequence, long echoHoldNanos, int health, List<Rumour> rumours)
      implements Gossiping {}

  /** Rumours that cannot wait for the next beat. */
  record Gossip(Speaker from, int health, List<Rumour> rumours) implements Gossiping {}

  /**
   * Asks whether the receiver is in reach, or answers that it is.
   *
   * @param answer true for the answer
   */
  record Call(Speaker from, boolean answer) implements Spoken {}

  /**
   * The sender's roster in short, so that equal ones need not be exchanged.
   *
   * @param digest of every node that takes part and its incarnation
   */
  record Digest(Speaker from, long digest) implements Spoken {}

  /** Makes the sender known, and asks for the receiver's roster. */
  record Join(Speaker from, NodeInfo node) implements Spoken {}

  /**
   * Answers a join.
   *
   * @param states the sender first, then as many rows as fit
   */
  record JoinReply(Speaker from, List<NodeState> states) implements Spoken {}

  /**
   * The sender's whole roster, over a connection.
   *
   * @param answer true when the receiver's roster is wanted in return
   */
  record Sync(Speaker from, boolean answer, List<NodeState> states) implements Spoken {}

  /** The sender goes for good. */
  record Leave(Speaker from) implements Spoken {}
}
