package io.phial.core.registry;

import java.util.Arrays;

/**
 * Rows by deadline: four levels of 256 slots over the links inside the records (Varghese and Lauck
 * 1987). It is lazy: who only moves a deadline later leaves the row where it is, and the row is put
 * right when its slot fires. A deadline that moves earlier needs {@link #schedule} again.
 */
final class TimingWheel {
  /** Takes rows whose deadline has passed. May schedule or remove any row. */
  interface Due {
    void onDue(int row);
  }

  private static final int LEVELS = 4;
  private static final int BITS = 8;
  private static final int SLOTS = 1 << BITS;
  private static final int MASK = SLOTS - 1;
  private static final int FIRING = LEVELS * SLOTS;
  private static final long DELTA_MAX = (1L << (LEVELS * BITS)) - SLOTS;

  private final RecordTable table;
  private final long tickNanos;
  private final long startNanos;
  private final int[] heads = new int[FIRING + 1];
  private long tick;

  TimingWheel(RecordTable table, long tickNanos, long startNanos) {
    this.table = table;
    this.tickNanos = tickNanos;
    this.startNanos = startNanos;
    Arrays.fill(heads, RecordTable.NONE);
  }

  /** Puts a row where its deadline says; it may be in the wheel already. */
  void schedule(int row) {
    remove(row);
    long ahead = table.deadline(row) - startNanos;
    long due = ahead <= 0 ? 0 : (ahead - 1) / tickNanos + 1;
    long delta = Math.max(1, Math.min(DELTA_MAX, due - tick));
    long target = tick + delta;
    int level = 0;
    while (delta >= 1L << (BITS * (level + 1))) {
      level++;
    }
    link(row, level * SLOTS + (int) (target >>> (BITS * level) & MASK));
  }

  private void link(int row, int bucket) {
    int head = heads[bucket];
    // A first row holds its bucket's number, inverted, in place of a previous row.
    table.links(row, head, headMark(bucket));
    if (head != RecordTable.NONE) {
      table.links(head, table.next(head), row);
    }
    heads[bucket] = row;
  }

  private static int headMark(int bucket) {
    return -2 - bucket;
  }

  /** Takes a row out; nothing when it is not in. */
  void remove(int row) {
    int next = table.next(row);
    int previous = table.previous(row);
    if (previous == RecordTable.NONE) {
      return;
    }
    if (previous < RecordTable.NONE) {
      heads[-2 - previous] = next;
    } else {
      table.links(previous, next, table.previous(previous));
    }
    if (next != RecordTable.NONE) {
      table.links(next, table.next(next), previous);
    }
    table.links(row, RecordTable.NONE, RecordTable.NONE);
  }

  /**
   * Fires what is due.
   *
   * @param budget rows to look at at most; the others wait for the next call
   * @return rows looked at
   */
  int advance(long nowNanos, int budget, Due due) {
    long target = Math.max(0, nowNanos - startNanos) / tickNanos;
    int seen = fire(nowNanos, budget, due);
    while (tick < target && seen < budget) {
      tick++;
      for (int level = 1; level < LEVELS && (tick & (1L << (BITS * level)) - 1) == 0; level++) {
        cascade(level * SLOTS + (int) (tick >>> (BITS * level) & MASK));
      }
      moveToFiring((int) (tick & MASK));
      seen += fire(nowNanos, budget - seen, due);
    }
    return seen;
  }

  private int fire(long nowNanos, int budget, Due due) {
    int seen = 0;
    for (int row = heads[FIRING]; row != RecordTable.NONE && seen < budget; row = heads[FIRING]) {
      seen++;
      remove(row);
      if (table.deadline(row) - nowNanos <= 0) {
        due.onDue(row);
      } else {
        schedule(row);
      }
    }
    return seen;
  }

  private void moveToFiring(int bucket) {
    int row = heads[bucket];
    while (row != RecordTable.NONE) {
      int next = table.next(row);
      remove(row);
      link(row, FIRING);
      row = next;
    }
  }

  private void cascade(int bucket) {
    int row = heads[bucket];
    while (row != RecordTable.NONE) {
      int next = table.next(row);
      remove(row);
      placeCascaded(row);
      row = next;
    }
  }

  /** As {@link #schedule}, but a row due right in this tick still fires in it. */
  private void placeCascaded(int row) {
    long ahead = table.deadline(row) - startNanos;
    long due = ahead <= 0 ? 0 : (ahead - 1) / tickNanos + 1;
    if (due <= tick) {
      link(row, FIRING);
    } else {
      schedule(row);
    }
  }
}
