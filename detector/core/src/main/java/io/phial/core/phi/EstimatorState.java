package io.phial.core.phi;

/**
 * Layout of one client's estimate in four longs.
 *
 * <p>Word 0: last arrival, ns. Word 1: interval, ns. Word 2: lead (high float, ns: how far the mean
 * offset lies behind the last one) and deviation (low float, ns). Word 3: loss share (22 bits),
 * share of gaps with a missing beat (22 bits), count of learned gaps (8 bits, saturating), and a
 * mark that the phase is not known yet (1 bit).
 */
final class EstimatorState {
  static final int COUNT_MAX = 255;
  private static final int SHARE_MAX = (1 << 22) - 1;

  private static final long UNPHASED = 1L << 52;

  private EstimatorState() {}

  static long last(long[] s, int at) {
    return s[at];
  }

  static void last(long[] s, int at, long nanos) {
    s[at] = nanos;
  }

  static long interval(long[] s, int at) {
    return s[at + 1];
  }

  static void interval(long[] s, int at, long nanos) {
    s[at + 1] = nanos;
  }

  static double lead(long[] s, int at) {
    return Float.intBitsToFloat((int) (s[at + 2] >>> 32));
  }

  static double deviation(long[] s, int at) {
    return Float.intBitsToFloat((int) s[at + 2]);
  }

  static void timing(long[] s, int at, double lead, double deviation) {
    s[at + 2] =
        ((long) Float.floatToRawIntBits((float) lead) << 32)
            | (Float.floatToRawIntBits((float) deviation) & 0xFFFF_FFFFL);
  }

  static double loss(long[] s, int at) {
    return (s[at + 3] & SHARE_MAX) / (double) SHARE_MAX;
  }

  static double gapsWithLoss(long[] s, int at) {
    return (s[at + 3] >>> 22 & SHARE_MAX) / (double) SHARE_MAX;
  }

  static int count(long[] s, int at) {
    return (int) (s[at + 3] >>> 44) & COUNT_MAX;
  }

  /** Sets all three and clears the mark. */
  static void counts(long[] s, int at, double loss, double gapsWithLoss, int count) {
    s[at + 3] = (long) Math.min(count, COUNT_MAX) << 44 | bits(gapsWithLoss) << 22 | bits(loss);
  }

  /** True until the first arrival has set the schedule: the phase of that one is arbitrary. */
  static boolean isUnphased(long[] s, int at) {
    return (s[at + 3] & UNPHASED) != 0;
  }

  static void unphased(long[] s, int at, boolean value) {
    s[at + 3] = value ? s[at + 3] | UNPHASED : s[at + 3] & ~UNPHASED;
  }

  private static long bits(double share) {
    return Math.round(Math.max(0, Math.min(1, share)) * SHARE_MAX);
  }
}
