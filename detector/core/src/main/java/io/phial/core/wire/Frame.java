package io.phial.core.wire;

import java.util.List;

/** A message between nodes. */
public sealed interface Frame permits Frame.Spoken, ForwardedBeats, UnknownSessions {
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

  /** Answers a beat of a node to which the receiver does not itself beat. */
  record Echo(Speaker from, long echoSequence, long echoHoldNanos, int health, List<Rumour> rumours)
      implements Gossiping {}

  /** Rumours that cannot wait for the next beat. */
  record Gossip(Speaker from, int health, List<Rumour> rumours) implements Gossiping {}

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
