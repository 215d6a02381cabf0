package io.phial.node.api;

/** Numbers as the API shows them. */
final class Numbers {
  /** Beyond any threshold, and still exact to three decimals. */
  static final double PHI_MAX = 1e9;

  private static final double NANOS_PER_MILLI = 1e6;

  private Numbers() {}

  /** A number that JSON can hold: not NaN, not infinite, not negative. */
  static double finite(double phi) {
    return phi >= 0 ? Math.min(phi, PHI_MAX) : 0;
  }

  /** Rounded to three decimals. */
  static double rounded(double value) {
    return Math.rint(finite(value) * 1000) / 1000;
  }

  /** Whole milliseconds; negative stays negative, so that "never" does not become "now". */
  static long millis(long nanos) {
    return Math.floorDiv(nanos, 1_000_000L);
  }

  /** Milliseconds with three decimals, or -1 when there is no value. */
  static double exactMillis(long nanos) {
    return nanos < 0 ? -1 : Math.rint(nanos / NANOS_PER_MILLI * 1000) / 1000;
  }
}
