package io.phial.core.phi.classic;

import io.phial.core.phi.Normal;

/**
 * How many deviations above the mean the upper tail of the normal distribution falls to 10^-phi.
 *
 * <p>A cubic Hermite table over the square root of phi, in which the quantile is nearly a straight
 * line, for phi from 0.25 to 1024 (error in phi below 1e-9 of it); Newton's method on the exact
 * logarithm of the tail elsewhere. The derivative of y by phi is ln 10 times Mills' ratio.
 */
final class NormalQuantile {
  private static final double LN10 = Math.log(10);
  private static final double LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI);
  private static final double ROOT_MIN = 0.5;
  private static final double ROOT_MAX = 32;
  private static final double STEP = 1 / 256.0;
  private static final int NODES = (int) ((ROOT_MAX - ROOT_MIN) / STEP) + 1;
  private static final double[] Y = new double[NODES];
  private static final double[] SLOPE = new double[NODES];

  static {
    for (int i = 0; i < NODES; i++) {
      double root = ROOT_MIN + i * STEP;
      Y[i] = solve(root * root);
      SLOPE[i] = 2 * root * slope(Y[i]);
    }
  }

  private NormalQuantile() {}

  /** The y with -log10 P(Z &gt; y) = phi, for phi above 0. */
  static double ofPhi(double phi) {
    double position = (Math.sqrt(phi) - ROOT_MIN) / STEP;
    if (!(position >= 0 && position < NODES - 1)) {
      return solve(phi);
    }
    int i = (int) position;
    double t = position - i;
    double u = 1 - t;
    return u * u * ((1 + 2 * t) * Y[i] + t * STEP * SLOPE[i])
        + t * t * ((1 + 2 * u) * Y[i + 1] - u * STEP * SLOPE[i + 1]);
  }

  private static double slope(double y) {
    return LN10 * Math.exp(Normal.logSurvival(y) + 0.5 * y * y + LOG_SQRT_2PI);
  }

  /** Newton's steps inside a bracket that is halved whenever a step leaves it. */
  private static double solve(double phi) {
    double log = -phi * LN10;
    double low = -40;
    double high = Math.sqrt(2 * phi * LN10) + 2;
    double y = high - 2;
    for (int n = 0; n < 200; n++) {
      double error = Normal.logSurvival(y) - log;
      if (error > 0) {
        low = y;
      } else {
        high = y;
      }
      double newton = y + error * slope(y) / LN10;
      double following = newton > low && newton < high ? newton : (low + high) / 2;
      if (Math.abs(following - y) <= 1e-13 * Math.max(1, Math.abs(y))) {
        return following;
      }
      y = following;
    }
    return y;
  }
}
