package io.phial.core.phi.classic;

/** What every detector keeps: the freshest beat, and where silence begins. */
final class Silence {
  private boolean heard;
  private long sequence;
  private long lastNanos;

  Silence(long nowNanos) {
    lastNanos = nowNanos;
  }

  /** True when this beat is fresher than every earlier one. */
  boolean isFresh(long candidate) {
    return !heard || candidate > sequence;
  }

  /** Takes a fresh beat; returns how long the silence was, 0 or more. */
  long heard(long newSequence, long nowNanos) {
    long gap = Math.max(0, nowNanos - lastNanos);
    heard = true;
    sequence = newSequence;
    lastNanos += gap;
    return gap;
  }

  boolean hasHeard() {
    return heard;
  }

  long sequence() {
    return sequence;
  }

  long lastNanos() {
    return lastNanos;
  }

  long lengthNanos(long nowNanos) {
    return Math.max(0, nowNanos - lastNanos);
  }

  /** The instant at which the silence is this long; bounded, never before the last beat. */
  long after(double nanos) {
    return lastNanos
        + (long) Math.ceil(Math.min(Math.max(0, nanos), (double) Detector.SILENCE_NANOS_MAX));
  }
}
