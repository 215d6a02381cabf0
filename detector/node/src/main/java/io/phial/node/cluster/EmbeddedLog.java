package io.phial.node.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The log of a lone node: the same ring and marks in memory. Guarded by its owner's lock. */
final class EmbeddedLog {
  /** Marks are few and named by the program; more than this is a mistake. */
  private static final int MARKS_MAX = 1_024;

  private final byte[][] ring;
  private final Map<String, byte[]> marks = new HashMap<>();
  private long end;

  EmbeddedLog(int capacity) {
    this.ring = new byte[capacity][];
  }

  void append(List<byte[]> entries) {
    for (byte[] entry : entries) {
      ring[index(end)] = entry.clone();
      end++;
    }
  }

  LogPage read(long from, int max) {
    long head = Math.max(0, end - ring.length);
    long first = Math.max(head, Math.min(from, end));
    List<byte[]> entries = new ArrayList<>();
    for (long at = first; at < end && entries.size() < max; at++) {
      entries.add(ring[index(at)]);
    }
    return new LogPage(first, entries, head, end);
  }

  Optional<byte[]> mark(String name) {
    return Optional.ofNullable(marks.get(name)).map(byte[]::clone);
  }

  /** Sets a mark; false when there are too many. */
  boolean mark(String name, byte[] mark) {
    if (marks.size() >= MARKS_MAX && !marks.containsKey(name)) {
      return false;
    }
    marks.put(name, mark.clone());
    return true;
  }

  private int index(long position) {
    return (int) (position % ring.length);
  }
}
