package io.phial.node.ingress;

import java.util.ArrayList;
import java.util.List;

/**
 * Looks at many connections when each is due, for the price of one reference each: a wheel of
 * buckets that is turned once per tick. Not thread-safe.
 *
 * @param <T> what is looked at
 */
public final class Rounds<T extends Rounds.Item> {
  /** How often {@link #turn} is to be called, in milliseconds: {@value}. */
  public static final long TICK_MILLIS = 100;

  private static final int BUCKETS = 512;
  private static final long TICK_NANOS = TICK_MILLIS * 1_000_000;

  private final List<List<T>> buckets = new ArrayList<>(BUCKETS);
  private long turnedNanos;
  private int at;

  /** Something that is due again and again. */
  public interface Item {
    /** When it is to be looked at, as {@link System#nanoTime} counts. */
    long dueNanos();

    /** It is due; sets the next time. */
    void onDue(long nowNanos);

    /** True when it need not be looked at any more. */
    boolean isOver();
  }

  /** Creates an empty wheel. */
  public Rounds(long nowNanos) {
    turnedNanos = nowNanos;
    for (int i = 0; i < BUCKETS; i++) {
      buckets.add(new ArrayList<>(0));
    }
  }

  /** Puts an item where it is due; one that is due beyond the horizon is looked at in between. */
  public void add(T item) {
    long ticks = (item.dueNanos() - turnedNanos + TICK_NANOS - 1) / TICK_NANOS;
    int ahead = (int) Math.max(1, Math.min(BUCKETS - 1, ticks));
    buckets.get((at + ahead) % BUCKETS).add(item);
  }

  /** Turns the wheel up to now; items never fire early. */
  public void turn(long nowNanos) {
    while (nowNanos - turnedNanos >= TICK_NANOS) {
      turnedNanos += TICK_NANOS;
      at = (at + 1) % BUCKETS;
      List<T> due = buckets.get(at);
      if (!due.isEmpty()) {
        buckets.set(at, new ArrayList<>(0));
        due.forEach(item -> look(item, nowNanos));
      }
    }
  }

  private void look(T item, long nowNanos) {
    if (!item.isOver() && nowNanos - item.dueNanos() >= 0) {
      item.onDue(nowNanos);
    }
    if (!item.isOver()) {
      add(item);
    }
  }
}
