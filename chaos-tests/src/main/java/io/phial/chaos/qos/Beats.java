package io.phial.chaos.qos;

/** A batch of beats in the order of their arrival, in columns. Times are nanoseconds. */
final class Beats {
  /** Rows of a batch. */
  static final int CAPACITY = 1 << 16;

  final int[] client = new int[CAPACITY];
  final long[] sequence = new long[CAPACITY];
  final long[] sentNanos = new long[CAPACITY];
  final long[] arrivedNanos = new long[CAPACITY];

  /** The interval that the sender has announced by then. */
  final long[] intervalNanos = new long[CAPACITY];

  /** In which part of the trace the beat lies; {@link Part#WARM_UP} is not judged. */
  final Part[] part = new Part[CAPACITY];

  private int size;

  int size() {
    return size;
  }

  boolean isFull() {
    return size == CAPACITY;
  }

  void clear() {
    size = 0;
  }

  void add(Beat beat) {
    client[size] = beat.client();
    sequence[size] = beat.sequence();
    sentNanos[size] = beat.sentNanos();
    arrivedNanos[size] = beat.arrivedNanos();
    intervalNanos[size] = beat.intervalNanos();
    part[size] = beat.part();
    size++;
  }
}
