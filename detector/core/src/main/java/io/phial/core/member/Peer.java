package io.phial.core.member;

import io.phial.core.phi.PhiOptions;
import io.phial.core.phi.SubjectEstimate;
import io.phial.core.wire.EvidenceKind;
import io.phial.core.wire.NodeInfo;
import io.phial.core.wire.Rumour;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One row of the roster: who it is, what is held of it, and what was heard from it. */
final class Peer {
  private static final double LOSS_DECAY = 1 / 32.0;
  private static final int LOST_MAX = 8;
  // A path is remembered for about an hour of beats.
  private static final int MEMORY_BEATS = 10_000;
  // Scheduling noise of a busy machine.
  private static final long DEVIATION_NANOS_MIN = 20_000_000;

  // Identity; a higher birth is another process under the same name.
  NodeInfo node;
  long birth;
  long incarnation;

  // What is held of it.
  MemberState state = MemberState.ALIVE;
  long stateNanos;
  String reason = "";
  EvidenceKind evidence = EvidenceKind.SILENCE;
  double fusedPhi;

  // What was heard from it.
  boolean heard;
  long heardNanos;
  long sequence = -1;
  long beatNanos;
  int beats;
  double loss;
  int health;
  long echoedSequence = -1;
  long roundTripNanos = -1;

  // Observation; the estimate is there while this node is one of its observers.
  boolean observed;
  long observedNanos;
  @Nullable SubjectEstimate estimate;
  final TreeMap<String, Vote> votes = new TreeMap<>();

  // When it last defended itself by a higher incarnation: a sign of life.
  boolean defended;
  long defendedNanos;

  // When something was last sent to or about it; 0 beats of patience at first.
  boolean accused;
  long accusedNanos;
  double accusedPhi;
  int accusations;

  /** How often a node that returned is told of its death. */
  static final int EPITAPHS = 5;

  @Nullable Rumour epitaph;
  int epitaphsLeft;
  boolean told;
  long toldNanos;
  boolean probed;
  long probedNanos;
  int refusals;

  Peer(NodeInfo node, long birth, long incarnation, long nowNanos) {
    this.node = node;
    this.birth = birth;
    this.incarnation = incarnation;
    this.stateNanos = nowNanos;
  }

  String id() {
    return node.id();
  }

  boolean isGone() {
    return state == MemberState.DEAD || state == MemberState.LEFT;
  }

  void observe(MemberOptions options, long nowNanos) {
    observed = true;
    observedNanos = nowNanos;
    beats = 0;
    if (estimate == null) {
      PhiOptions phi =
          new PhiOptions(
              false,
              Math.min(DEVIATION_NANOS_MIN, options.intervalNanos() / 10),
              options.suspectPhi(),
              MEMORY_BEATS,
              0.005,
              0.15);
      estimate = new SubjectEstimate(phi, options.intervalNanos(), nowNanos);
    } else {
      estimate.restart(options.intervalNanos(), nowNanos);
    }
  }

  void unobserve() {
    observed = false;
    accused = false;
    refusals = 0;
  }

  /** Another process under this name: nothing heard so far says anything about it. */
  void reborn(MemberOptions options, long nowNanos) {
    votes.clear();
    sequence = -1;
    echoedSequence = -1;
    roundTripNanos = -1;
    health = 0;
    if (observed) {
      observe(options, nowNanos);
    }
  }

  /** Accusations of an earlier incarnation or state say nothing any more. */
  void acquit() {
    votes.values().removeIf(vote -> !vote.isVouch());
    accused = false;
    accusations = 0;
    refusals = 0;
  }

  /** Silence as the estimate counts it: own stalls taken out; -1 when not observed. */
  long silenceNanos(long nowNanos) {
    SubjectEstimate current = estimate;
    return observed && current != null ? nowNanos - current.lastArrivalNanos() : -1;
  }

  /** Own suspicion; 0 when not observed. */
  double phi(long nowNanos) {
    SubjectEstimate current = estimate;
    return observed && current != null ? current.phi(nowNanos) : 0;
  }

  /** Takes a newer beat into account. */
  void onBeat(long newSequence, long nowNanos, boolean learn, boolean queued) {
    if (sequence >= 0) {
      long lost = Math.min(newSequence - sequence - 1, LOST_MAX);
      for (long i = 0; i < lost; i++) {
        loss += LOSS_DECAY * (1 - loss);
      }
      loss -= LOSS_DECAY * loss;
    }
    sequence = newSequence;
    beats++;
    beatNanos = nowNanos;
    SubjectEstimate current = estimate;
    if (observed && current != null) {
      if (queued) {
        current.onQueuedBeat(newSequence, nowNanos);
      } else {
        current.onBeat(newSequence, nowNanos, learn);
      }
    }
  }

  void shift(long stallNanos) {
    stateNanos += stallNanos;
    observedNanos += stallNanos;
    SubjectEstimate current = estimate;
    if (observed && current != null) {
      current.shift(stallNanos);
    }
  }
}
