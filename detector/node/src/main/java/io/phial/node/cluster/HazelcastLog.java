package io.phial.node.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.ringbuffer.OverflowPolicy;
import com.hazelcast.ringbuffer.ReadResultSet;
import com.hazelcast.ringbuffer.Ringbuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The log and its marks within one life of Hazelcast: a ring buffer with two backups, which
 * overwrites its oldest entries.
 */
final class HazelcastLog {
  private final Ringbuffer<byte[]> ring;
  private final IMap<String, byte[]> marks;

  HazelcastLog(HazelcastInstance hazelcast) {
    this.ring = hazelcast.getRingbuffer(HazelcastSettings.EVENTS_RING);
    this.marks = hazelcast.getMap(HazelcastSettings.MARKS_MAP);
  }

  CompletionStage<Long> append(List<byte[]> entries) {
    // A stage of its own: composed with another future as it is, Hazelcast's future hands out the
    // packet of a remote answer instead of the answer.
    return ring.addAllAsync(entries, OverflowPolicy.OVERWRITE).thenApply(end -> end);
  }

  /**
   * Reads without waiting for more entries. Blocks for Hazelcast's answers, so it runs on a thread
   * of its own. (A read with a minimum of none would do, but leaves out a single last entry.)
   */
  CompletionStage<LogPage> read(long from, int max) {
    long head = ring.headSequence();
    long end = ring.tailSequence() + 1;
    long first = Math.max(head, Math.min(from, end));
    if (first >= end) {
      return CompletableFuture.completedFuture(new LogPage(end, List.of(), head, end));
    }
    return ring.readManyAsync(first, 1, max, null).thenApply(read -> page(read, first, head, end));
  }

  private static LogPage page(ReadResultSet<byte[]> read, long first, long head, long end) {
    List<byte[]> entries = new ArrayList<>(read.size());
    read.forEach(entries::add);
    // The oldest may have been overwritten since the first question.
    long begun = read.size() > 0 ? read.getSequence(0) : first;
    return new LogPage(
        begun, entries, begun > first ? begun : head, Math.max(end, begun + read.size()));
  }

  CompletionStage<byte[]> mark(String name) {
    return marks.getAsync(name);
  }

  CompletionStage<Void> mark(String name, long version, byte[] mark) {
    return marks.setAsync(name, VersionedBytes.pack(version, mark));
  }
}
