package io.phial.core.registry;

/**
 * Learns the interval of a client that declares none. Three gaps make the first guess (their
 * largest); later, three gaps in a row that agree with each other and not with the guess replace
 * it, so that a changed cadence is learned and a single outage is not.
 *
 * <p>Pure; the state is a count of 0 to 5 and the last telling gap.
 */
final class Cadence {
  /** Counts below this mean that no interval is known yet. */
  static final int KNOWN = 3;

  private static final int CHANGE = 2;
  // Beats nearer than this are one write of the client that arrived in pieces.
  private static final long GAP_NANOS_MIN = 20_000_000L;
  private static final long UNIT_NANOS = 100_000L;
  private static final double STEADY_MIN = 0.6;
  private static final double STEADY_MAX = 1.6;
  private static final double AGREE = 0.25;

  private Cadence() {}

  /**
   * What one gap teaches.
   *
   * @param count the count after it
   * @param gap the telling gap after it, in units of 0.1 ms
   * @param intervalNanos the interval to take from now on, or 0 when it stays
   */
  record Lesson(int count, int gap, long intervalNanos) {}

  /** True when this gap changes nothing: the usual case, which allocates nothing. */
  static boolean isSteady(int count, long gapNanos, long intervalNanos) {
    boolean near = gapNanos > STEADY_MIN * intervalNanos && gapNanos < STEADY_MAX * intervalNanos;
    return gapNanos < GAP_NANOS_MIN || (count == KNOWN && near);
  }

  /** Takes a gap that is not steady by {@link #isSteady} or follows one that was not. */
  static Lesson onGap(int count, int telling, long gapNanos, long intervalNanos) {
    int gap = (int) Math.min(Integer.MAX_VALUE, gapNanos / UNIT_NANOS);
    if (count < KNOWN) {
      int largest = Math.max(gap, telling);
      return new Lesson(count + 1, largest, count + 1 == KNOWN ? largest * UNIT_NANOS : 0);
    }
    if (isSteady(KNOWN, gapNanos, intervalNanos)) {
      return new Lesson(KNOWN, 0, 0);
    }
    if (Math.abs((double) gap - telling) > AGREE * telling) {
      return new Lesson(KNOWN + 1, gap, 0);
    }
    return count < KNOWN + CHANGE ? new Lesson(count + 1, gap, 0) : new Lesson(KNOWN, 0, gapNanos);
  }
}
