package io.phial.node.runtime;

import java.util.concurrent.ConcurrentHashMap;

/**
 * Sessions that their owner does not know: their clients are told with the next ack to register
 * again. Bounded in count and time; beyond the count a session is simply not remembered, and its
 * client hears of it a beat later or by its own time-out. Thread-safe.
 */
final class Strangers {
  private static final int SESSIONS_MAX = 1 << 16;
  private static final long KEEP_NANOS = 30_000_000_000L;

  private final ConcurrentHashMap<Integer, Long> until = new ConcurrentHashMap<>();

  void add(int session, long nowNanos) {
    if (until.size() < SESSIONS_MAX) {
      until.put(session, nowNanos + KEEP_NANOS);
    }
  }

  void remove(int session) {
    until.remove(session);
  }

  boolean contains(int session) {
    return !until.isEmpty() && until.containsKey(session);
  }

  /** Forgets what is old. */
  void sweep(long nowNanos) {
    until.values().removeIf(end -> nowNanos - end > 0);
  }
}
