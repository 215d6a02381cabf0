package io.phial.node.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.ForwardedBeats;
import io.phial.core.wire.ForwardedWord;
import io.phial.core.wire.Frame;
import io.phial.core.wire.NodeInfo;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the beats that belong to other nodes and hands them over in batches: when one is full,
 * and every flush. A batch lives for one flush at most, so nothing piles up here; a lost batch is a
 * lost beat, as on any network. Thread-safe.
 */
final class Forwarder {
  private final ConcurrentHashMap<Endpoint, Batch> batches = new ConcurrentHashMap<>();
  private final String sender;
  private final BiConsumer<Endpoint, Frame> send;
  private final Counter forwarded;
  private final Counter unreachable;
  private volatile Set<String> reachable = Set.of();

  /** Creates it; {@code send} must be callable from any thread. */
  Forwarder(String sender, BiConsumer<Endpoint, Frame> send, MeterRegistry meters) {
    this.sender = sender;
    this.send = send;
    this.unreachable = Counter.builder("phial.forwarded.unreachable").register(meters);
    this.forwarded = Counter.builder("phial.forwarded.beats").register(meters);
  }

  /**
   * Which nodes answer; beats for the others are dropped and counted. A node that is silent cannot
   * judge them, and they would only fill the sockets that it reads first when it wakes.
   */
  void reachable(Set<String> nodes) {
    reachable = Set.copyOf(nodes);
  }

  void add(NodeInfo owner, int session, int sequence, boolean goodbye) {
    if (!reachable.contains(owner.id())) {
      unreachable.increment();
      return;
    }
    Batch batch = batches.computeIfAbsent(owner.gossip(), to -> new Batch());
    ForwardedBeats full = batch.add(session, sequence, goodbye);
    forwarded.increment();
    if (full != null) {
      send.accept(owner.gossip(), full);
    }
  }

  /** Hands a beat with a payload over at once. */
  void word(NodeInfo owner, int session, int sequence, byte[] payload) {
    if (!reachable.contains(owner.id())) {
      unreachable.increment();
      return;
    }
    forwarded.increment();
    send.accept(owner.gossip(), new ForwardedWord(sender, session, (char) sequence, payload));
  }

  /** Sends what has gathered; nodes without traffic are forgotten. */
  void flush() {
    batches.forEach(
        (to, batch) -> {
          ForwardedBeats frame = batch.take();
          if (frame != null) {
            send.accept(to, frame);
          } else if (batch.isStale()) {
            batches.remove(to, batch);
          }
        });
  }

  // The lock is held for a few array writes; ingress loops rarely meet here.
  private final class Batch {
    private static final int EMPTY_FLUSHES_MAX = 1000;

    private final int[] sessions = new int[ForwardedBeats.BEATS_MAX];
    private final char[] sequences = new char[ForwardedBeats.BEATS_MAX];
    private final boolean[] goodbyes = new boolean[ForwardedBeats.BEATS_MAX];
    private int count;
    private int emptyFlushes;

    synchronized @Nullable ForwardedBeats add(int session, int sequence, boolean goodbye) {
      sessions[count] = session;
      sequences[count] = (char) sequence;
      goodbyes[count] = goodbye;
      count++;
      return count == sessions.length ? take() : null;
    }

    synchronized @Nullable ForwardedBeats take() {
      if (count == 0) {
        emptyFlushes++;
        return null;
      }
      ForwardedBeats frame =
          new ForwardedBeats(
              sender,
              Arrays.copyOf(sessions, count),
              Arrays.copyOf(sequences, count),
              Arrays.copyOf(goodbyes, count));
      count = 0;
      emptyFlushes = 0;
      return frame;
    }

    synchronized boolean isStale() {
      return emptyFlushes > EMPTY_FLUSHES_MAX;
    }
  }
}
