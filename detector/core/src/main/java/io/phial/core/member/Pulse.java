package io.phial.core.member;

import io.phial.core.wire.Frame;

/** The beats of this node: when they are due, what they carry, and what comes back. */
final class Pulse {
  /** A node that this one does not beat to has its beats answered this often. */
  private static final int ECHO_BEATS = 4;

  private static final int SENT_MAX = 64;

  private final MemberOptions options;
  private final Roster roster;
  private final Voice voice;
  private final long[] sentNanos = new long[SENT_MAX];
  private long sequence;
  private long dueNanos;

  Pulse(MemberOptions options, Roster roster, Voice voice) {
    this.options = options;
    this.roster = roster;
    this.voice = voice;
  }

  void start(long firstNanos) {
    dueNanos = firstNanos;
  }

  /** The sequence number of the next beat. */
  long nextSequence() {
    return sequence;
  }

  /** Beats to all observers when it is time; a missed time is not made up for. */
  void beat(long nowNanos) {
    if (nowNanos - dueNanos < 0) {
      return;
    }
    dueNanos += options.intervalNanos();
    if (nowNanos - dueNanos >= 0) {
      dueNanos = nowNanos + options.intervalNanos();
    }
    sentNanos[(int) (sequence % SENT_MAX)] = nowNanos;
    for (Peer observer : roster.targets()) {
      long echo = observer.observed ? observer.sequence : -1;
      voice.send(
          observer.node.gossip(),
          new Frame.Beat(
              voice.speaker(),
              sequence,
              options.intervalNanos(),
              echo,
              echo < 0 ? 0 : Math.max(0, nowNanos - observer.beatNanos),
              voice.health(),
              voice.piggyback()));
    }
    sequence++;
  }

  /** Answers the beat of a node to which this one does not beat itself, now and then. */
  void echo(Peer peer) {
    if (peer.sequence % ECHO_BEATS == 0 && !roster.targets().contains(peer)) {
      voice.send(
          peer.node.gossip(),
          new Frame.Echo(voice.speaker(), peer.sequence, 0, voice.health(), voice.piggyback()));
    }
  }

  /** One of our beats came back. */
  void onEcho(Peer peer, long echoSequence, long holdNanos, long nowNanos) {
    if (echoSequence < 0 || echoSequence >= sequence || echoSequence < peer.echoedSequence) {
      return;
    }
    boolean newer = echoSequence > peer.echoedSequence;
    peer.echoedSequence = echoSequence;
    if (newer && sequence - echoSequence <= SENT_MAX) {
      long sent = sentNanos[(int) (echoSequence % SENT_MAX)];
      peer.roundTripNanos = Math.max(0, nowNanos - sent - holdNanos);
    }
  }
}
