package io.phial.core.registry;

import java.util.Arrays;

/**
 * Finds rows by a 32-bit hash: extendible hashing (Fagin, Nievergelt, Pippenger, Strong 1979). The
 * top bits of the hash choose a segment of 512 slots through a directory, the low bits a slot in
 * it, with linear probing. A full segment splits in two; two that are nearly empty join; so one
 * operation moves some hundred entries at most, whatever the size, and the directory is one pointer
 * per segment. Removal shifts back; there are no tombstones.
 *
 * <p>A slot is an int: the row (26 bits) and 6 further bits of the hash, so that nearly all slots
 * passed over cost no look at the record. That is 5 to 11 bytes per row.
 */
final class RowIndex {
  /** What the index does not hold itself. */
  interface Keys {
    /** Says whether a row that may have the hash really has it, and the key. */
    boolean isKey(int row, int hash, String key);

    /** The hash of a row in the index. */
    int hashOf(int row);
  }

  private static final int SLOTS = 512;
  // The last two ints of a segment: entries in it, and how many top bits they have in common.
  private static final int META = 2;
  private static final int SIZE_MAX_EIGHTHS = 6;
  private static final int JOINED_SIZE_MAX = 192;
  private static final int DEPTH_MAX = 17;
  private static final int TAG_BITS = 6;
  private static final int TAG_SHIFT = 9;
  private static final int TAG_MASK = (1 << TAG_BITS) - 1;
  private static final int EMPTY = -1;

  private final Keys keys;
  private int[][] directory = {segment(SLOTS, 0)};
  private int depth;
  private int deepest = 1;

  RowIndex(Keys keys) {
    this.keys = keys;
  }

  private static int[] segment(int slots, int depth) {
    int[] segment = new int[slots + META];
    Arrays.fill(segment, 0, slots, EMPTY);
    segment[slots + 1] = depth;
    return segment;
  }

  private static int slots(int[] segment) {
    return segment.length - META;
  }

  private static int size(int[] segment) {
    return segment[segment.length - 2];
  }

  private static int depth(int[] segment) {
    return segment[segment.length - 1];
  }

  private int place(int hash) {
    // Shifted twice: a shift by 32 would be none.
    return hash >>> 1 >>> (31 - depth);
  }

  private static int entry(int hash, int row) {
    return row << TAG_BITS | (hash >>> TAG_SHIFT & TAG_MASK);
  }

  /** The row of a key, or {@link RecordTable#NONE}. */
  int find(int hash, String key) {
    int[] segment = directory[place(hash)];
    int mask = slots(segment) - 1;
    int tag = hash >>> TAG_SHIFT & TAG_MASK;
    for (int i = hash & mask; ; i = i + 1 & mask) {
      int entry = segment[i];
      if (entry == EMPTY) {
        return RecordTable.NONE;
      }
      if ((entry & TAG_MASK) == tag && keys.isKey(entry >>> TAG_BITS, hash, key)) {
        return entry >>> TAG_BITS;
      }
    }
  }

  /** Adds a key that is not there yet. */
  void add(int hash, int row) {
    int[] segment = directory[place(hash)];
    while (size(segment) >= slots(segment) / 8 * SIZE_MAX_EIGHTHS) {
      split(segment, hash);
      segment = directory[place(hash)];
    }
    put(segment, hash, row);
  }

  private static void put(int[] segment, int hash, int row) {
    int mask = slots(segment) - 1;
    int i = hash & mask;
    while (segment[i] != EMPTY) {
      i = i + 1 & mask;
    }
    segment[i] = entry(hash, row);
    segment[segment.length - 2]++;
  }

