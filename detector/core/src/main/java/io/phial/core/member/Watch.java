package io.phial.core.member;

import io.phial.core.phi.PhiOptions;
import io.phial.core.phi.SubjectEstimate;
import io.phial.core.wire.Rumour;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is kept about a node that this one observes, is observed by, or that somebody accuses: beats
 * heard and echoed, the estimate, and what observers say.
 */
final class Watch {
  private static final double LOSS_DECAY = 1 / 32.0;
  private static final int LOST_MAX = 8;
  // A path is remembered for about an hour of beats.
  private static final int MEMORY_BEATS = 10_000;
  // Scheduling noise of a busy machine.
  private static final long DEVIATION_NANOS_MIN = 20_000_000;

  /** How often a node that returned is told of its death. */
  static final int EPITAPHS = 5;

  final Peer peer;

  /** What speaks for and against its links. */
  final Frailty frailty = new Frailty();

  // What was heard from it.
  long sequence = -1;
  long beatNanos;
  int beats;
  double loss;

  // What came back of our own beats, and whether it knows our short name.
  long echoedSequence = -1;
  long roundTripNanos = -1;
  boolean acquainted;
  long introducedSequence = -1;

  // Observation; the estimate is there once this node has been one of its observers.
  long observedNanos;
  private @Nullable SubjectEstimate estimate;
  final TreeMap<String, Vote> votes = new TreeMap<>();
  List<Peer> observers = List.of();
  long observersVersion = -1;

  // When it last defended itself by a higher incarnation: a sign of life.
  boolean defended;
  long defendedNanos;

  // When something was last sent to or about it; 0 beats of patience at first.
  boolean accused;
  long accusedNanos;
  double accusedPhi;
  int accusations;
  @Nullable Rumour epitaph;
  int epitaphsLeft;
  boolean told;
  long toldNanos;
  boolean probed;
  long probedNanos;
  int refusals;

  Watch(Peer peer) {
    this.peer = peer;
  }

  /** True when nothing would be lost with it. */
  boolean isIdle() {
    boolean quiet =
        !peer.observed && !peer.target && votes.isEmpty() && epitaphsLeft == 0 && frailty.isQuiet();
    return quiet && (peer.state == MemberState.ALIVE || peer.isGone());
  }

  void observe(MemberOptions options, long nowNanos) {
    observedNanos = nowNanos;
    beats = 0;
    frailty.restart();
    SubjectEstimate current = estimate;
    if (current != null) {
      current.restart(options.intervalNanos(), nowNanos);
      return;
    }
    PhiOptions phi =
        new PhiOptions(
            false,
            Math.min(DEVIATION_NANOS_MIN, options.intervalNanos() / 10),
            options.suspectPhi(),
            MEMORY_BEATS,
            0.005,
            0.15);
    estimate = new SubjectEstimate(phi, options.intervalNanos(), nowNanos);
  }

  void unobserve() {
    accused = false;
    refusals = 0;
    frailty.restart();
  }

  /** Another process under this name: nothing heard so far says anything about it. */
  void reborn() {
    votes.clear();
    frailty.reborn();
    sequence = -1;
    echoedSequence = -1;
    roundTripNanos = -1;
    acquainted = false;
  }

  void acquit() {
    votes.values().removeIf(vote -> !vote.isVouch());
    accused = false;
    accusations = 0;
    refusals = 0;
  }

  /** Takes a statement; beyond the bound those of new observers are dropped. */
  void vote(String observer, Vote vote, int votesMax) {
    if (votes.size() < votesMax || votes.containsKey(observer)) {
      votes.put(observer, vote);
    }
  }

  boolean isVouchedFor() {
    for (Vote vote : votes.values()) {
      if (vote.isVouch()) {
        return true;
      }
    }
    return false;
  }

  long silenceNanos(long nowNanos) {
    SubjectEstimate current = estimate;
    return current == null ? -1 : nowNanos - current.lastArrivalNanos();
  }

  double phi(long nowNanos) {
    SubjectEstimate current = estimate;
    return current == null ? 0 : current.phi(nowNanos);
  }

  /** Takes a newer beat into account. */
  void onBeat(long newSequence, long nowNanos, boolean learn, boolean queued) {
    if (sequence >= 0) {
      long lost = Math.min(newSequence - sequence - 1, LOST_MAX);
      for (long i = 0; i < lost; i++) {
        loss += LOSS_DECAY * (1 - loss);
      }
      loss -= LOSS_DECAY * loss;
      frailty.onBeats(lost);
    }
    sequence = newSequence;
    beats++;
    beatNanos = nowNanos;
    SubjectEstimate current = estimate;
    if (peer.observed && current != null) {
      if (queued) {
        current.onQueuedBeat(newSequence, nowNanos);
      } else {
        current.onBeat(newSequence, nowNanos, learn);
      }
    }
  }

  void shift(long stallNanos, boolean observed) {
    observedNanos += stallNanos;
    frailty.confirmedNanos += stallNanos;
    SubjectEstimate current = estimate;
    if (observed && current != null) {
      current.shift(stallNanos);
    }
  }
}
