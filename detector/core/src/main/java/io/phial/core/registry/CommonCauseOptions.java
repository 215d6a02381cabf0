package io.phial.core.registry;

/**
 * When many clients fall silent together: how many are too many for chance, and how fast they may
 * then be declared DEAD.
 *
 * @param silentMin this many silent clients of a group are never held to be too many. Lower guards
 *     smaller groups; higher lets more clients die together before anybody doubts it. Rule of
 *     thumb: twice what one host carries
 * @param factor how far beyond its calibration a network may be, 1 or more
 * @param deviations margin above the expected number, in standard deviations, 0 or more
 * @param deadShareMaxPerSecond share of a group that may be declared DEAD in a second while it is
 *     slowed, 0 to 1. Lower leaves more time to repair; higher leaves fewer dead clients listed as
 *     suspects
 * @param deadPerSecondMin clients of a group that may be declared DEAD in a second however small it
 *     is, above 0: a slowed group is never frozen
 */
public record CommonCauseOptions(
    int silentMin,
    double factor,
    double deviations,
    double deadShareMaxPerSecond,
    double deadPerSecondMin) {
  /** Checks every bound. */
  public CommonCauseOptions {
    check(silentMin >= 1, "silentMin", "1 or more", silentMin);
    check(factor >= 1 && factor <= 1000, "factor", "1 to 1000", factor);
    check(deviations >= 0 && deviations <= 100, "deviations", "0 to 100", deviations);
    check(
        deadShareMaxPerSecond >= 0 && deadShareMaxPerSecond <= 1,
        "deadShareMaxPerSecond",
        "0 to 1",
        deadShareMaxPerSecond);
    check(
        deadPerSecondMin >= 1e-3 && deadPerSecondMin <= 1e6,
        "deadPerSecondMin",
        "0.001 to 1e6",
        deadPerSecondMin);
  }

  private static void check(boolean holds, String option, String bound, Number value) {
    if (!holds) {
      throw new IllegalArgumentException(option + " must be " + bound + ", was " + value);
    }
  }

  /** More than ten and three times what chance explains; then 1 % a second, at least one. */
  public static CommonCauseOptions defaults() {
    return new CommonCauseOptions(10, 3, 4, 0.01, 1);
  }

  /** Never slows anybody. */
  public static CommonCauseOptions off() {
    return new CommonCauseOptions(Integer.MAX_VALUE, 3, 4, 0.01, 1);
  }
}
