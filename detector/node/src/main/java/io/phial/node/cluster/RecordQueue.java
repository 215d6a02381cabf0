package io.phial.node.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changes of client records that wait to be written: per id only the latest. Bounded: beyond {@code
 * capacity} ids the oldest waiting one is dropped. Thread-safe; every call holds one short lock.
 *
 * <p>The batch handed out last counts as pending until {@link #done} or {@link #giveBack}, so that
 * readers on this node see what was written here.
 */
final class RecordQueue {
  private final int capacity;
  private final LinkedHashMap<String, RecordChange> waiting = new LinkedHashMap<>();
  private Map<String, RecordChange> underWay = Map.of();

  RecordQueue(int capacity) {
    this.capacity = capacity;
  }

  /** Queues a change; returns how many others were dropped for it, 0 or 1. */
  synchronized int offer(String id, RecordChange change) {
    int dropped = 0;
    if (waiting.size() >= capacity && !waiting.containsKey(id)) {
      waiting.remove(waiting.keySet().iterator().next());
      dropped = 1;
    }
    waiting.put(id, change);
    return dropped;
  }

  /** Takes the oldest changes; empty when nothing waits or a batch is already under way. */
  synchronized Map<String, RecordChange> take(int max) {
    if (!underWay.isEmpty() || waiting.isEmpty()) {
      return Map.of();
    }
    Map<String, RecordChange> batch = new LinkedHashMap<>();
    var each = waiting.entrySet().iterator();
    while (batch.size() < max && each.hasNext()) {
      var change = each.next();
      batch.put(change.getKey(), change.getValue());
      each.remove();
    }
    underWay = batch;
    return batch;
  }

  /** The batch under way is written. */
  synchronized void done() {
    underWay = Map.of();
  }

  /**
   * The batch under way was not written: its changes wait again unless a newer one of the same id
   * does.
   *
   * @return how many found no room and were dropped
   */
  synchronized int giveBack() {
    int dropped = 0;
    for (var change : underWay.entrySet()) {
      if (waiting.containsKey(change.getKey())) {
        continue;
      }
      if (waiting.size() >= capacity) {
        dropped++;
      } else {
        waiting.put(change.getKey(), change.getValue());
      }
    }
    underWay = Map.of();
    return dropped;
  }

  /** Forgets everything; returns how many changes that were. */
  synchronized int clear() {
    int size = size();
    waiting.clear();
    underWay = Map.of();
    return size;
  }

  /** The pending change of an id, or null when there is none. */
  synchronized @Nullable RecordChange pending(String id) {
    RecordChange change = waiting.get(id);
    return change != null ? change : underWay.get(id);
  }

  /** All pending changes, a copy. */
  synchronized Map<String, RecordChange> pending() {
    Map<String, RecordChange> all = new HashMap<>(underWay);
    all.putAll(waiting);
    return all;
  }

  /** The ids that wait, oldest first. */
  synchronized List<String> waitingIds() {
    return new ArrayList<>(waiting.keySet());
  }

  /** Changes that are not known to be written. */
  synchronized int size() {
    return waiting.size() + underWay.size();
  }
}
