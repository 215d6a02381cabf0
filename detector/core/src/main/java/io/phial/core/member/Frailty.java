package io.phial.core.member;

import java.util.TreeMap;

/** What is kept about a node whose beats get lost on the way. */
final class Frailty {
  private static final double DECAY = 1 / 16.0;

  /** From this share of lost beats on an observer calls a node frail: 65 %. */
  private static final double LOSS_ENTER = 0.65;

  /** Below this share it is not any more: 40 %. */
  private static final double LOSS_LEAVE = 0.4;

  /** The share of beats that this observer lost, the newest counting most. */
  double loss;

  /** This observer calls it frail. */
  boolean frail;

  boolean told;
  long toldNanos;

  /** Observers that call it frail, this one included, and when they last said so. */
  final TreeMap<String, Long> callers = new TreeMap<>();

  /** Enough of them agreed: UNREACHABLE, whatever single beats say. */
  boolean agreed;

  /** The only reason why it is UNREACHABLE: it is not silent. */
  boolean sole;

  /** When this was last said by somebody, and as of which beat. */
  long confirmedNanos;

  long sequence = -1;

  void onBeats(long lost) {
    for (long i = 0; i < lost; i++) {
      loss += DECAY * (1 - loss);
    }
    loss -= DECAY * loss;
    frail = loss >= (frail ? LOSS_LEAVE : LOSS_ENTER);
  }

  /** True when there is nothing to judge. */
  boolean isQuiet() {
    return !frail && !agreed && callers.isEmpty();
  }

  /** A new start of the observation. */
  void restart() {
    loss = 0;
    frail = false;
    told = false;
  }

  /** Nothing that was said counts any more. */
  void clear() {
    restart();
    callers.clear();
    agreed = false;
    sole = false;
  }

  /** Another process: its beats count from zero. */
  void reborn() {
    clear();
    sequence = -1;
  }
}
