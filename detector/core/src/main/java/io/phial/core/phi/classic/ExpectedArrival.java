package io.phial.core.phi.classic;

/**
 * When the next beat is expected by sequence numbers: the mean of the last arrivals, each shifted
 * to the next beat by the interval (Chen, Toueg, Aguilera 2002, section 6.3, estimate of NFD-E).
 */
final class ExpectedArrival {
  private final Silence silence;
  private final Window offsets;
  private long intervalNanos;
  private long originNanos;
  private long originSequence;

  /** As if a beat had just come, the next one due an interval later. */
  ExpectedArrival(int samplesMax, long intervalNanos, Silence silence) {
    this.silence = silence;
    this.offsets = new Window(samplesMax);
    this.intervalNanos = intervalNanos;
  }

  /** A fresh beat has come; the silence knows of it. */
  void heard() {
    if (offsets.size() == 0) {
      originNanos = silence.lastNanos();
      originSequence = silence.sequence();
    }
    offsets.add(lastSinceOrigin() - dueSinceOrigin());
  }

  /** Forgets what was learned: from the last arrival on another interval counts. */
  void restart(long newIntervalNanos) {
    intervalNanos = newIntervalNanos;
    offsets.clear();
  }

  private double lastSinceOrigin() {
    return silence.lastNanos() - originNanos;
  }

  // In floating point: a jump of the counter must not overflow.
  private double dueSinceOrigin() {
    return ((double) silence.sequence() - originSequence) * intervalNanos;
  }

  long intervalNanos() {
    return intervalNanos;
  }

  /** From the last arrival to the expected one, in nanoseconds; negative when it has passed. */
  double ahead() {
    if (offsets.size() == 0) {
      return intervalNanos;
    }
    return offsets.mean() + dueSinceOrigin() - lastSinceOrigin() + intervalNanos;
  }
}
