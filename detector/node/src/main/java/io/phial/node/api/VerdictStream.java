package io.phial.node.api;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The newest verdict events of this node, for any number of readers. Thread-safe; nothing blocks
 * for longer than it takes to copy a batch.
 *
 * <p>One ring of fixed size is the only buffer. A reader holds a position in it and reads at its
 * own pace; one that falls behind by more than the ring loses the oldest events and is told how
 * many. So a slow reader costs no memory and slows nobody.
 */
public final class VerdictStream {
  private final @Nullable VerdictEvent[] ring;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Object lock = new Object();
  private long nextSequence;

  /**
   * Creates an empty stream.
   *
   * @param capacity events kept, 1 or more
   */
  public VerdictStream(int capacity) {
    this.ring = new VerdictEvent[capacity];
  }

  /**
   * Some events in order.
   *
   * @param missed events that were gone before they could be read
   * @param events what was read; empty when there is nothing new
   * @param nextSequence where to read on
   */
  public record Batch(long missed, List<VerdictEvent> events, long nextSequence) {}

  /** A listener that can be taken away. */
  @FunctionalInterface
  public interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  /** Appends an event and tells the listeners, on the caller's thread. */
  public void publish(VerdictEvent event) {
    synchronized (lock) {
      ring[index(nextSequence)] = event;
      nextSequence++;
    }
    for (Runnable listener : listeners) {
      listener.run();
    }
  }

  /** The sequence number that the next event will have; the first is 0. */
  public long nextSequence() {
    synchronized (lock) {
      return nextSequence;
    }
  }

  /**
   * Reads on.
   *
   * @param fromSequence where to begin; beyond the end means at the end
   * @param max events at most
   */
  public Batch read(long fromSequence, int max) {
    synchronized (lock) {
      long begin = Math.max(0, Math.min(fromSequence, nextSequence));
      long oldest = Math.max(begin, nextSequence - ring.length);
      long end = Math.min(nextSequence, oldest + max);
      List<VerdictEvent> events = new ArrayList<>((int) (end - oldest));
      for (long sequence = oldest; sequence < end; sequence++) {
        VerdictEvent event = ring[index(sequence)];
        if (event != null) {
          events.add(event);
        }
      }
      return new Batch(oldest - begin, events, end);
    }
  }

  /**
   * Calls back after every event.
   *
   * @param listener runs on the publisher's thread and must not block or throw
   */
  public Subscription subscribe(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  private int index(long sequence) {
    return (int) (sequence % ring.length);
  }
}
