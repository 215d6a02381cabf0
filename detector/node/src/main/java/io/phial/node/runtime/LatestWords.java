package io.phial.node.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the clients of one shard said last, beside their records: most clients say nothing, and a
 * record has a fixed size. Only on the shard's thread.
 *
 * <p>Bounded: when a newcomer finds no room, whoever spoke longest ago is forgotten and counted.
 * Words of clients that are gone are swept out some at a time.
 */
final class LatestWords {
  private static final int SWEPT_AT_ONCE = 4096;

  private final LinkedHashMap<String, Word> words = new LinkedHashMap<>();
  private final int clientsMax;
  private final Counter forgotten;
  private final ArrayDeque<String> toSweep = new ArrayDeque<>();

  /**
   * The latest word of a client.
   *
   * @param protocol how it came, empty when a connection tells
   * @param payload empty when nothing was said
   * @param atNanos when
   */
  record Word(String protocol, byte[] payload, long atNanos) {}

  LatestWords(int clientsMax, MeterRegistry meters) {
    this.clientsMax = clientsMax;
    this.forgotten = Counter.builder("phial.payloads.forgotten").register(meters);
  }

  void put(String id, byte[] payload, long nowNanos) {
    put(id, "", payload, nowNanos);
  }

  void put(String id, String protocol, byte[] payload, long nowNanos) {
    // Taken out first, so that the order stays that of speaking.
    if (words.remove(id) == null && words.size() >= clientsMax) {
      words.remove(words.keySet().iterator().next());
      forgotten.increment();
    }
    words.put(id, new Word(protocol, payload, nowNanos));
  }

  @Nullable Word of(String id) {
    return words.get(id);
  }

  int size() {
    return words.size();
  }

  /** Looks at some words and forgets those of clients that are gone. */
  void sweep(Predicate<String> isHere) {
    if (toSweep.isEmpty()) {
      toSweep.addAll(words.keySet());
    }
    for (int i = 0; i < SWEPT_AT_ONCE && !toSweep.isEmpty(); i++) {
      String id = toSweep.remove();
      if (!isHere.test(id)) {
        words.remove(id);
      }
    }
  }
}
