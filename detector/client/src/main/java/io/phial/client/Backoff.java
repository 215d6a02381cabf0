package io.phial.client;

import java.util.random.RandomGenerator;

/**
 * Exponential pauses with full jitter: the n-th is random below {@code min(max, min * 2^n)}, so
 * that a crowd that failed together does not come back together.
 */
final class Backoff {
  private final long nanosMin;
  private final long nanosMax;
  private final RandomGenerator random;
  private long boundNanos;

  Backoff(long nanosMin, long nanosMax, RandomGenerator random) {
    this.nanosMin = nanosMin;
    this.nanosMax = nanosMax;
    this.random = random;
    this.boundNanos = nanosMin;
  }

  long nextNanos() {
    long pauseNanos = random.nextLong(boundNanos) + 1;
    boundNanos = boundNanos > nanosMax / 2 ? nanosMax : 2 * boundNanos;
    return pauseNanos;
  }

  void reset() {
    boundNanos = nanosMin;
  }
}
