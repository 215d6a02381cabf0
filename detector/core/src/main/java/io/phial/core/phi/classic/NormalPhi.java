package io.phial.core.phi.classic;

import io.phial.core.phi.Normal;

/**
 * The phi accrual detector as published: -log10 of the upper tail of a normal distribution with the
 * mean and deviation of the last gaps between beats (Hayashibara, Defago, Yared, Katayama, SRDS
 * 2004; window 1000).
 *
 * <p>The tail is exact, not the logistic approximation that many implementations share, which is 13
 * % off at phi 8. The paper adds no pause and no least deviation; here the deviation is at least a
 * microsecond, so that phi stays finite after gaps without any jitter. The window starts with two
 * gaps at a quarter interval around the agreed one, because a single gap has no deviation.
 */
public final class NormalPhi implements Detector {
  /** Gaps remembered in the paper's experiments. */
  public static final int WINDOW = 1000;

  private static final double DEVIATION_NANOS_MIN = 1_000;
  private static final double LN10 = Math.log(10);

  private final Silence silence;
  private final Window gaps = new Window(WINDOW);

  /** Starts as if a beat had just come. */
  public NormalPhi(long intervalNanos, long nowNanos) {
    silence = new Silence(nowNanos);
    gaps.add(0.75 * intervalNanos);
    gaps.add(1.25 * intervalNanos);
  }

  @Override
  public void onBeat(long sequence, long nowNanos) {
    if (silence.isFresh(sequence)) {
      boolean isGap = silence.hasHeard();
      long gap = silence.heard(sequence, nowNanos);
      if (isGap) {
        gaps.add((double) gap);
      }
    }
  }

  @Override
  public void onInterval(long intervalNanos, long nowNanos) {
    // The paper knows gaps only; the window will tell.
  }

  @Override
  public double suspicion(long nowNanos) {
    double y = (silence.lengthNanos(nowNanos) - gaps.mean()) / deviation();
    // A suspicion of exactly 0 is kept for the moment of a beat.
    return Math.max(0, -Normal.logSurvival(y) / LN10);
  }

  @Override
  public long deadlineNanos(double threshold) {
    return threshold > 0
        ? silence.after(gaps.mean() + NormalQuantile.ofPhi(threshold) * deviation())
        : silence.lastNanos();
  }

  private double deviation() {
    return Math.max(DEVIATION_NANOS_MIN, Math.sqrt(gaps.variance()));
  }
}
