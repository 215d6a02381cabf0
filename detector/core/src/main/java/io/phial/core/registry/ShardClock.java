package io.phial.core.registry;

/**
 * The shard's own time: it stands still while the shard does, so that its pauses are nobody's
 * silence. Every input asks it first; a tick that is overdue by more than the limit means that the
 * shard was stalled, and what of it passed since the last input is never counted. It never goes
 * back.
 */
final class ShardClock {
  private static final int SETTLE_TICKS = 2;

  private final long tickNanos;
  private final long stallNanos;
  private long dueNanos;
  private long nowNanos;
  private long localNanos;
  private long stalledNanos;
  private long resumedNanos;
  private int settling;

  ShardClock(long tickNanos, long stallNanos, long nowNanos) {
    this.tickNanos = tickNanos;
    this.stallNanos = stallNanos;
    this.dueNanos = nowNanos + tickNanos;
    this.nowNanos = nowNanos;
    this.localNanos = nowNanos;
    this.resumedNanos = nowNanos;
  }

  /** Takes the instant of an input. */
  void input(long nowNanos) {
    if (nowNanos - dueNanos > stallNanos) {
      stalled(nowNanos);
    }
    this.nowNanos = nowNanos;
    this.localNanos = nowNanos - stalledNanos;
  }

  private void stalled(long nowNanos) {
    long late = nowNanos - dueNanos;
    stalledNanos += Math.max(0, Math.min(late, nowNanos - this.nowNanos));
    dueNanos = nowNanos;
    resumedNanos = nowNanos - stalledNanos;
    settling = SETTLE_TICKS;
  }

  /** A tick; true when verdicts may be given: what the sockets held has been read. */
  boolean tick(long nowNanos) {
    input(nowNanos);
    dueNanos = nowNanos + tickNanos;
    if (settling > 0) {
      settling--;
      return false;
    }
    return true;
  }

  /** The instant of the last input. */
  long nowNanos() {
    return nowNanos;
  }

  /** The shard's own time at the last input. */
  long localNanos() {
    return localNanos;
  }

  /** The shard's own time at the end of its last stall, or its start. */
  long resumedNanos() {
    return resumedNanos;
  }

  /** True from the end of a stall until its queues are read: arrivals then teach nothing. */
  boolean isSettling() {
    return settling > 0;
  }

  long stalledNanos() {
    return stalledNanos;
  }
}
