package io.phial.core.phi.classic;

/** A fixed timeout after the last beat. Suspicion is the silence in seconds. */
public final class FixedTimeout implements Detector {
  private static final double SECOND_NANOS = 1e9;

  private final Silence silence;

  /** Starts as if a beat had just come. */
  public FixedTimeout(long nowNanos) {
    silence = new Silence(nowNanos);
  }

  @Override
  public void onBeat(long sequence, long nowNanos) {
    if (silence.isFresh(sequence)) {
      silence.heard(sequence, nowNanos);
    }
  }

  @Override
  public void onInterval(long intervalNanos, long nowNanos) {
    // A fixed timeout learns nothing.
  }

  @Override
  public double suspicion(long nowNanos) {
    return silence.lengthNanos(nowNanos) / SECOND_NANOS;
  }

  @Override
  public long deadlineNanos(double threshold) {
    return silence.after(threshold * SECOND_NANOS);
  }
}
