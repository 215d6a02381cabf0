package io.phial.node.cluster;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * The cluster's log of events: a ring of fixed size that all nodes append to and read, and small
 * named marks beside it, which say how far somebody has come in it.
 *
 * <p>A position is the number of an entry since the log began. A log can begin anew (all nodes were
 * gone, or a split healed and the larger side's log stayed): a reader notices that the entry before
 * its position is another one than it read.
 *
 * <p>Thread-safe. No method blocks; futures behave as those of {@link ClusterStore}.
 */
public interface SharedLog {
  /** The longest entry in bytes. */
  int ENTRY_BYTES_MAX = 16 << 10;

  /** Most entries in one append or page. */
  int PAGE_MAX = 512;

  /** The longest mark in bytes. */
  int MARK_BYTES_MAX = 1 << 10;

  /**
   * Appends entries in order, all or none; beyond the size of the ring the oldest ones go.
   *
   * <p>After a failure by time-out the entries may still be appended, now or later: entries must
   * carry a key by which a reader knows a second copy.
   */
  Future<Void> appendEvents(List<byte[]> entries);

  /**
   * Reads on, without waiting for more.
   *
   * @param from the first position wanted; a lower one than the oldest held begins there
   * @param max 1 to {@value #PAGE_MAX}
   */
  Future<LogPage> readEvents(long from, int max);

  /** The mark of this name. */
  Future<Optional<byte[]>> readMark(String name);

  /**
   * Sets a mark. When a split heals the one with the higher version stays.
   *
   * @param name 1 to 128 characters
   * @param version grows with every write
   * @param mark at most {@value #MARK_BYTES_MAX} bytes
   */
  Future<Void> writeMark(String name, long version, byte[] mark);

  /**
   * Checks what is to be appended.
   *
   * @throws IllegalArgumentException when there are too many entries or one is too long
   */
  static void checkEntries(List<byte[]> entries) {
    if (entries.size() > PAGE_MAX) {
      throw new IllegalArgumentException(
          "entries must be at most " + PAGE_MAX + ", was " + entries.size());
    }
    for (byte[] entry : entries) {
      if (entry.length > ENTRY_BYTES_MAX) {
        throw new IllegalArgumentException(
            "entry must be at most " + ENTRY_BYTES_MAX + " bytes, was " + entry.length);
      }
    }
  }

  /**
   * Checks a mark.
   *
   * @throws IllegalArgumentException when name or mark are out of bounds
   */
  static void checkMark(String name, byte[] mark) {
    if (name.isEmpty() || name.length() > 128 || mark.length > MARK_BYTES_MAX) {
      throw new IllegalArgumentException(
          "mark must have a name of 1 to 128 characters and at most "
              + MARK_BYTES_MAX
              + " bytes, was name="
              + name.length()
              + " bytes="
              + mark.length);
    }
  }
}
