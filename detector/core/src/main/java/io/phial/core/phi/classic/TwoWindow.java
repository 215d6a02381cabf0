package io.phial.core.phi.classic;

/**
 * 2W-FD: a constant safety margin after the later of two expected arrivals, one from the last beat
 * and one from the last 1000 (Tomsic, Sens, Garcia, Arantes, Sopena, IPDPS 2015). Suspicion is the
 * time past the expected arrival in seconds.
 */
public final class TwoWindow implements Detector {
  /** Arrivals remembered by the long window; the short one remembers one. */
  public static final int WINDOW = 1000;

  private static final double SECOND_NANOS = 1e9;

  private final Silence silence;
  private final ExpectedArrival shortTerm;
  private final ExpectedArrival longTerm;

  /** Starts as if a beat had just come. */
  public TwoWindow(long intervalNanos, long nowNanos) {
    silence = new Silence(nowNanos);
    shortTerm = new ExpectedArrival(1, intervalNanos, silence);
    longTerm = new ExpectedArrival(WINDOW, intervalNanos, silence);
  }

  @Override
  public void onBeat(long sequence, long nowNanos) {
    if (silence.isFresh(sequence)) {
      silence.heard(sequence, nowNanos);
      shortTerm.heard();
      longTerm.heard();
    }
  }

  @Override
  public void onInterval(long intervalNanos, long nowNanos) {
    shortTerm.restart(intervalNanos);
    longTerm.restart(intervalNanos);
  }

  @Override
  public double suspicion(long nowNanos) {
    return Math.max(0, silence.lengthNanos(nowNanos) - ahead()) / SECOND_NANOS;
  }

  @Override
  public long deadlineNanos(double threshold) {
    return threshold > 0 ? silence.after(ahead() + threshold * SECOND_NANOS) : silence.lastNanos();
  }

  private double ahead() {
    return Math.max(shortTerm.ahead(), longTerm.ahead());
  }
}
