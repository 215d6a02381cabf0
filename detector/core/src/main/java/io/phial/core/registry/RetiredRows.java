package io.phial.core.registry;

/**
 * DEAD and LEFT rows in the order in which they became so, so that the oldest make room when the
 * table is full: a list linked both ways, beside the records. There is memory for the links only of
 * pages that hold such rows. Every operation takes constant time but {@link #add}, which may clear
 * the links of one page.
 */
final class RetiredRows {
  private static final int NONE = RecordTable.NONE;
  private static final int MASK = RecordTable.PAGE_ROWS - 1;
  private static final long LOW = 0xFFFF_FFFFL;
  private static final long[] NO_PAGE = new long[0];

  // Of a row: next (32), previous (32), both plus one, 0 when there is none.
  private long[][] links = {NO_PAGE};
  private int[] sizes = {0};
  private int oldest = NONE;
  private int newest = NONE;

  void add(int row) {
    ensurePage(row >>> RecordTable.PAGE_BITS);
    sizes[row >>> RecordTable.PAGE_BITS]++;
    link(row, newest, NONE);
    if (newest == NONE) {
      oldest = row;
    } else {
      link(newest, previous(newest), row);
    }
    newest = row;
  }

  private void ensurePage(int page) {
    if (page >= links.length) {
      int before = links.length;
      links = java.util.Arrays.copyOf(links, Math.max(page + 1, before * 2));
      java.util.Arrays.fill(links, before, links.length, NO_PAGE);
      sizes = java.util.Arrays.copyOf(sizes, links.length);
    }
    if (links[page] == NO_PAGE) {
      links[page] = new long[RecordTable.PAGE_ROWS];
    }
  }

  /** The row retired longest ago, or {@link RecordTable#NONE}. */
  int oldest() {
    return oldest;
  }

  /** Takes a row that is listed out of the list. */
  void remove(int row) {
    int before = previous(row);
    int after = next(row);
    if (before == NONE) {
      oldest = after;
    } else {
      link(before, previous(before), after);
    }
    if (after == NONE) {
      newest = before;
    } else {
      link(after, before, next(after));
    }
    int page = row >>> RecordTable.PAGE_BITS;
    links[page][row & MASK] = 0;
    if (--sizes[page] == 0) {
      links[page] = NO_PAGE;
    }
  }

  /** A listed record moved to another row: its place in the list stays. */
  void moved(int from, int to) {
    int before = previous(from);
    int after = next(from);
    ensurePage(to >>> RecordTable.PAGE_BITS);
    sizes[to >>> RecordTable.PAGE_BITS]++;
    remove(from);
    link(to, before, after);
    if (before == NONE) {
      oldest = to;
    } else {
      link(before, previous(before), to);
    }
    if (after == NONE) {
      newest = to;
    } else {
      link(after, to, next(after));
    }
  }

  private void link(int row, int previous, int next) {
    links[row >>> RecordTable.PAGE_BITS][row & MASK] =
        (long) (next + 1) << 32 | (previous + 1 & LOW);
  }

  private int next(int row) {
    return (int) (links[row >>> RecordTable.PAGE_BITS][row & MASK] >>> 32) - 1;
  }

  private int previous(int row) {
    return (int) links[row >>> RecordTable.PAGE_BITS][row & MASK] - 1;
  }
}
