package io.phial.core.phi;

/**
 * How often m or more beats in a row go missing: the survival R(m) of the loss runs of one class of
 * clients.
 *
 * <p>A product-limit estimate (Kaplan and Meier 1958): R(m) is the product of the steps r(j), the
 * shares of runs that, having reached j-1, reached j. Every step is drawn to a prior where there
 * are few data; beyond the table the tail is geometric. Kept as phi, -log10 R(m), so that nothing
 * underflows.
 */
final class RunSurvival {
  /** Steps in the table. */
  static final int STEPS = 48;

  static final double FIRST_WEIGHT = 40;
  static final double STEP_WEIGHT = 4;
  private static final double STEP_MIN = 1e-6;
  private static final double STEP_MAX = 0.98;

  private final double[] ended = new double[STEPS + 1];
  private final double[] censored = new double[STEPS + 1];
  private final double[] step = new double[STEPS + 1];
  private final double[] phi = new double[STEPS + 1];
  private final double[] reached = new double[STEPS + 2];
  private final Freshness freshness;

  // Usual beats since the last look: no beat missing. Kept apart, so that a beat counts one int.
  private int usual;
  private int usualMax;
  private boolean calm;

  RunSurvival(Freshness freshness) {
    this.freshness = freshness;
  }

  /** True when a sample of the usual beats will do. */
  boolean isCalm() {
    return calm;
  }

  /** So many beats with none missing before them; true when {@link #settle} is due. */
  boolean usual(int beats) {
    usual += beats;
    return usual >= usualMax;
  }

  /** Enters the usual beats into the counts. */
  void settle() {
    ended[0] += usual;
    freshness.counted(usual);
    usual = 0;
    usualMax = freshness.left();
    calm = freshness.isCalm();
  }

  /** Adds the counts of another. */
  void addCounts(RunSurvival other) {
    other.settle();
    for (int j = 0; j <= STEPS; j++) {
      ended[j] += other.ended[j];
      censored[j] += other.censored[j];
    }
  }

  /** Forgets all counts. */
  void clear() {
    java.util.Arrays.fill(ended, 0);
    java.util.Arrays.fill(censored, 0);
  }

  /** A run of exactly this many missing beats (0 is the usual case). */
  void ended(long run) {
    ended[(int) Math.min(run, STEPS)]++;
    freshness.counted(1);
    settle();
  }

  /** A run known to have reached this many, and not looked at further. */
  void reached(long run, double weight) {
    censored[(int) Math.min(run, STEPS)] += weight;
    freshness.counted(1);
    settle();
  }

  Freshness freshness() {
    return freshness;
  }

  void decay(double factor) {
    usualMax = freshness.left();
    calm = freshness.isCalm();
    for (int j = 0; j <= STEPS; j++) {
      ended[j] *= factor;
      censored[j] *= factor;
    }
  }

  /** Rebuilds the table when there is no other class to learn from. */
  void refresh(double firstPrior, double stepPrior) {
    double tail = tailStep(stepPrior);
    for (int j = 0; j < STEPS; j++) {
      rebuild(j, j == 0 ? firstPrior : tail);
    }
    step[STEPS] = clamp(tail);
  }

  /** Rebuilds the table from the counts; later steps are drawn to those of all classes. */
  void refresh(double firstPrior, RunSurvival pool) {
    tailStep(0);
    for (int j = 0; j < STEPS; j++) {
      rebuild(j, j == 0 ? firstPrior : pool.step[j]);
    }
    step[STEPS] = pool.step[STEPS];
  }

  private void rebuild(int j, double prior) {
    double weight = j == 0 ? FIRST_WEIGHT : STEP_WEIGHT;
    double share = (reached[j + 1] + weight * prior) / (reached[j + 1] + ended[j] + weight);
    step[j] = clamp(share);
    phi[j + 1] = phi[j] - Math.log10(step[j]);
  }

  private double tailStep(double stepPrior) {
    for (int j = STEPS; j >= 0; j--) {
      reached[j] = reached[j + 1] + ended[j] + censored[j];
    }
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

  /** {@link #step} of 0. */
  double first() {
    return step[0];
  }

  /** The share of runs of m missing beats that go on to m + 1. */
  double step(long m) {
    return step[(int) Math.min(m, STEPS)];
  }

  /** -log10 R(m); 0 for m = 0, rising, finite. */
  double phi(long m) {
    return m <= STEPS ? phi[(int) m] : phi[STEPS] - (m - STEPS) * Math.log10(step[STEPS]);
  }

  /** The last m with -log10 R(m) below a threshold above 0. */
  long lastBelow(double threshold) {
    if (phi[STEPS] < threshold) {
      double beyond = (threshold - phi[STEPS]) / -Math.log10(step[STEPS]);
      return STEPS + (long) Math.min(Long.MAX_VALUE / 2.0, Math.max(1, Math.ceil(beyond))) - 1;
    }
    int m = 0;
    while (phi[m + 1] < threshold) {
      m++;
    }
    return m;
  }
}
