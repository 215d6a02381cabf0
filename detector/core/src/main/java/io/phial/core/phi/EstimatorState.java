package io.phial.core.phi;

/**
 * Layout of one client's estimate in four longs.
 *
 * <p>Word 0: last arrival, ns. Word 1: interval, ns (50 bits); the gap that may tell of another
 * interval (14 bits of a float). Word 2: lead (high float, ns: how far the mean offset lies behind
 * the last one) and deviation (low float, ns). Word 3: loss share (22 bits), share of gaps with a
 * missing beat (22 bits), count of learned gaps (8 bits, saturating), and the marks: the phase is
 * not known yet (1 bit), gaps in a row that tell of another interval (3 bits), beats that may be
 * held back in a queue (6 bits), the interval was found out (1 bit).
 */
final class EstimatorState {
  static final int COUNT_MAX = 255;
  static final int TELLING_MAX = 7;
  static final int HELD_MAX = 63;
  static final int SHARE_MAX = (1 << 22) - 1;

  private static final int SHARE_BITS = 22;
  private static final int COUNT_AT = 44;
  private static final int COUNT_BITS = 8;
  private static final int TELLING_AT = 53;
  private static final int HELD_AT = 56;
  private static final long UNPHASED = 1L << 52;
  private static final long FOUND_OUT = 1L << 62;
  private static final long TELLING = (long) TELLING_MAX << TELLING_AT;
  private static final long HELD = (long) HELD_MAX << HELD_AT;
  private static final int INTERVAL_BITS = 50;
  private static final long INTERVAL = (1L << INTERVAL_BITS) - 1;
  private static final int GAP_SHIFT = 17;

  /** Any of these bits set: the next arrival is not a usual one. */
  static final long MARKS = UNPHASED | FOUND_OUT | TELLING | HELD;

  private EstimatorState() {}

  static long last(long[] s, int at) {
    return s[at];
  }

  static void last(long[] s, int at, long nanos) {
    s[at] = nanos;
  }

  static long interval(long[] s, int at) {
    return s[at + 1] & INTERVAL;
  }

  static long interval(long word) {
    return word & INTERVAL;
  }

  /** Sets the interval and forgets the telling gap. */
  static void interval(long[] s, int at, long nanos) {
    s[at + 1] = nanos;
  }

  /** The gap that may tell of another interval, ns, to within 1.6 %. */
  static double tellingGap(long[] s, int at) {
    return Float.intBitsToFloat((int) (s[at + 1] >>> INTERVAL_BITS) << GAP_SHIFT);
  }

  static void tellingGap(long[] s, int at, double nanos) {
    long bits = (long) Float.floatToRawIntBits((float) nanos) >>> GAP_SHIFT;
    s[at + 1] = (s[at + 1] & INTERVAL) | bits << INTERVAL_BITS;
  }

  static float lead(long[] s, int at) {
    return Float.intBitsToFloat((int) (s[at + 2] >>> 32));
  }

  static float deviation(long[] s, int at) {
    return Float.intBitsToFloat((int) s[at + 2]);
  }

  /** The lead out of the word of timing. */
  static float lead(long word) {
    return Float.intBitsToFloat((int) (word >>> 32));
  }

  /** The lead, or 0 when it is negative, without a branch. */
  static float base(long word) {
    int lead = (int) (word >>> 32);
    return Float.intBitsToFloat(lead & ~(lead >> 31));
  }

  static float deviation(long word) {
    return Float.intBitsToFloat((int) word);
  }

  /** The word of timing. */
  static long timing(float lead, float deviation) {
    return (long) Float.floatToRawIntBits(lead) << 32
        | (Float.floatToRawIntBits(deviation) & 0xFFFF_FFFFL);
  }

  static void timing(long[] s, int at, double lead, double deviation) {
    s[at + 2] = timing((float) lead, (float) deviation);
  }

  static double loss(long[] s, int at) {
    return (s[at + 3] & SHARE_MAX) / (double) SHARE_MAX;
  }

  static double gapsWithLoss(long[] s, int at) {
    return gapsWithLossBits(s[at + 3]) / (double) SHARE_MAX;
  }

  static int gapsWithLossBits(long word) {
    return (int) (word >>> SHARE_BITS) & SHARE_MAX;
  }

  static int count(long[] s, int at) {
    return count(s[at + 3]);
  }

  static int count(long word) {
    return (int) (word >>> COUNT_AT) & COUNT_MAX;
  }

  /** Sets all three and clears the marks. */
  static void counts(long[] s, int at, double loss, double gapsWithLoss, int count) {
    s[at + 3] =
        (long) Math.min(count, COUNT_MAX) << COUNT_AT
            | bits(gapsWithLoss) << SHARE_BITS
            | bits(loss);
  }

  /**
   * The word of counts after a gap of one interval without loss: both shares lose a 128th, rounded
   * up, so that they come to zero.
   */
  static long withoutLoss(long word) {
    long loss = word & SHARE_MAX;
    long gaps = gapsWithLossBits(word);
    long full = ((word >>> COUNT_AT & COUNT_MAX) + 1) >>> COUNT_BITS;
    long less = ((loss + 127) >>> 7) + (((gaps + 127) >>> 7) << SHARE_BITS);
    return word - less + ((1 - full) << COUNT_AT);
  }

  /** The marks alone. */
  static long marks(long[] s, int at) {
    return s[at + 3] & MARKS;
  }

  static void marks(long[] s, int at, long marks) {
    s[at + 3] = (s[at + 3] & ~MARKS) | marks;
  }

  /** True until the first arrival has set the schedule: the phase of that one is arbitrary. */
  static boolean isUnphased(long[] s, int at) {
    return (s[at + 3] & UNPHASED) != 0;
  }

  static void unphased(long[] s, int at, boolean value) {
    s[at + 3] = value ? s[at + 3] | UNPHASED : s[at + 3] & ~UNPHASED;
  }

  /** True when the interval was found out against what the client declared. */
  static boolean isFoundOut(long[] s, int at) {
    return (s[at + 3] & FOUND_OUT) != 0;
  }

  static void foundOut(long[] s, int at) {
    s[at + 3] |= FOUND_OUT;
  }

  static int telling(long[] s, int at) {
    return (int) (s[at + 3] >>> TELLING_AT) & TELLING_MAX;
  }

  static void telling(long[] s, int at, int count) {
    s[at + 3] = (s[at + 3] & ~TELLING) | (long) Math.min(count, TELLING_MAX) << TELLING_AT;
  }

  static int held(long[] s, int at) {
    return (int) (s[at + 3] >>> HELD_AT) & HELD_MAX;
  }

  static void held(long[] s, int at, long beats) {
    long bounded = Math.max(0, Math.min(HELD_MAX, beats));
    s[at + 3] = (s[at + 3] & ~HELD) | bounded << HELD_AT;
  }

  private static long bits(double share) {
    return Math.round(Math.max(0, Math.min(1, share)) * SHARE_MAX);
  }
}
