package io.phial.core.registry;

/**
 * DEAD and LEFT rows in the order in which they became so, so that the oldest make room when the
 * table is full. An entry counts only while its row still has the deadline it had then; others are
 * skipped.
 */
final class RetiredRows {
  private static final int LENGTH_MIN = 16;

  private final RecordTable table;
  private int[] rows = new int[LENGTH_MIN];
  private long[] deadlines = new long[LENGTH_MIN];
  private int head;
  private int size;

  RetiredRows(RecordTable table) {
    this.table = table;
  }

  void add(int row) {
    if (size > rows.length / 2) {
      compact();
      if (size > rows.length / 4) {
        grow();
      }
    }
    int i = head + size++ & rows.length - 1;
    rows[i] = row;
    deadlines[i] = table.deadline(row);
  }

  /** The row retired longest ago, or {@link RecordTable#NONE}. It is not listed any more. */
  int poll() {
    while (size > 0) {
      int i = head;
      head = head + 1 & rows.length - 1;
      size--;
      if (counts(i)) {
        return rows[i];
      }
    }
    return RecordTable.NONE;
  }

  private boolean counts(int i) {
    int row = rows[i];
    if (!table.isInUse(row) || table.deadline(row) != deadlines[i]) {
      return false;
    }
    Verdict verdict = Flags.verdict(table.flags(row));
    return verdict == Verdict.DEAD || verdict == Verdict.LEFT;
  }

  /** Drops what no longer counts; what does is at most one entry per row of the table. */
  private void compact() {
    int kept = 0;
    for (int n = 0; n < size; n++) {
      int from = head + n & rows.length - 1;
      if (counts(from)) {
        int to = head + kept++ & rows.length - 1;
        rows[to] = rows[from];
        deadlines[to] = deadlines[from];
      }
    }
    size = kept;
  }

  private void grow() {
    int mask = rows.length - 1;
    int[] moreRows = new int[rows.length * 2];
    long[] moreDeadlines = new long[rows.length * 2];
    for (int n = 0; n < size; n++) {
      moreRows[n] = rows[head + n & mask];
      moreDeadlines[n] = deadlines[head + n & mask];
    }
    head = 0;
    rows = moreRows;
    deadlines = moreDeadlines;
  }
}
