package io.phial.core.registry;

/**
 * The shard's own time: it stands still while the shard does, so that its pauses are nobody's
 * silence. Every input asks it first; a tick that is overdue by more than the limit means that the
 * shard was stalled, and the excess is never counted.
 */
final class ShardClock {
  private static final int SETTLE_TICKS = 2;

  private final long tickNanos;
  private final long stallNanos;
  private long tickedNanos;
  private long stalledNanos;
  private int settling;

  ShardClock(long tickNanos, long stallNanos, long nowNanos) {
    this.tickNanos = tickNanos;
    this.stallNanos = stallNanos;
    this.tickedNanos = nowNanos;
  }

  /** The shard's time at this instant. */
  long local(long nowNanos) {
    long late = nowNanos - tickedNanos - tickNanos;
    if (late > stallNanos) {
      stalledNanos += late;
      tickedNanos += late;
      settling = SETTLE_TICKS;
    }
    return nowNanos - stalledNanos;
  }

  /** A tick; true when verdicts may be given: what the sockets held has been read. */
  boolean tick(long nowNanos) {
    local(nowNanos);
    tickedNanos = nowNanos;
    if (settling > 0) {
      settling--;
      return false;
    }
    return true;
  }

  /** True from the end of a stall until its queues are read: arrivals then teach nothing. */
  boolean isSettling() {
    return settling > 0;
  }

  long stalledNanos() {
    return stalledNanos;
  }
}
