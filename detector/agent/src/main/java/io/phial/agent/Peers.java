package io.phial.agent;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The last known members of the groups that were asked for, renewed while somebody asks. Answers
 * come from memory: when the nodes are away the last knowledge stays, and grows stale. Thread-safe.
 *
 * <p>Bound: {@value #GROUPS_MAX} groups; the one not asked for longest makes room.
 */
final class Peers {
  static final int GROUPS_MAX = 16;
  private static final long FORGET_NANOS = 300_000_000_000L;
  private static final int STALE_POLLS = 3;

  private final NodeClient nodes;
  private final String own;
  private final long pollNanos;
  private final LongSupplier clock;
  private final Map<String, Entry> groups = new LinkedHashMap<>(16, 0.75f, true);

  private static final class Entry {
    long askedNanos;
    @Nullable Group last;
  }

  /**
   * What is known of a group.
   *
   * @param group the last answer
   * @param ageNanos since then
   * @param stale older than it should be: the nodes are away
   */
  record Known(Group group, long ageNanos, boolean stale) {}

  /**
   * Creates it.
   *
   * @param own the group that is always asked for
   */
  Peers(NodeClient nodes, String own, long pollNanos, LongSupplier clock) {
    this.nodes = nodes;
    this.own = own;
    this.pollNanos = pollNanos;
    this.clock = clock;
    entry(own);
  }

  private synchronized Entry entry(String group) {
    Entry entry = groups.get(group);
    if (entry == null) {
      if (groups.size() >= GROUPS_MAX) {
        groups.keySet().stream().filter(g -> !g.equals(own)).findFirst().ifPresent(groups::remove);
      }
      entry = new Entry();
      groups.put(group, entry);
    }
    entry.askedNanos = clock.getAsLong();
    return entry;
  }

  /**
   * The last knowledge; the first question for a group waits for an answer of the nodes.
   *
   * @return null when no node has ever answered for it
   */
  @Nullable Known of(String group) {
    Entry entry = entry(group);
    if (lastOf(entry) == null) {
      renew(group);
    }
    Group last = lastOf(entry);
    if (last == null) {
      return null;
    }
    long age = clock.getAsLong() - last.atNanos();
    return new Known(last, age, age > STALE_POLLS * pollNanos);
  }

  private synchronized @Nullable Group lastOf(Entry entry) {
    return entry.last;
  }

  /** What is known of one member of the own group, without asking anybody. */
  @Nullable Peer self(String id) {
    Entry entry = entry(own);
    Group last = lastOf(entry);
    return last == null
        ? null
        : last.peers().stream().filter(peer -> peer.id().equals(id)).findFirst().orElse(null);
  }

  /** Asks the nodes for every group of interest; blocks. Call once a poll interval. */
  void poll() {
    for (String group : wanted()) {
      renew(group);
    }
  }

  private synchronized List<String> wanted() {
    long now = clock.getAsLong();
    groups
        .entrySet()
        .removeIf(e -> !e.getKey().equals(own) && now - e.getValue().askedNanos > FORGET_NANOS);
    return List.copyOf(groups.keySet());
  }

  private void renew(String group) {
    try {
      Group answer;
      synchronized (nodes) {
        answer = nodes.ask(group);
      }
      synchronized (this) {
        Entry entry = groups.get(group);
        if (entry != null) {
          entry.last = answer;
        }
      }
    } catch (IOException e) {
      // The last knowledge stays, and its age tells.
      return;
    }
  }
}
