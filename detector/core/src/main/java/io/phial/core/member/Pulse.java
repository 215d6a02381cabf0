package io.phial.core.member;

import io.phial.core.wire.Frame;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The beats of this node: when they are due, what they carry, and what comes back. A node that has
 * echoed a full beat knows this one's short name and gets short beats from then on.
 */
final class Pulse {
  private static final int SENT_MAX = 64;

  /** Short names remembered at most; then all are forgotten and learned again. */
  private static final int LIVES_MAX = 1024;

  private record Life(Peer peer, Frame.Speaker speaker) {}

  private final MemberOptions options;
  private final Roster roster;
  private final Duties duties;
  private final Voice voice;
  private final LocalHealth health;
  private final long[] sentNanos = new long[SENT_MAX];
  private final Map<Integer, Life> lives = new HashMap<>();
  private long sequence;
  private long dueNanos;

  Pulse(MemberOptions options, Roster roster, Duties duties, Voice voice, LocalHealth health) {
    this.options = options;
    this.roster = roster;
    this.duties = duties;
    this.voice = voice;
    this.health = health;
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
    List<Peer> targets = duties.targets();
    // Rumours ride on beats, and chance lets a few nodes observe nobody: these ask one observer
    // after the other for what it has to tell.
    boolean hearsFew = duties.observed().size() <= 1;
    for (int i = 0; i < targets.size(); i++) {
      boolean asked = hearsFew && i == sequence % targets.size();
      voice.send(targets.get(i).node.gossip(), beat(targets.get(i), asked, nowNanos));
    }
    sequence++;
  }

  private Frame beat(Peer observer, boolean asked, long nowNanos) {
    Watch watch = roster.watch(observer);
    long echo = observer.observed ? watch.sequence : -1;
    long hold = echo < 0 ? 0 : Math.max(0, nowNanos - watch.beatNanos);
    if (watch.acquainted) {
      boolean recent = hold < Frame.ShortBeat.HOLD_NANOS_MAX;
      return new Frame.ShortBeat(
          Frame.ShortBeat.life(voice.speaker()),
          (int) sequence & 0xFFFF,
          echo >= 0 && recent ? (int) echo & 0xFF : -1,
          hold,
          voice.health(),
          asked || isEchoWanted(watch),
          voice.piggyback());
    }
    if (watch.introducedSequence < 0) {
      watch.introducedSequence = sequence;
    }
    return new Frame.Beat(
        voice.speaker(),
        sequence,
        options.intervalNanos(),
        echo,
        hold,
        voice.health(),
        voice.piggyback());
  }

  private boolean isEchoWanted(Watch watch) {
    return health.isImpaired() || sequence - watch.echoedSequence > MemberOptions.ECHO_BEATS;
  }

  /** The beat in full; null when the short name is not known here. */
  Frame.@Nullable Beat expand(Frame.ShortBeat beat) {
    Life life = lives.get(beat.life());
    Watch watch = life == null ? null : life.peer.watch;
    if (life == null || watch == null || life.peer.birth != life.speaker.birth()) {
      lives.remove(beat.life());
      return null;
    }
    long last = watch.sequence;
    long newest = last < 0 ? beat.sequence() : last + (short) (beat.sequence() - last);
    long echo = -1;
    if (beat.echoSequence() >= 0) {
      long ours = sequence - 1;
      echo = ours - ((ours - beat.echoSequence()) & 0xFF);
    }
    return new Frame.Beat(
        life.speaker,
        Math.max(0, newest),
        options.intervalNanos(),
        echo,
        beat.echoHoldNanos(),
        beat.health(),
        beat.rumours());
  }

  /** From a full beat its sender's short name is learned. */
  void learn(Peer peer, Frame.Speaker speaker) {
    if (lives.size() >= LIVES_MAX) {
      lives.clear();
    }
    lives.put(Frame.ShortBeat.life(speaker), new Life(peer, speaker));
  }

  /** Answers a beat of a node to which this one does not beat itself, now and then. */
  void echo(Peer peer, boolean wanted) {
    Watch watch = roster.watch(peer);
    if (!peer.target && (wanted || watch.sequence % MemberOptions.ECHO_BEATS == 0)) {
      List<io.phial.core.wire.Rumour> rumours = voice.piggyback();
      voice.send(
          peer.node.gossip(),
          new Frame.Echo(voice.speaker(), watch.sequence, 0, voice.health(), rumours));
    }
  }

  /** One of our beats came back. */
  void onEcho(Peer peer, long echoSequence, long holdNanos, long nowNanos) {
    if (echoSequence < 0 || echoSequence >= sequence) {
      return;
    }
    Watch watch = roster.watch(peer);
    if (echoSequence < watch.echoedSequence) {
      return;
    }
    if (watch.introducedSequence >= 0 && echoSequence >= watch.introducedSequence) {
      watch.acquainted = true;
    }
    boolean newer = echoSequence > watch.echoedSequence;
    watch.echoedSequence = echoSequence;
    boolean measurable = holdNanos < Frame.ShortBeat.HOLD_NANOS_MAX;
    if (newer && measurable && sequence - echoSequence <= SENT_MAX) {
      long sent = sentNanos[(int) (echoSequence % SENT_MAX)];
      watch.roundTripNanos = Math.max(0, nowNanos - sent - holdNanos);
    }
  }
}
