package io.phial.client;

/** When beats are due: every interval from the first on, never in a burst after a stall. */
final class Schedule {
  private long intervalNanos;
  private long nextNanos;

  Schedule(long intervalNanos) {
    this.intervalNanos = intervalNanos;
  }

  void start(long firstNanos) {
    nextNanos = firstNanos;
  }

  long intervalNanos() {
    return intervalNanos;
  }

  long nextNanos() {
    return nextNanos;
  }

  /** A new interval holds from now on; the next beat may move nearer but never away. */
  void interval(long nanos, long nowNanos) {
    intervalNanos = nanos;
    if (nextNanos - nowNanos > nanos) {
      nextNanos = nowNanos + nanos;
    }
  }

  /** Moves on to the next beat that is not yet due; those that a stall swallowed are skipped. */
  void advance(long nowNanos) {
    long missed = Math.max(0, nowNanos - nextNanos) / intervalNanos;
    nextNanos += (missed + 1) * intervalNanos;
  }
}
