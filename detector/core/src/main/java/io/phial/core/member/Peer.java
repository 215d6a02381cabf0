package io.phial.core.member;

import io.phial.core.wire.EvidenceKind;
import io.phial.core.wire.NodeInfo;
import io.phial.core.wire.Xxh64;
import org.jspecify.annotations.Nullable;

/**
 * One row of the roster: who it is and what is held of it. Thousands of these are kept, so whatever
 * only an observer or an observed node needs lives in a {@link Watch} of its own.
 */
final class Peer {
  // Identity; a higher birth is another process under the same name.
  NodeInfo node;
  long birth;
  long incarnation;

  /** What it draws with for every subject. */
  final long hash;

  // What is held of it; without a reason it has just joined.
  MemberState state = MemberState.ALIVE;
  long stateNanos;
  @Nullable String reason;
  EvidenceKind evidence = EvidenceKind.SILENCE;
  float fusedPhi;

  // What was heard from it.
  boolean heard;
  byte health;
  long heardNanos;

  /** It did not answer the last roll call that reached it, nor was it heard since. */
  boolean missedCall;

  /** When it last answered a call: the one proof that both directions work. */
  boolean answered;

  long answeredNanos;

  /** This node is one of its observers. */
  boolean observed;

  /** It is one of this node's observers. */
  boolean target;

  @Nullable Watch watch;

  Peer(NodeInfo node, long birth, long incarnation, long nowNanos) {
    this.node = node;
    this.birth = birth;
    this.incarnation = incarnation;
    this.stateNanos = nowNanos;
    this.hash = Xxh64.hash(node.id(), 2);
  }

  String id() {
    return node.id();
  }

  boolean isGone() {
    return state == MemberState.DEAD || state == MemberState.LEFT;
  }

  String reason() {
    String given = reason;
    return given == null ? Reasons.joined(birth) : given;
  }

  /** UNREACHABLE because its beats get lost, not because it is silent. */
  boolean isFrailOnly() {
    return watch != null && watch.frailty.sole;
  }

  /** Accusations of an earlier incarnation or state say nothing any more. */
  void acquit() {
    if (watch != null) {
      watch.acquit();
      watch.frailty.clear();
    }
  }

  /** Silence as the estimate counts it: own stalls taken out; -1 when not observed. */
  long silenceNanos(long nowNanos) {
    return observed && watch != null ? watch.silenceNanos(nowNanos) : -1;
  }

  /** Own suspicion; 0 when not observed. */
  double phi(long nowNanos) {
    return observed && watch != null ? watch.phi(nowNanos) : 0;
  }

  void shift(long stallNanos) {
    stateNanos += stallNanos;
    if (watch != null) {
      watch.shift(stallNanos, observed);
    }
  }
}
