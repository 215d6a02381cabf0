package io.phial.chaos.sim;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What will happen, in order of time; at the same time, in the order of scheduling. A heap. */
final class EventQueue {
  private long[] at = new long[1024];
  private long[] order = new long[1024];
  private @Nullable Runnable[] action = new @Nullable Runnable[1024];
  private int size;
  private long orders;

  void add(long atNanos, Runnable what) {
    if (size == at.length) {
      at = Arrays.copyOf(at, 2 * size);
      order = Arrays.copyOf(order, 2 * size);
      action = Arrays.copyOf(action, 2 * size);
    }
    int i = size++;
    long mine = orders++;
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      if (at[parent] <= atNanos) {
        break;
      }
      move(parent, i);
      i = parent;
    }
    set(i, atNanos, mine, what);
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** When the next thing happens; the queue must not be empty. */
  long nextNanos() {
    return at[0];
  }

  Runnable remove() {
    Runnable first = action[0];
    if (first == null) {
      throw new IllegalStateException("queue is empty");
    }
    size--;
    if (size > 0) {
      sink(at[size], order[size], action[size]);
    }
    action[size] = null;
    return first;
  }

  private void sink(long atNanos, long mine, @Nullable Runnable what) {
    int i = 0;
    int child = 1;
    while (child < size) {
      if (child + 1 < size && isBefore(child + 1, at[child], order[child])) {
        child++;
      }
      if (!isBefore(child, atNanos, mine)) {
        break;
      }
      move(child, i);
      i = child;
      child = 2 * i + 1;
    }
    set(i, atNanos, mine, what);
  }

  private boolean isBefore(int i, long atNanos, long mine) {
    return at[i] < atNanos || (at[i] == atNanos && order[i] < mine);
  }

  private void move(int from, int to) {
    at[to] = at[from];
    order[to] = order[from];
    action[to] = action[from];
  }

  private void set(int i, long atNanos, long mine, @Nullable Runnable what) {
    at[i] = atNanos;
    order[i] = mine;
    action[i] = what;
  }
}
