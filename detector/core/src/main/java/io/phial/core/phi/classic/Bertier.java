package io.phial.core.phi.classic;

/**
 * Chen's expected arrival with a margin that follows the estimate's own error as TCP's
 * retransmission timer does (Bertier, Marin, Sens, DSN 2002; gamma 0.1, beta 1, phi 4, window
 * 1000).
 *
 * <p>With e the error of the last estimate beyond the smoothed one: delay += gamma * e, var +=
 * gamma * (|e| - var), margin = beta * delay + phi * var. The paper has no knob; suspicion here is
 * the time past the expected arrival in units of that margin, so its own operating point is the
 * threshold 1. The margin is at least a microsecond.
 */
public final class Bertier implements Detector {
  /** Arrivals remembered. */
  public static final int WINDOW = 1000;

  private static final double GAMMA = 0.1;
  private static final double BETA = 1;
  private static final double PHI = 4;
  private static final double MARGIN_NANOS_MIN = 1_000;

  private final Silence silence;
  private final ExpectedArrival expected;
  private double delayNanos;
  private double varNanos;

  /** Starts as if a beat had just come, with a first margin of an interval. */
  public Bertier(long intervalNanos, long nowNanos) {
    silence = new Silence(nowNanos);
    expected = new ExpectedArrival(WINDOW, intervalNanos, silence);
    varNanos = intervalNanos / PHI;
  }

  @Override
  public void onBeat(long sequence, long nowNanos) {
    if (!silence.isFresh(sequence)) {
      return;
    }
    boolean isSecond = silence.hasHeard();
    long skipped = isSecond ? sequence - silence.sequence() - 1 : 0;
    double ahead = expected.ahead() + (double) skipped * expected.intervalNanos();
    long gap = silence.heard(sequence, nowNanos);
    if (isSecond) {
      double error = gap - ahead - delayNanos;
      delayNanos += GAMMA * error;
      varNanos += GAMMA * (Math.abs(error) - varNanos);
    }
    expected.heard();
  }

  @Override
  public void onInterval(long intervalNanos, long nowNanos) {
    expected.restart(intervalNanos);
  }

  @Override
  public double suspicion(long nowNanos) {
    return Math.max(0, silence.lengthNanos(nowNanos) - expected.ahead()) / margin();
  }

  @Override
  public long deadlineNanos(double threshold) {
    return threshold > 0
        ? silence.after(expected.ahead() + threshold * margin())
        : silence.lastNanos();
  }

  private double margin() {
    return Math.max(MARGIN_NANOS_MIN, BETA * delayNanos + PHI * varNanos);
  }
}
