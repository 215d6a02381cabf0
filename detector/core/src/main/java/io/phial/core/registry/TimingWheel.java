package io.phial.core.registry;

import java.util.Arrays;

/**
 * Rows by deadline: four levels of 512 slots over the links inside the records (Varghese and Lauck
 * 1987). It is lazy: who only moves a deadline later leaves the row where it is, and the row is put
 * right when its slot fires. A deadline that moves earlier needs {@link #schedule} again.
 *
 * <p>A slot of a level spans 256 slots of the level below, which holds two such spans: so the slot
 * that is next is handed down bit by bit while the one before it runs, and no tick has to move a
 * whole slot at once.
 */
final class TimingWheel {
  /** Takes rows whose deadline has passed. May schedule or remove any row. */
  interface Due {
    void onDue(int row);
  }

  private static final int LEVELS = 4;
  private static final int BITS = 8;
  private static final int SLOTS = 1 << (BITS + 1);
  private static final int MASK = SLOTS - 1;
  private static final int FIRING = LEVELS * SLOTS;
  private static final long DELTA_MAX = 1L << (LEVELS * BITS);
  // A slot that holds all rows is handed down in half of its time.
  private static final int HANDED_DOWN_MIN = 64;
  private static final int HANDED_DOWN_SHIFT = 7;

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
    place(row, tick + 1);
  }

  private void place(int row, long earliest) {
    long ahead = table.deadline(row) - startNanos;
    long due = ahead <= 0 ? 0 : (ahead - 1) / tickNanos + 1;
    due = Math.max(earliest, Math.min(tick + DELTA_MAX, due));
    int level = 0;
    while ((due >>> (BITS * level)) - (tick >>> (BITS * level)) >= SLOTS) {
      level++;
    }
    link(row, level * SLOTS + (int) (due >>> (BITS * level) & MASK));
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

  /** A record moved to another row: its place in the wheel moves with it. */
  void moved(int from, int to) {
    int next = table.next(from);
    int previous = table.previous(from);
    table.links(to, next, previous);
    if (previous < RecordTable.NONE) {
      heads[-2 - previous] = to;
    } else if (previous != RecordTable.NONE) {
      table.links(previous, to, table.previous(previous));
    }
    if (next != RecordTable.NONE) {
      table.links(next, table.next(next), to);
    }
    table.links(from, RecordTable.NONE, RecordTable.NONE);
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
      for (int level = LEVELS - 1; level > 0; level--) {
        handDown(level);
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

  /** The slot of this tick fires; nothing was left of the tick before. */
  private void moveToFiring(int bucket) {
    int row = heads[bucket];
    if (row != RecordTable.NONE) {
      heads[bucket] = RecordTable.NONE;
      heads[FIRING] = row;
      table.links(row, table.next(row), headMark(FIRING));
    }
  }

  private void handDown(int level) {
    long now = tick >>> (BITS * level);
    if ((tick & (1L << (BITS * level)) - 1) == 0) {
      // Its time has come: nothing may be left, however many it held.
      handDown(level * SLOTS + (int) (now & MASK), Integer.MAX_VALUE);
    }
    int share = Math.max(HANDED_DOWN_MIN, table.size() >>> HANDED_DOWN_SHIFT);
    handDown(level * SLOTS + (int) (now + 1 & MASK), share);
  }

  private void handDown(int bucket, int budget) {
    int row = heads[bucket];
    for (int n = 0; n < budget && row != RecordTable.NONE; n++) {
      remove(row);
      place(row, tick);
      row = heads[bucket];
    }
  }
}
