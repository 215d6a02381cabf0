package io.phial.core.registry;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is rarely read of a client: its id, its incarnation, its zone and, while its interval is
 * undeclared, the gap last seen. Entries lie in pages of 64 KiB, one after the other; an int refers
 * to one. A page without living entries is given back at once; one that is less than half alive is
 * emptied bit by bit ({@link #compact}), so that the arena stays within about twice what is alive.
 *
 * <p>Entry, in units of 8 bytes: incarnation (8), gap in units of 0.1 ms (4), zone (1), id length
 * less 1 with a mark when dead (1), id in ASCII.
 */
final class IdArena {
  /** Told where an entry has gone. */
  interface Moved {
    /** The entry of this id has another reference from now on. */
    void onMoved(String id, int from, int to);
  }

  /** Longest id. */
  static final int ID_CHARS_MAX = 128;

  private static final int UNIT = 8;
  private static final int PAGE_BITS = 13;
  private static final int PAGE_UNITS = 1 << PAGE_BITS;
  private static final int GAP = 8;
  private static final int ZONE = 12;
  private static final int LENGTH = 13;
  private static final int HEADER = 14;
  private static final int DEAD = 0x80;
  private static final int NONE = -1;

  private @Nullable ByteBuffer[] pages = new ByteBuffer[1];
  private int[] alive = new int[1];
  private int[] vacant = new int[1];
  private int vacancies;
  private int slots;
  private int held;
  private int open = NONE;
  private int openUnits;
  private int cursor;
  private int victim = NONE;
  private int victimUnits;

  /** Bytes for which there is memory. */
  long bytesHeld() {
    return (long) held * PAGE_UNITS * UNIT;
  }

  /** Stores an entry. The id is checked by the caller: ASCII, 1 to {@value #ID_CHARS_MAX}. */
  int add(String id, long incarnation) {
    int reference = allocate(units(id.length()));
    ByteBuffer page = page(reference);
    int at = offset(reference);
    page.putLong(at, incarnation).putInt(at + GAP, 0).put(at + ZONE, (byte) 0);
    page.put(at + LENGTH, (byte) (id.length() - 1));
    for (int i = 0; i < id.length(); i++) {
      page.put(at + HEADER + i, (byte) id.charAt(i));
    }
    return reference;
  }

  private int allocate(int units) {
    if (open == NONE || openUnits + units > PAGE_UNITS) {
      int full = open;
      open = addPage();
      openUnits = 0;
      if (full != NONE && alive[full] == 0) {
        drop(full);
      }
    }
    int reference = open << PAGE_BITS | openUnits;
    openUnits += units;
    alive[open] += units;
    return reference;
  }

  private int addPage() {
    int page = vacancies > 0 ? vacant[--vacancies] : slots++;
    if (page == pages.length) {
      pages = Arrays.copyOf(pages, page * 2);
      alive = Arrays.copyOf(alive, page * 2);
      vacant = Arrays.copyOf(vacant, page * 2);
    }
    pages[page] = ByteBuffer.allocate(PAGE_UNITS * UNIT);
    // Whatever is never written ends a walk through the page.
    alive[page] = 0;
    held++;
    return page;
  }

  private void drop(int page) {
    pages[page] = null;
    vacant[vacancies++] = page;
    held--;
    if (page == victim) {
      victim = NONE;
    }
  }

  void release(int reference) {
    int at = offset(reference) + LENGTH;
    ByteBuffer page = page(reference);
    int length = length(reference);
    page.put(at, (byte) (page.get(at) | DEAD));
    int number = reference >>> PAGE_BITS;
    alive[number] -= units(length);
    if (alive[number] == 0 && number != open) {
      drop(number);
    }
  }

  /**
   * Empties pages that are less than half alive.
   *
   * @param budget entries to look at, at most
   */
  void compact(int budget, Moved moved) {
    for (int left = budget; left > 0; left--) {
      if (victim == NONE) {
        if (!choose()) {
          return;
        }
      }
      step(moved);
    }
  }

  /** Looks at one page for each call, round about. */
  private boolean choose() {
    if (slots == 0) {
      return false;
    }
    cursor = (cursor + 1) % slots;
    if (pages[cursor] != null && cursor != open && alive[cursor] < PAGE_UNITS / 2) {
      victim = cursor;
      victimUnits = 0;
      return true;
    }
    return false;
  }

  private void step(Moved moved) {
    int reference = victim << PAGE_BITS | victimUnits;
    int length = length(reference);
    victimUnits += units(length);
    if ((page(reference).get(offset(reference) + LENGTH) & DEAD) != 0) {
      return;
    }
    int units = units(length);
    int to = allocate(units);
    page(to).put(offset(to), page(reference), offset(reference), units * UNIT);
    moved.onMoved(id(to), reference, to);
    release(reference);
  }

  boolean isId(int reference, String id) {
    int length = length(reference);
    if (length != id.length()) {
      return false;
    }
    ByteBuffer page = page(reference);
    int at = offset(reference) + HEADER;
    for (int i = 0; i < length; i++) {
      if (page.get(at + i) != id.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  String id(int reference) {
    char[] chars = new char[length(reference)];
    ByteBuffer page = page(reference);
    int at = offset(reference) + HEADER;
    for (int i = 0; i < chars.length; i++) {
      chars[i] = (char) page.get(at + i);
    }
    return new String(chars);
  }

  /** The hash of an id, under a seed; equal to that of {@link #hash(int, int)}. */
  static int hash(String id, int seed) {
    long h = seed;
    for (int i = 0; i < id.length(); i++) {
      h = (h ^ id.charAt(i)) * 0x9E37_79B9_7F4A_7C15L;
    }
    return finish(h);
  }

  /** The hash of an entry's id. */
  int hash(int reference, int seed) {
    ByteBuffer page = page(reference);
    int at = offset(reference) + HEADER;
    int length = length(reference);
    long h = seed;
    for (int i = 0; i < length; i++) {
      h = (h ^ page.get(at + i)) * 0x9E37_79B9_7F4A_7C15L;
    }
    return finish(h);
  }

  private static int finish(long h) {
    return RowIndex.mix((int) (h ^ h >>> 32));
  }

  long incarnation(int reference) {
    return page(reference).getLong(offset(reference));
  }

  void incarnation(int reference, long incarnation) {
    page(reference).putLong(offset(reference), incarnation);
  }

  int gap(int reference) {
    return page(reference).getInt(offset(reference) + GAP);
  }

  void gap(int reference, int tenthMillis) {
    page(reference).putInt(offset(reference) + GAP, tenthMillis);
  }

  int zone(int reference) {
    return page(reference).get(offset(reference) + ZONE) & 0xFF;
  }

  void zone(int reference, int zone) {
    page(reference).put(offset(reference) + ZONE, (byte) zone);
  }

  private int length(int reference) {
    return (page(reference).get(offset(reference) + LENGTH) & ~DEAD & 0xFF) + 1;
  }

  private static int units(int chars) {
    return (HEADER + chars + UNIT - 1) / UNIT;
  }

  @SuppressWarnings("NullAway")
  private ByteBuffer page(int reference) {
    ByteBuffer page = pages[reference >>> PAGE_BITS];
    if (page == null) {
      throw new IllegalStateException("reference=" + reference + " page=given back");
    }
    return page;
  }

  private static int offset(int reference) {
    return (reference & (PAGE_UNITS - 1)) * UNIT;
  }
}
