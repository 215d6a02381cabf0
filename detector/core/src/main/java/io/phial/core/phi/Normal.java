package io.phial.core.phi;

/** The normal distribution's upper tail, sound however far out. */
public final class Normal {
  private static final double LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI);

  private Normal() {}

  /** P(Z &gt; y). */
  public static double survival(double y) {
    return Math.exp(logSurvival(y));
  }

  /**
   * ln P(Z &gt; y). Relative error of the tail below 1e-10 for y of -37 and above; finite for every
   * finite y below 1e150.
   *
   * <p>Series of the error function (Abramowitz and Stegun 7.1.6) below 2.5, the continued fraction
   * of Mills' ratio (7.1.14) above.
   */
  public static double logSurvival(double y) {
    if (y < -2.5) {
      return Math.log1p(-Math.exp(logSurvival(-y)));
    }
    return y < 2.5 ? Math.log(0.5 - bodyIntegral(y)) : logTail(y);
  }

  private static double bodyIntegral(double y) {
    double term = y;
    double sum = y;
    for (int k = 1; k < 80; k++) {
      term *= y * y / (2 * k + 1);
      sum += term;
    }
    return sum * Math.exp(-0.5 * y * y - LOG_SQRT_2PI);
  }

  private static double logTail(double y) {
    double fraction = 0;
    for (int k = 120; k >= 1; k--) {
      fraction = k / (y + fraction);
    }
    return -0.5 * y * y - LOG_SQRT_2PI - Math.log(y + fraction);
  }
}
