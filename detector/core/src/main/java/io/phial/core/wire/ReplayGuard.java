package io.phial.core.wire;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers which counters of which sender's life were seen, so that a recorded frame is taken once
 * at most. Per life a sliding window of {@value #WINDOW_BITS} counters (RFC 6479, section 2): what
 * is older than the window counts as seen. Bounded to {@value #LIVES_MAX} lives; beyond, the one
 * that was silent for longest is forgotten and counted. Not thread-safe.
 */
public final class ReplayGuard {
  /** How far behind the newest counter a frame may arrive: {@value}. */
  static final int WINDOW_BITS = 1024;

  /** Lives that are remembered: {@value}. */
  static final int LIVES_MAX = 4096;

  // One block more than the window: the newest block is only partly filled.
  private static final int BLOCKS = WINDOW_BITS / Long.SIZE + 1;

  private static final class Window {
    final long[] seen = new long[BLOCKS];
    long highest = -1;
  }

  private final Map<Long, Window> lives = new LinkedHashMap<>(64, 0.75f, true);
  private long forgotten;

  /** True when a frame with this counter was not seen and is not too old to tell. */
  boolean isNew(long life, long counter) {
    Window window = lives.get(life);
    if (window == null || counter > window.highest) {
      return true;
    }
    return counter > window.highest - WINDOW_BITS && (word(window, counter) & bit(counter)) == 0;
  }

  /** Takes a counter that {@link #isNew}; only for frames that proved authentic. */
  void see(long life, long counter) {
    Window window = lives.get(life);
    if (window == null) {
      window = new Window();
      lives.put(life, window);
      forgetOldest();
    }
    if (counter > window.highest) {
      advance(window, counter);
    }
    window.seen[block(counter)] |= bit(counter);
  }

  private void forgetOldest() {
    if (lives.size() > LIVES_MAX) {
      Long oldest = lives.keySet().iterator().next();
      lives.remove(oldest);
      forgotten++;
    }
  }

  private static void advance(Window window, long counter) {
    long from = Math.floorDiv(window.highest, (long) Long.SIZE);
    long to = counter / Long.SIZE;
    for (long block = Math.max(from + 1, to - BLOCKS + 1); block <= to; block++) {
      window.seen[(int) (block % BLOCKS)] = 0;
    }
    window.highest = counter;
  }

  private static long word(Window window, long counter) {
    return window.seen[block(counter)];
  }

  private static int block(long counter) {
    return (int) (counter / Long.SIZE % BLOCKS);
  }

  private static long bit(long counter) {
    return 1L << (counter % Long.SIZE);
  }

  /** How many lives are remembered. */
  public int lives() {
    return lives.size();
  }

  /** How many lives were forgotten because of the bound. */
  public long forgotten() {
    return forgotten;
  }
}
