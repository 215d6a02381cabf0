package io.phial.core.phi;

/**
 * How late beats are, in units of their client's own deviation: the survival S(z) of a cohort.
 *
 * <p>A product-limit estimate over bins of x = asinh(z): even around 0, log-spaced away from it. A
 * normal prior speaks before the data; beyond them the hazard per bin is constant, which in log z
 * is a Pareto tail with Hill's estimate of its exponent (Hill 1975). ln S is linear in x inside a
 * bin, so both directions are closed forms.
 */
final class LatenessSurvival {
  private static final double STEP = 0.125;
  private static final double X_MIN = -4;
  private static final int BINS = 128;
  private static final double X_MAX = X_MIN + BINS * STEP;
  private static final double PRIOR_WEIGHT = 20;
  private static final double PRIOR_SIGMA = 1.25;
  private static final double TAIL_SHARE = 0.03;
  private static final double TAIL_WEIGHT = 4;
  // A Pareto exponent of 4 before there are data: heavier than any sound LAN.
  private static final double TAIL_HAZARD_PRIOR = -Math.expm1(-4 * STEP);
  private static final double HAZARD_MIN = 1e-5;
  private static final double HAZARD_MAX = 0.99;

  private static final double[] PRIOR = prior();

  private final double[] seen = new double[BINS];
  private final double[] censored = new double[BINS];
  private final double[] logSurvival = new double[BINS + 1];
  private final double[] atRisk = new double[BINS + 1];
  private double tailLogStep;

  LatenessSurvival() {
    refresh();
  }

  private static double[] prior() {
    double[] mass = new double[BINS];
    for (int b = 0; b < BINS; b++) {
      double from = b == 0 ? 1 : Normal.survival(Math.sinh(X_MIN + b * STEP) / PRIOR_SIGMA);
      double to = Normal.survival(Math.sinh(X_MIN + (b + 1) * STEP) / PRIOR_SIGMA);
      mass[b] = PRIOR_WEIGHT * Math.max(0, from - to);
    }
    return mass;
  }

  /** A beat that came this late. */
  void arrived(double z) {
    seen[bin(z)]++;
  }

  /** A beat that was not there yet at this lateness, and not looked at further. */
  void reached(double z) {
    censored[bin(z)]++;
  }

  void decay(double factor) {
    for (int b = 0; b < BINS; b++) {
      seen[b] *= factor;
      censored[b] *= factor;
    }
  }

  /** Rebuilds the table from the counts. */
  void refresh() {
    for (int b = BINS - 1; b >= 0; b--) {
      atRisk[b] = atRisk[b + 1] + seen[b] + censored[b] + PRIOR[b];
    }
    int tail = tailStart();
    double tailHazard = tailHazard(tail);
    logSurvival[0] = 0;
    for (int b = 0; b < BINS; b++) {
      double weight = b < tail ? 0 : TAIL_WEIGHT;
      double risk = atRisk[b] - censored[b] / 2;
      double hazard =
          (seen[b] + PRIOR[b] + weight * tailHazard + HAZARD_MIN) / (risk + weight + 1e-3);
      logSurvival[b + 1] = logSurvival[b] + Math.log1p(-clamp(hazard));
    }
    tailLogStep = Math.log1p(-clamp(tailHazard));
  }

  private int tailStart() {
    double least = Math.max(TAIL_SHARE * atRisk[0], 10);
    int b = (int) (-X_MIN / STEP);
    while (b < BINS && atRisk[b] > least) {
      b++;
    }
    return b;
  }

  private double tailHazard(int tail) {
    double events = TAIL_WEIGHT * TAIL_HAZARD_PRIOR;
    double risk = TAIL_WEIGHT;
    for (int b = tail; b < BINS; b++) {
      events += seen[b] + PRIOR[b];
      risk += atRisk[b] - censored[b] / 2;
    }
    return clamp(events / risk);
  }

  private static double clamp(double hazard) {
    return Math.max(HAZARD_MIN, Math.min(HAZARD_MAX, hazard));
  }

  /** ln S(z): 0 far below the due time, falling without end, finite for every finite z. */
  double log(double z) {
    double x = asinh(z);
    if (x <= X_MIN) {
      return 0;
    }
    if (x >= X_MAX) {
      return logSurvival[BINS] + (x - X_MAX) / STEP * tailLogStep;
    }
    double position = (x - X_MIN) / STEP;
    int b = Math.min(BINS - 1, (int) position);
    return logSurvival[b] + (position - b) * (logSurvival[b + 1] - logSurvival[b]);
  }

  /** The z at which ln S is the given value: the inverse of {@link #log}. */
  double at(double log) {
    if (log >= 0) {
      return Math.sinh(X_MIN);
    }
    if (log <= logSurvival[BINS]) {
      return Math.sinh(X_MAX + (log - logSurvival[BINS]) / tailLogStep * STEP);
    }
    int low = 0;
    int high = BINS;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (logSurvival[middle] > log) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double part = (log - logSurvival[low]) / (logSurvival[high] - logSurvival[low]);
    return Math.sinh(X_MIN + (low + part) * STEP);
  }

  private static int bin(double z) {
    return (int) Math.max(0, Math.min(BINS - 1, (asinh(z) - X_MIN) / STEP));
  }

  private static double asinh(double z) {
    double x = Math.log(Math.abs(z) + Math.sqrt(z * z + 1));
    return z < 0 ? -x : x;
  }
}
