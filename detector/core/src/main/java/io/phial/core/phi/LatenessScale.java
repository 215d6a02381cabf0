package io.phial.core.phi;

/**
 * The bins of lateness z: eight to an octave of |z| + 1, so even around 0 and log-spaced away from
 * it. The bin of a value is read off the bits of a float; edges are exact floats, so rounding never
 * puts a value below the bin that it is in.
 */
final class LatenessScale {
  private static final int PART_BITS = 3;
  private static final int SHIFT = 23 - PART_BITS;
  private static final int ONE = 0x3F80_0000 >> SHIFT;
  private static final int FINE_SHIFT = 52 - PART_BITS;
  private static final int FINE_ONE = 0x3FF << PART_BITS;
  private static final long FINE = (1L << FINE_SHIFT) - 1;
  private static final double PER_FINE = 1.0 / (1L << FINE_SHIFT);
  private static final int OCTAVES_BELOW = 5;
  private static final int OCTAVES_ABOVE = 25;

  /** The bin that starts at the due time. */
  static final int ZERO = OCTAVES_BELOW << PART_BITS;

  static final int BINS = ZERO + (OCTAVES_ABOVE << PART_BITS);

  /** Nothing is told apart below this: 31 deviations before the due time. */
  static final double Z_MIN = 1 - (1 << OCTAVES_BELOW);

  private static final double[] EDGE = edges();

  private LatenessScale() {}

  private static double[] edges() {
    double[] edge = new double[BINS + 1];
    for (int b = 0; b <= BINS; b++) {
      double u = Float.intBitsToFloat((Math.abs(b - ZERO) + ONE) << SHIFT);
      edge[b] = b < ZERO ? 1 - u : u - 1;
    }
    return edge;
  }

  /** The bin of z; the first and the last take what lies beyond. */
  static int bin(double z) {
    return bin((float) z);
  }

  /** As {@link #bin(double)}; takes no branch on the sign, which is a coin toss for each beat. */
  static int bin(float z) {
    int bits = Float.floatToRawIntBits(z + 0f);
    float size = Float.intBitsToFloat(bits & Integer.MAX_VALUE);
    int away = (Float.floatToRawIntBits(size + 1) >> SHIFT) - ONE;
    // A negative value counts down from the bin below: ~n is -1 - n.
    int bin = ZERO + (away ^ bits >> 31);
    return Math.max(0, Math.min(bin, BINS - 1));
  }

  /** Where a bin starts. */
  static double edge(int bin) {
    return EDGE[bin];
  }

  /**
   * How far z is away from 0, in an encoding of which {@link #steps} and {@link #part} make use.
   */
  static long away(double z) {
    return Double.doubleToRawLongBits(Math.abs(z) + 1);
  }

  /** Whole bins between 0 and z. */
  static int steps(long away) {
    return (int) (away >>> FINE_SHIFT) - FINE_ONE;
  }

  /** Where in its bin z lies, counted from 0: 0 to 1. */
  static double part(long away) {
    return (away & FINE) * PER_FINE;
  }
}
