package io.phial.node.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 10ms}, {@code 1.5s}, {@code 2m}. */
public final class Durations {
  // At most nine digits before the point, so that no unit can overflow a long of nanoseconds by
  // much.
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(ns|us|ms|s|m|h|d)");

  private Durations() {}

  /**
   * Reads a number with its unit. A bare number is refused: its unit would be a guess.
   *
   * @throws IllegalArgumentException when the text has another form or does not fit in nanoseconds
   */
  public static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "duration must be a number with ns, us, ms, s, m, h or d, was " + text);
    }
    BigDecimal nanos = new BigDecimal(matcher.group(1)).multiply(unitNanos(matcher.group(2)));
    try {
      return Duration.ofNanos(nanos.longValueExact());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("duration must be whole nanoseconds, was " + text, e);
    }
  }

  /** Writes a duration in its largest whole unit; {@link #parse} reads it back. */
  public static String format(Duration duration) {
    long nanos = duration.toNanos();
    for (String unit : new String[] {"d", "h", "m", "s", "ms", "us"}) {
      long size = unitNanos(unit).longValueExact();
      if (nanos != 0 && nanos % size == 0) {
        return nanos / size + unit;
      }
    }
    return nanos == 0 ? "0s" : nanos + "ns";
  }

  private static BigDecimal unitNanos(String unit) {
    return BigDecimal.valueOf(
        switch (unit) {
          case "ns" -> 1L;
          case "us" -> 1_000L;
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          case "d" -> 86_400_000_000_000L;
          default -> throw new IllegalArgumentException("no such unit: " + unit);
        });
  }
}
