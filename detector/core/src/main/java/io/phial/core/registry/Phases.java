package io.phial.core.registry;

/**
 * Spreads the beats of clients over their interval: the n-th client gets the phase frac(n / golden
 * ratio), which fills the interval evenly at every n (any two neighbours of N phases differ by at
 * most 1.9 / N). Not thread-safe.
 */
public final class Phases {
  // 2^64 divided by the golden ratio, odd: the sequence of Weyl in whole numbers.
  private static final long STEP = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 1.0 / (1L << 53);

  private long last;

  /**
   * When the first beat of the next client is due.
   *
   * @param intervalNanos of its beats, above 0
   * @param nowNanos any monotonic clock, the same in each call
   * @return nanoseconds from now, 0 or more and below the interval
   */
  public long firstBeatNanos(long intervalNanos, long nowNanos) {
    last += STEP;
    double phase = (last >>> 11) * UNIT;
    return Math.floorMod((long) (phase * intervalNanos) - nowNanos, intervalNanos);
  }
}
