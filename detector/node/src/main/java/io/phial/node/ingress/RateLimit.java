package io.phial.node.ingress;

/** At most so many per second, with bursts of as many. Not thread-safe. */
final class RateLimit {
  private static final long SECOND = 1_000_000_000L;

  private final int perSecondMax;
  private final long gapNanos;
  // The time up to which permits are spent, never more than a second behind the clock.
  private long spentNanos;

  RateLimit(int perSecondMax, long nowNanos) {
    this.perSecondMax = perSecondMax;
    this.gapNanos = SECOND / perSecondMax;
    this.spentNanos = nowNanos - SECOND;
  }

  boolean permits(long nowNanos) {
    if (nowNanos - spentNanos > SECOND) {
      spentNanos = nowNanos - gapNanos * perSecondMax;
    }
    if (nowNanos - spentNanos < gapNanos) {
      return false;
    }
    spentNanos += gapNanos;
    return true;
  }
}
