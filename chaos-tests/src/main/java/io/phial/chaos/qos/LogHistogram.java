package io.phial.chaos.qos;

/**
 * Counts of durations in bins of 1/64 octave: a quantile is at most 1.6 % above the true one.
 * Durations below about a microsecond share a bin.
 */
final class LogHistogram {
  private static final int SHIFT = 52 - 6;
  private static final long BASE = Double.doubleToLongBits(1024) >>> SHIFT;
  private static final int BINS = 53 * 64;

  private final int[] counts = new int[BINS];
  private long total;

  void add(double nanos) {
    long bin = (Double.doubleToRawLongBits(Math.max(1024, nanos)) >>> SHIFT) - BASE;
    counts[(int) bin]++;
    total++;
  }

  void addAll(LogHistogram other) {
    for (int b = 0; b < BINS; b++) {
      counts[b] += other.counts[b];
    }
    total += other.total;
  }

  /** The upper edge of the bin in which the quantile lies; 0 without data. */
  double quantile(double share) {
    long rank = (long) Math.ceil(share * total);
    long below = 0;
    for (int b = 0; b < BINS; b++) {
      below += counts[b];
      if (below >= rank && below > 0) {
        return Double.longBitsToDouble((b + 1 + BASE) << SHIFT);
      }
    }
    return 0;
  }
}
