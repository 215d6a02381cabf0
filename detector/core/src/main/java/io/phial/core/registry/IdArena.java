package io.phial.core.registry;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What is rarely read of a client: its id, its incarnation and, while its interval is undeclared,
 * the gap last seen. Entries lie in pages of bytes, in units of 16, with a free list per size; an
 * int refers to one.
 *
 * <p>Entry: incarnation (8), gap in units of 0.1 ms (4), id length (1), id in ASCII.
 */
final class IdArena {
  /** Longest id. */
  static final int ID_CHARS_MAX = 128;

  private static final int UNIT = 16;
  private static final int PAGE_UNITS = 1 << 12;
  private static final int HEADER = 13;
  private static final int CLASSES = (HEADER + ID_CHARS_MAX + UNIT - 1) / UNIT + 1;

  private ByteBuffer[] pages = new ByteBuffer[0];
  private int used;
  private final int[] free = new int[CLASSES];

  IdArena() {
    Arrays.fill(free, RecordTable.NONE);
  }

  /** Stores an entry. The id is checked by the caller: ASCII, 1 to {@value #ID_CHARS_MAX}. */
  int add(String id, long incarnation) {
    int reference = allocate(units(id.length()));
    ByteBuffer page = page(reference);
    int at = offset(reference);
    page.putLong(at, incarnation).putInt(at + 8, 0).put(at + 12, (byte) id.length());
    for (int i = 0; i < id.length(); i++) {
      page.put(at + HEADER + i, (byte) id.charAt(i));
    }
    return reference;
  }

  private int allocate(int units) {
    int reference = free[units];
    if (reference != RecordTable.NONE) {
      free[units] = page(reference).getInt(offset(reference));
      return reference;
    }
    if (used % PAGE_UNITS + units > PAGE_UNITS) {
      used += PAGE_UNITS - used % PAGE_UNITS; // an entry never spans two pages
    }
    reference = used;
    used += units;
    if (reference / PAGE_UNITS >= pages.length) {
      pages = Arrays.copyOf(pages, pages.length + 1);
      pages[pages.length - 1] = ByteBuffer.allocate(PAGE_UNITS * UNIT);
    }
    return reference;
  }

  void release(int reference) {
    int units = units(length(reference));
    page(reference).putInt(offset(reference), free[units]);
    free[units] = reference;
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

  long incarnation(int reference) {
    return page(reference).getLong(offset(reference));
  }

  void incarnation(int reference, long incarnation) {
    page(reference).putLong(offset(reference), incarnation);
  }

  int gap(int reference) {
    return page(reference).getInt(offset(reference) + 8);
  }

  void gap(int reference, int tenthMillis) {
    page(reference).putInt(offset(reference) + 8, tenthMillis);
  }

  private int length(int reference) {
    return page(reference).get(offset(reference) + 12) & 0xFF;
  }

  private static int units(int chars) {
    return (HEADER + chars + UNIT - 1) / UNIT;
  }

  private ByteBuffer page(int reference) {
    return pages[reference / PAGE_UNITS];
  }

  private static int offset(int reference) {
    return reference % PAGE_UNITS * UNIT;
  }
}
