package io.phial.core.phi.classic;

/**
 * Phi under an exponential distribution of gaps, as Cassandra computes it: silence / (mean gap * ln
 * 10), mean of the last 1000 gaps.
 *
 * <p>Faithful to it in two peculiarities: gaps above two intervals are not learned, so that the
 * mean never exceeds two intervals, and the window starts with one gap of two intervals.
 */
public final class ExponentialPhi implements Detector {
  /** Gaps remembered. */
  public static final int WINDOW = 1000;

  private static final double FIRST_GAP_INTERVALS = 2;
  private static final double LEARNED_INTERVALS_MAX = 2;
  private static final double LN10 = Math.log(10);

  private final Silence silence;
  private final Window gaps = new Window(WINDOW);
  private final double learnedNanosMax;

  /** Starts as if a beat had just come. */
  public ExponentialPhi(long intervalNanos, long nowNanos) {
    silence = new Silence(nowNanos);
    learnedNanosMax = LEARNED_INTERVALS_MAX * intervalNanos;
    gaps.add(FIRST_GAP_INTERVALS * intervalNanos);
  }

  @Override
  public void onBeat(long sequence, long nowNanos) {
    if (silence.isFresh(sequence)) {
      boolean isGap = silence.hasHeard();
      long gap = silence.heard(sequence, nowNanos);
      if (isGap && gap <= learnedNanosMax) {
        gaps.add((double) gap);
      }
    }
  }

  @Override
  public void onInterval(long intervalNanos, long nowNanos) {
    // Its interval is a setting of the whole cluster.
  }

  @Override
  public double suspicion(long nowNanos) {
    return silence.lengthNanos(nowNanos) / scale();
  }

  @Override
  public long deadlineNanos(double threshold) {
    return silence.after(threshold * scale());
  }

  /** Nanoseconds of silence for each unit of phi; at least one, after gaps of zero length. */
  private double scale() {
    return Math.max(1, gaps.mean() * LN10);
  }
}