  private void split(int[] full, int hash) {
    int own = depth(full);
    if (own == DEPTH_MAX) {
      // Only hashes that are alike beyond chance get here.
      replace(hash, own, refill(segment(slots(full) * 2, own), full));
      return;
    }
    if (own == depth) {
      widen();
    }
    int[] low = segment(slots(full), own + 1);
    int[] high = segment(slots(full), own + 1);
    for (int i = 0; i < slots(full); i++) {
      if (full[i] != EMPTY) {
        int row = full[i] >>> TAG_BITS;
        int of = keys.hashOf(row);
        put((of << own) < 0 ? high : low, of, row);
      }
    }
    int bit = 1 << (31 - own);
    replace(hash & ~bit, own + 1, low);
    replace(hash | bit, own + 1, high);
    deepest += own + 1 == depth ? 2 : 0;
  }

  private int[] refill(int[] into, int[] from) {
    for (int i = 0; i < slots(from); i++) {
      if (from[i] != EMPTY) {
        int row = from[i] >>> TAG_BITS;
        put(into, keys.hashOf(row), row);
      }
    }
    return into;
  }

  /** Points all places of a hash's first bits to a segment. */
  private void replace(int hash, int bits, int[] segment) {
    int span = 1 << (depth - bits);
    int first = place(hash) & -span;
    Arrays.fill(directory, first, first + span, segment);
  }

  private void widen() {
    int[][] wider = new int[directory.length * 2][];
    for (int i = 0; i < wider.length; i++) {
      wider[i] = directory[i >>> 1];
    }
    directory = wider;
    depth++;
    deepest = 0;
  }

  /** Removes the entry of exactly this row; nothing when it is not there. */
  void remove(int hash, int row) {
    int[] segment = directory[place(hash)];
    int hole = slotOf(segment, hash, row);
    if (hole != RecordTable.NONE) {
      segment[segment.length - 2]--;
      shiftBack(segment, hole);
      if (size(segment) < JOINED_SIZE_MAX / 2) {
        join(segment, hash);
      }
    }
  }

  /** A record moved to another row. */
  void moved(int hash, int from, int to) {
    int[] segment = directory[place(hash)];
    segment[slotOf(segment, hash, from)] = entry(hash, to);
  }

  private static int slotOf(int[] segment, int hash, int row) {
    int mask = slots(segment) - 1;
    int wanted = entry(hash, row);
    int i = hash & mask;
    while (segment[i] != wanted) {
      if (segment[i] == EMPTY) {
        return RecordTable.NONE;
      }
      i = i + 1 & mask;
    }
    return i;
  }

  private void shiftBack(int[] segment, int hole) {
    int mask = slots(segment) - 1;
    int i = hole;
    for (int j = i + 1 & mask; segment[j] != EMPTY; j = j + 1 & mask) {
      int home = keys.hashOf(segment[j] >>> TAG_BITS) & mask;
      if ((j - home & mask) >= (j - i & mask)) {
        segment[i] = segment[j];
        i = j;
      }
    }
    segment[i] = EMPTY;
  }

  private void join(int[] segment, int hash) {
    int own = depth(segment);
    if (own == 0) {
      return;
    }
    int[] buddy = directory[place(hash ^ 1 << (32 - own))];
    if (depth(buddy) != own || size(buddy) + size(segment) > JOINED_SIZE_MAX) {
      return;
    }
    deepest -= own == depth ? 2 : 0;
    replace(hash, own - 1, refill(refill(segment(SLOTS, own - 1), segment), buddy));
    while (depth > 0 && deepest == 0) {
      narrow();
    }
  }

  private void narrow() {
    int[][] narrower = new int[directory.length / 2][];
    for (int i = 0; i < narrower.length; i++) {
      narrower[i] = directory[2 * i];
    }
    directory = narrower;
    depth--;
    for (int i = 0; i < narrower.length; i++) {
      deepest += depth(narrower[i]) == depth ? 1 : 0;
    }
  }

  /** A permutation of the ints (the finaliser of MurmurHash3), so equal hashes are equal ints. */
  static int mix(int value) {
    int h = value;
    h = (h ^ h >>> 16) * 0x85EB_CA6B;
    h = (h ^ h >>> 13) * 0xC2B2_AE35;
    return h ^ h >>> 16;
  }
}
