package io.phial.core.registry;

import io.phial.core.phi.ArrivalModel;

/**
 * The clients' records: 64 bytes each, in pages of primitive arrays, so that growth never copies
 * and the collector has nothing to trace. Rows are reused through a free list.
 *
 * <p>Longs of a record: 0 to 3 the arrival estimate; 4 deadline; 5 flags (16), sequence (16), beats
 * (32); 6 session (32), id reference (32); 7 wheel links: next (32), previous (32).
 */
final class RecordTable {
  static final int NONE = -1;

  private static final int WORDS = 8;
  private static final int PAGE_BITS = 12;
  private static final int PAGE_ROWS = 1 << PAGE_BITS;
  private static final int DEADLINE = ArrivalModel.WORDS;
  private static final int COUNTERS = 5;
  private static final int IDENTITY = 6;
  private static final int LINKS = 7;
  private static final long LOW = 0xFFFF_FFFFL;

  private final int rowsMax;
  private long[][] pages = new long[1][];
  private int used;
  private int free = NONE;
  private int size;

  RecordTable(int rowsMax) {
    this.rowsMax = rowsMax;
  }

  int size() {
    return size;
  }

  /** Rows ever handed out: the bound for a visit of all. */
  int used() {
    return used;
  }

  /** A zeroed row in use, or {@link #NONE} when full. */
  int allocate() {
    int row = free;
    if (row != NONE) {
      free = next(row);
    } else if (used < rowsMax) {
      row = used++;
      ensurePage(row >>> PAGE_BITS);
    } else {
      return NONE;
    }
    java.util.Arrays.fill(page(row), at(row), at(row) + WORDS, 0);
    flags(row, Flags.IN_USE);
    links(row, NONE, NONE);
    size++;
    return row;
  }

  private void ensurePage(int page) {
    if (page >= pages.length) {
      pages = java.util.Arrays.copyOf(pages, pages.length * 2);
    }
    if (pages[page] == null) {
      pages[page] = new long[PAGE_ROWS * WORDS];
    }
  }

  void release(int row) {
    flags(row, 0);
    links(row, free, NONE);
    free = row;
    size--;
  }

  boolean isInUse(int row) {
    return row >= 0 && row < used && (flags(row) & Flags.IN_USE) != 0;
  }

  /** The array that holds a row; its estimate starts at {@link #at}. */
  long[] page(int row) {
    return pages[row >>> PAGE_BITS];
  }

  int at(int row) {
    return (row & (PAGE_ROWS - 1)) * WORDS;
  }

  long deadline(int row) {
    return page(row)[at(row) + DEADLINE];
  }

  void deadline(int row, long nanos) {
    page(row)[at(row) + DEADLINE] = nanos;
  }

  int flags(int row) {
    return (int) (page(row)[at(row) + COUNTERS] >>> 48);
  }

  void flags(int row, int flags) {
    long[] page = page(row);
    int i = at(row) + COUNTERS;
    page[i] = (page[i] & ~(0xFFFFL << 48)) | (long) flags << 48;
  }

  int sequence(int row) {
    return (int) (page(row)[at(row) + COUNTERS] >>> 32) & 0xFFFF;
  }

  void sequence(int row, int sequence) {
    long[] page = page(row);
    int i = at(row) + COUNTERS;
    page[i] = (page[i] & ~(0xFFFFL << 32)) | (sequence & 0xFFFFL) << 32;
  }

  long beats(int row) {
    return page(row)[at(row) + COUNTERS] & LOW;
  }

  /** Counts a beat; stays at 2^32 - 1. */
  void countBeat(int row) {
    if (beats(row) < LOW) {
      page(row)[at(row) + COUNTERS]++;
    }
  }

  int session(int row) {
    return (int) (page(row)[at(row) + IDENTITY] >>> 32);
  }

  int idReference(int row) {
    return (int) page(row)[at(row) + IDENTITY];
  }

  void identity(int row, int session, int idReference) {
    page(row)[at(row) + IDENTITY] = (long) session << 32 | (idReference & LOW);
  }

  int next(int row) {
    return (int) (page(row)[at(row) + LINKS] >>> 32);
  }

  int previous(int row) {
    return (int) page(row)[at(row) + LINKS];
  }

  void links(int row, int next, int previous) {
    page(row)[at(row) + LINKS] = (long) next << 32 | (previous & LOW);
  }
}
