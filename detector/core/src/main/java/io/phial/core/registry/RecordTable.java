package io.phial.core.registry;

import io.phial.core.phi.ArrivalModel;
import java.util.Arrays;

/**
 * The clients' records: 64 bytes each, in pages of primitive arrays, so that growth never copies
 * and the collector has nothing to trace. Rows are handed out from the lowest page that has one, so
 * that the highest pages run empty and go first; a page without rows is given back at once, but for
 * one that is kept as a spare. Every operation takes constant time but {@link #allocate}, which
 * reads at most one bit per page and zeroes at most one page.
 *
 * <p>Longs of a record: 0 to 3 the arrival estimate; 4 deadline; 5 flags (20), sequence (16), beats
 * (28); 6 session (32), id reference (32); 7 wheel links: next (32), previous (32).
 */
final class RecordTable {
  static final int NONE = -1;

  /** Word of a record that holds flags, sequence and beats. */
  static final int COUNTERS = 5;

  /** Bits below the flags in {@link #COUNTERS}. */
  static final int FLAGS_SHIFT = 44;

  /** Bits below the sequence in {@link #COUNTERS}. */
  static final int SEQUENCE_SHIFT = 28;

  /** Beats are counted up to this. */
  static final long BEATS_MAX = (1L << SEQUENCE_SHIFT) - 1;

  static final int PAGE_BITS = 12;
  static final int PAGE_ROWS = 1 << PAGE_BITS;

  private static final int WORDS = 8;
  private static final int DEADLINE = ArrivalModel.WORDS;
  private static final int IDENTITY = 6;
  private static final int LINKS = 7;
  private static final long LOW = 0xFFFF_FFFFL;
  private static final long SEQUENCE_MASK = 0xFFFFL << SEQUENCE_SHIFT;
  private static final long[] NO_PAGE = new long[0];

  private final int rowsMax;
  private long[][] pages = {NO_PAGE};
  // Of each page: the first row of its free list, rows never used yet, rows in use.
  private int[] free = {NONE};
  private int[] fresh = {0};
  private int[] inUse = {0};
  private long[] withRoom = {0};
  private int top;
  private int held;
  private int spare = NONE;
  private int size;

  RecordTable(int rowsMax) {
    this.rowsMax = rowsMax;
  }

  int size() {
    return size;
  }

  /** No row in use is this or higher: the bound for a visit of all. */
  int rowsBound() {
    return top << PAGE_BITS;
  }

  /** Rows for which there is memory. */
  long rowsHeld() {
    return (long) held << PAGE_BITS;
  }

  /** The highest page that holds rows, or {@link #NONE}. */
  int highestPage() {
    return top - 1;
  }

  /** The rows of a page that are in use. */
  int inUse(int page) {
    return inUse[page];
  }

  /** A zeroed row in use, or {@link #NONE} when full. */
  int allocate() {
    if (size >= rowsMax) {
      return NONE;
    }
    int page = lowestWithRoom();
    if (page == NONE) {
      page = addPage();
    }
    int row = free[page];
    if (row != NONE) {
      free[page] = next(row);
    } else {
      row = (page << PAGE_BITS) + fresh[page]++;
    }
    if (++inUse[page] == PAGE_ROWS) {
      withRoom[page >>> 6] &= ~(1L << page);
    }
    if (page == spare) {
      spare = NONE;
    }
    Arrays.fill(page(row), at(row), at(row) + WORDS, 0);
    flags(row, Flags.IN_USE);
    links(row, NONE, NONE);
    size++;
    return row;
  }

  private int lowestWithRoom() {
    for (int i = 0; i < withRoom.length; i++) {
      if (withRoom[i] != 0) {
        return (i << 6) + Long.numberOfTrailingZeros(withRoom[i]);
      }
    }
    return NONE;
  }

  private int addPage() {
    int page = 0;
    while (page < pages.length && pages[page] != NO_PAGE) {
      page++;
    }
    if (page == pages.length) {
      moreSlots(page * 2);
    }
    pages[page] = new long[PAGE_ROWS * WORDS];
    free[page] = NONE;
    fresh[page] = 0;
    withRoom[page >>> 6] |= 1L << page;
    top = Math.max(top, page + 1);
    held++;
    return page;
  }

  private void moreSlots(int slots) {
    int before = pages.length;
    pages = Arrays.copyOf(pages, slots);
    Arrays.fill(pages, before, slots, NO_PAGE);
    free = Arrays.copyOf(free, slots);
    fresh = Arrays.copyOf(fresh, slots);
    inUse = Arrays.copyOf(inUse, slots);
    withRoom = Arrays.copyOf(withRoom, (slots + 63) >>> 6);
  }

  void release(int row) {
    int page = row >>> PAGE_BITS;
    flags(row, 0);
    links(row, free[page], NONE);
    free[page] = row;
    size--;
    withRoom[page >>> 6] |= 1L << page;
    if (--inUse[page] == 0) {
      emptied(page);
    }
  }

  /** One empty page stays, the lowest seen: or a client that comes and goes would cost a page. */
  private void emptied(int page) {
    if (spare == NONE) {
      spare = page;
    } else {
      int higher = Math.max(spare, page);
      spare = Math.min(spare, page);
      giveBack(higher);
    }
  }

  /** Gives the spare page back too. */
  void releaseSpare() {
    if (spare != NONE) {
      giveBack(spare);
      spare = NONE;
    }
  }

  private void giveBack(int gone) {
    pages[gone] = NO_PAGE;
    withRoom[gone >>> 6] &= ~(1L << gone);
    held--;
    while (top > 0 && pages[top - 1] == NO_PAGE) {
      top--;
    }
  }

  /** Copies a record to a row just allocated, all but its place in the wheel. */
  void copy(int from, int to) {
    System.arraycopy(page(from), at(from), page(to), at(to), LINKS);
  }

  boolean isInUse(int row) {
    if (row < 0 || row >>> PAGE_BITS >= pages.length) {
      return false;
    }
    long[] page = page(row);
    return page != NO_PAGE && (page[at(row) + COUNTERS] >>> FLAGS_SHIFT & Flags.IN_USE) != 0;
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
    return (int) (page(row)[at(row) + COUNTERS] >>> FLAGS_SHIFT);
  }

  void flags(int row, int flags) {
    long[] page = page(row);
    int i = at(row) + COUNTERS;
    page[i] = (page[i] & ~(-1L << FLAGS_SHIFT)) | (long) flags << FLAGS_SHIFT;
  }

  int sequence(int row) {
    return (int) (page(row)[at(row) + COUNTERS] >>> SEQUENCE_SHIFT) & 0xFFFF;
  }

  void sequence(int row, int sequence) {
    long[] page = page(row);
    int i = at(row) + COUNTERS;
    page[i] = (page[i] & ~SEQUENCE_MASK) | (sequence & 0xFFFFL) << SEQUENCE_SHIFT;
  }

  long beats(int row) {
    return page(row)[at(row) + COUNTERS] & BEATS_MAX;
  }

  /** Counts a beat; stays at {@link #BEATS_MAX}. */
  void countBeat(int row) {
    if (beats(row) < BEATS_MAX) {
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
