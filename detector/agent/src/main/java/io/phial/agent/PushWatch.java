package io.phial.agent;

import java.util.function.LongSupplier;

/**
 * The program pushes its own beats. Each push is passed on at once, so that its rhythm is judged
 * and not ours; this only remembers when the last one came. Thread-safe.
 */
final class PushWatch implements Watch {
  private final LongSupplier clock;
  private final long patienceNanos;
  private boolean pushed;
  private long pushedNanos;

  /**
   * Creates it.
   *
   * @param patienceNanos without a push for this long the program is called silent
   */
  PushWatch(LongSupplier clock, long patienceNanos) {
    this.clock = clock;
    this.patienceNanos = patienceNanos;
  }

  synchronized void onPush() {
    pushed = true;
    pushedNanos = clock.getAsLong();
  }

  @Override
  public String kind() {
    return "push";
  }

  @Override
  public synchronized Sighting look() {
    if (!pushed) {
      return Sighting.absent("no beat was pushed yet");
    }
    long silence = clock.getAsLong() - pushedNanos;
    String detail = "last beat pushed " + silence / 1_000_000 + " ms ago";
    return silence < patienceNanos ? Sighting.alive(detail, 0) : Sighting.silent(detail);
  }
}
