package io.phial.core.phi;

/**
 * Finds out when a client beats at another interval than it said.
 *
 * <p>Gaps in a row that agree with each other within a quarter and not with the interval tell it:
 * three when it became slower, four when faster. What could also be something else does not count:
 *
 * <ul>
 *   <li>lost beats: with a counter, the gap is divided by how far it went; without one, the gaps
 *       must be unlikely together for runs of lost beats;
 *   <li>a queue that drains: beats that were held back before are due, and gaps of a few
 *       milliseconds are no interval;
 *   <li>jitter: the gap must be off by a quarter interval and four deviations.
 * </ul>
 */
final class Pace {
  private static final int SLOWER_GAPS = 3;
  private static final int FASTER_GAPS = 4;
  private static final double OFF = 0.25;
  private static final double DEVIATIONS = 4;
  private static final double AGREE = 0.25;
  private static final double PHI_TOGETHER = 9;
  private static final double DRAIN_NANOS_MAX = 20e6;
  private static final double DRAIN = 1 / 64.0;
  private static final double COARSE = 0.02;
  private static final double REFINE = 1 / 32.0;

  private Pace() {}

  /**
   * Takes the gap that ends now; returns true when it made the interval another one.
   *
   * @param beats how far the counter went, 0 when unknown
   * @param window due times that passed without a beat
   * @param phi -log10 of the chance that so many beats were lost
   */
  static boolean isFoundOut(
      long[] state, int at, long nowNanos, int beats, long window, double phi) {
    long interval = EstimatorState.interval(state, at);
    double whole = nowNanos - EstimatorState.last(state, at);
    double gap = whole / Math.max(1, beats);
    double noise = Math.max(OFF * interval, DEVIATIONS * EstimatorState.deviation(state, at));
    long held = EstimatorState.held(state, at);
    if (gap > interval + noise) {
      EstimatorState.held(state, at, held + Math.round(gap / interval) - 1);
      int needed =
          beats > 0
              ? SLOWER_GAPS
              : Math.max(SLOWER_GAPS, (int) Math.ceil(PHI_TOGETHER / Math.max(phi, 1e-9)));
      return tells(state, at, gap, needed);
    }
    if (gap < interval - noise) {
      EstimatorState.held(state, at, held - 1);
      boolean drains = held > 0 || gap < Math.min(DRAIN_NANOS_MAX, DRAIN * interval);
      if (!drains) {
        return tells(state, at, gap, FASTER_GAPS);
      }
    } else {
      EstimatorState.held(state, at, held / 2);
      if (EstimatorState.isFoundOut(state, at)) {
        EstimatorState.interval(state, at, bounded(interval + REFINE * (gap - interval)));
      }
    }
    EstimatorState.telling(state, at, 0);
    return false;
  }

  private static boolean tells(long[] state, int at, double gap, int needed) {
    double before = EstimatorState.tellingGap(state, at);
    int count = EstimatorState.telling(state, at);
    boolean agrees = count > 0 && Math.abs(gap - before) <= AGREE * before;
    if (!agrees) {
      EstimatorState.tellingGap(state, at, gap);
      EstimatorState.telling(state, at, 1);
      return false;
    }
    double mean = before + (gap - before) / (count + 1);
    if (count + 1 < needed) {
      EstimatorState.tellingGap(state, at, mean);
      EstimatorState.telling(state, at, count + 1);
      return false;
    }
    // What is kept of the gaps before is good to 1.6 %; gaps that differ by more are averaged.
    double found = Math.abs(gap - mean) <= COARSE * mean ? gap : mean;
    EstimatorState.interval(state, at, bounded(found));
    EstimatorState.marks(state, at, 0);
    EstimatorState.foundOut(state, at);
    return true;
  }

  private static long bounded(double interval) {
    double most = Math.min(interval, (double) ArrivalModel.INTERVAL_NANOS_MAX);
    return (long) Math.max(most, (double) ArrivalModel.INTERVAL_NANOS_MIN);
  }
}
