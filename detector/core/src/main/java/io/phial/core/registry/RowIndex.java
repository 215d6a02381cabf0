package io.phial.core.registry;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds rows by a 32-bit hash: open addressing with linear probing, in 256 segments that grow one
 * at a time, so that no insertion stops for long. Removal shifts back; there are no tombstones.
 */
final class RowIndex {
  /** Says whether a row of the right hash really has the key. */
  interface Match {
    boolean isKey(int row, String key);
  }

  private static final int SEGMENTS = 256;
  private static final int SEGMENT_SHIFT = 24;
  private static final int SLOTS_MIN = 8;

  private final @Nullable Match match;
  private final long[][] segments = new long[SEGMENTS][SLOTS_MIN];
  private final int[] sizes = new int[SEGMENTS];

  /**
   * Creates an empty index.
   *
   * @param match null when equal hashes mean equal keys
   */
  RowIndex(@Nullable Match match) {
    this.match = match;
    for (long[] segment : segments) {
      Arrays.fill(segment, RecordTable.NONE);
    }
  }

  /** The row of a key, or {@link RecordTable#NONE}. */
  int find(int hash, String key) {
    long[] segment = segments[hash >>> SEGMENT_SHIFT];
    int mask = segment.length - 1;
    for (int i = hash & mask; ; i = i + 1 & mask) {
      long entry = segment[i];
      if (entry == RecordTable.NONE) {
        return RecordTable.NONE;
      }
      if ((int) (entry >>> 32) == hash && (match == null || match.isKey((int) entry, key))) {
        return (int) entry;
      }
    }
  }

  /** Adds a key that is not there yet. */
  void add(int hash, int row) {
    int s = hash >>> SEGMENT_SHIFT;
    if (++sizes[s] * 2 > segments[s].length) {
      grow(s);
    }
    place(segments[s], entry(hash, row));
  }

  private void grow(int s) {
    long[] bigger = new long[segments[s].length * 2];
    Arrays.fill(bigger, RecordTable.NONE);
    for (long entry : segments[s]) {
      if (entry != RecordTable.NONE) {
        place(bigger, entry);
      }
    }
    segments[s] = bigger;
  }

  private static void place(long[] segment, long entry) {
    int mask = segment.length - 1;
    int i = (int) (entry >>> 32) & mask;
    while (segment[i] != RecordTable.NONE) {
      i = i + 1 & mask;
    }
    segment[i] = entry;
  }

  /** Removes the entry of exactly this row; nothing when it is not there. */
  void remove(int hash, int row) {
    int s = hash >>> SEGMENT_SHIFT;
    long[] segment = segments[s];
    int mask = segment.length - 1;
    long wanted = entry(hash, row);
    int i = hash & mask;
    while (segment[i] != wanted) {
      if (segment[i] == RecordTable.NONE) {
        return;
      }
      i = i + 1 & mask;
    }
    sizes[s]--;
    shiftBack(segment, i, mask);
  }

  private static void shiftBack(long[] segment, int hole, int mask) {
    int i = hole;
    for (int j = i + 1 & mask; segment[j] != RecordTable.NONE; j = j + 1 & mask) {
      int home = (int) (segment[j] >>> 32) & mask;
      if ((j - home & mask) >= (j - i & mask)) {
        segment[i] = segment[j];
        i = j;
      }
    }
    segment[i] = RecordTable.NONE;
  }

  private static long entry(int hash, int row) {
    return (long) hash << 32 | row;
  }

  /** A hash of an id. */
  static int hash(String id) {
    int h = 0x811C_9DC5;
    for (int i = 0; i < id.length(); i++) {
      h = (h ^ id.charAt(i)) * 0x0100_0193;
    }
    return mix(h);
  }

  /** A permutation of the ints (the finaliser of MurmurHash3), so equal hashes are equal ints. */
  static int mix(int value) {
    int h = value;
    h = (h ^ h >>> 16) * 0x85EB_CA6B;
    h = (h ^ h >>> 13) * 0xC2B2_AE35;
    return h ^ h >>> 16;
  }
}
