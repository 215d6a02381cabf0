package io.phial.core.phi.classic;

/**
 * NFD-E: a constant safety margin after the expected arrival, which is estimated from the last 1000
 * arrivals by their sequence numbers (Chen, Toueg, Aguilera, IEEE Trans. Computers 51(5), 2002,
 * section 6). Suspicion is the time past the expected arrival in seconds, so a threshold is their
 * margin alpha.
 */
public final class Chen implements Detector {
  /** Arrivals remembered. */
  public static final int WINDOW = 1000;

  private static final double SECOND_NANOS = 1e9;

  private final Silence silence;
  private final ExpectedArrival expected;

  /** Starts as if a beat had just come. */
  public Chen(long intervalNanos, long nowNanos) {
    silence = new Silence(nowNanos);
    expected = new ExpectedArrival(WINDOW, intervalNanos, silence);
  }

  @Override
  public void onBeat(long sequence, long nowNanos) {
    if (silence.isFresh(sequence)) {
      silence.heard(sequence, nowNanos);
      expected.heard();
    }
  }

  @Override
  public void onInterval(long intervalNanos, long nowNanos) {
    expected.restart(intervalNanos);
  }

  @Override
  public double suspicion(long nowNanos) {
    return Math.max(0, silence.lengthNanos(nowNanos) - expected.ahead()) / SECOND_NANOS;
  }

  @Override
  public long deadlineNanos(double threshold) {
    return threshold > 0
        ? silence.after(expected.ahead() + threshold * SECOND_NANOS)
        : silence.lastNanos();
  }
}
