package io.phial.core.phi;

/**
 * How often m or more beats in a row go missing: the survival R(m) of a cohort's loss runs.
 *
 * <p>A product-limit estimate (Kaplan and Meier 1958): R(m) is the product of the shares of runs
 * that, having reached j-1, reached j. A run that ended under suspicion is censored, so that acting
 * on suspicion does not bend the curve towards quicker suspicion. Every step is drawn to a prior
 * where there are few data; beyond the table the tail is geometric.
 */
final class RunSurvival {
  /** Steps in the table. */
  static final int STEPS = 48;

  private static final double FIRST_WEIGHT = 40;
  private static final double STEP_WEIGHT = 4;
  private static final double STEP_MIN = 1e-6;
  private static final double STEP_MAX = 0.98;

  private final double firstPrior;
  private final double stepPrior;
  private final double[] ended = new double[STEPS + 1];
  private final double[] censored = new double[STEPS + 1];
  private final double[] logSurvival = new double[STEPS + 1];
  private final double[] reached = new double[STEPS + 2];
  private double tailLogStep;

  RunSurvival(double firstPrior, double stepPrior) {
    this.firstPrior = firstPrior;
    this.stepPrior = stepPrior;
    refresh();
  }

  /** A run of exactly this many missing beats (0 is the usual case). */
  void ended(long run) {
    ended[(int) Math.min(run, STEPS)]++;
  }

  /** A run known to have reached this many, and not looked at further. */
  void reached(long run) {
    censored[(int) Math.min(run, STEPS)]++;
  }

  void decay(double factor) {
    for (int j = 0; j <= STEPS; j++) {
      ended[j] *= factor;
      censored[j] *= factor;
    }
  }

  /** Rebuilds the table from the counts. */
  void refresh() {
    for (int j = STEPS; j >= 0; j--) {
      reached[j] = reached[j + 1] + ended[j] + censored[j];
    }
    double tail = tailStep();
    logSurvival[0] = 0;
    for (int j = 0; j < STEPS; j++) {
      double prior = j == 0 ? firstPrior : tail;
      double weight = j == 0 ? FIRST_WEIGHT : STEP_WEIGHT;
      double step = (reached[j + 1] + weight * prior) / (reached[j + 1] + ended[j] + weight);
      logSurvival[j + 1] = logSurvival[j] + Math.log(clamp(step));
    }
    tailLogStep = Math.log(clamp(tail));
  }

  private double tailStep() {
    double gone = STEP_WEIGHT * stepPrior;
    double all = STEP_WEIGHT;
    for (int j = 1; j < STEPS; j++) {
      gone += reached[j + 1];
      all += reached[j + 1] + ended[j];
    }
    return gone / all;
  }

  private static double clamp(double step) {
    return Math.max(STEP_MIN, Math.min(STEP_MAX, step));
  }

  /** ln R(m); 0 for m = 0, falling, finite. */
  double log(long m) {
    return m <= STEPS ? logSurvival[(int) m] : logSurvival[STEPS] + (m - STEPS) * tailLogStep;
  }

  /** The smallest m of 1 or more with ln R(m) at or below the given value. */
  long firstAtOrBelow(double log) {
    if (logSurvival[STEPS] > log) {
      return STEPS + (long) Math.max(1, Math.ceil((log - logSurvival[STEPS]) / tailLogStep));
    }
    int m = 1;
    while (logSurvival[m] > log) {
      m++;
    }
    return m;
  }
}
