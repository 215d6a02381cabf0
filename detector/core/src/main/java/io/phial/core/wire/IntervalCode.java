package io.phial.core.wire;

/**
 * An interval in 10 bits, for acknowledgements: {@code unit << 8 | count} with the units 10 ms, 100
 * ms, 1 s and 10 s. Exact for every interval that people choose; others are rounded down.
 */
public final class IntervalCode {
  /** Nothing is said about the interval. */
  public static final int NONE = 0;

  /** The longest interval that fits, in milliseconds: {@value}. */
  public static final int MILLIS_MAX = 2_550_000;

  private IntervalCode() {}

  /** Encodes; {@link #NONE} for what does not fit. */
  public static int encode(int intervalMillis) {
    if (intervalMillis < 10 || intervalMillis > MILLIS_MAX) {
      return NONE;
    }
    int unit = 0;
    int count = intervalMillis / 10;
    while (count > 255) {
      unit++;
      count = intervalMillis / millisOf(unit);
    }
    return unit << 8 | count;
  }

  /** Decodes the lowest 10 bits; 0 for {@link #NONE} and for every other code with count 0. */
  public static int decode(int code) {
    return (code & 0xff) * millisOf(code >> 8 & 3);
  }

  private static int millisOf(int unit) {
    return switch (unit) {
      case 0 -> 10;
      case 1 -> 100;
      case 2 -> 1_000;
      default -> 10_000;
    };
  }
}
