package io.phial.node.runtime;

import java.util.TreeSet;

/**
 * Which numbers of one judge's life were read, so that a second copy of an event is known and a gap
 * is noticed. Bounded: of the numbers that were skipped only the newest are remembered; older ones
 * count as read if they ever come.
 */
final class SeenNumbers {
  private static final int SKIPPED_MAX = 8_192;

  private final TreeSet<Long> skipped = new TreeSet<>();
  private long highest;

  /** What a number means. */
  enum Sight {
    NEW,
    AGAIN
  }

  /** Takes the next number read. */
  Sight see(long number) {
    if (number <= highest) {
      return skipped.remove(number) ? Sight.NEW : Sight.AGAIN;
    }
    if (highest > 0) {
      long from = Math.max(highest + 1, number - SKIPPED_MAX);
      for (long gap = from; gap < number; gap++) {
        skipped.add(gap);
      }
      while (skipped.size() > SKIPPED_MAX) {
        skipped.pollFirst();
      }
    }
    highest = number;
    return Sight.NEW;
  }

  /** The highest number read; 0 before the first. */
  long highest() {
    return highest;
  }
}
