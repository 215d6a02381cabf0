package io.phial.node.cluster;

import java.util.List;

/**
 * Some entries of the log, in order.
 *
 * @param first position of the first entry here; where the page would begin when it is empty
 * @param entries what was read; nobody writes to the arrays
 * @param head position of the oldest entry held
 * @param end position that the next appended entry will have
 */
public record LogPage(long first, List<byte[]> entries, long head, long end) {
  /** Where to read on. */
  public long next() {
    return first + entries.size();
  }
}
