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
  private static final int OCTAVES_BELOW = 5;
  private static final int OCTAVES_ABOVE = 25;

  /** The bin that starts at the due time. */
  static final int ZERO = OCTAVES_BELOW << PART_BITS;

  static final int BINS = ZERO + (OCTAVES_ABOVE << PART_BITS);

  /** Nothing is told apart below this: 31 deviations before the due time. */
  static final double Z_MIN = 1 - (1 << OCTAVES_BELOW);

  private static final double[] EDGE = edges();
  private static final double[] PER_WIDTH = perWidth();

  private LatenessScale() {}

  private static double[] edges() {
    double[] edge = new double[BINS + 1];
    for (int b = 0; b <= BINS; b++) {
      double u = Float.intBitsToFloat((Math.abs(b - ZERO) + ONE) << SHIFT);
      edge[b] = b < ZERO ? 1 - u : u - 1;
    }
    return edge;
  }

  private static double[] perWidth() {
    double[] perWidth = new double[BINS];
    for (int b = 0; b < BINS; b++) {
      perWidth[b] = 1 / (EDGE[b + 1] - EDGE[b]);
    }
    return perWidth;
  }

  /** The bin of z; the first and the last take what lies beyond. */
  static int bin(double z) {
    if (z >= 0) {
      int bin = ZERO + (Float.floatToRawIntBits((float) z + 1) >> SHIFT) - ONE;
      return Math.min(bin, BINS - 1);
    }
    int bin = ZERO - 1 - ((Float.floatToRawIntBits(1 - (float) z) >> SHIFT) - ONE);
    return Math.max(bin, 0);
  }

  /** Where a bin starts. */
  static double edge(int bin) {
    return EDGE[bin];
  }

  /** Where in its bin z lies, 0 to 1. */
  static double part(double z, int bin) {
    double part = (z - EDGE[bin]) * PER_WIDTH[bin];
    return Math.max(0, Math.min(1, part));
  }
}
