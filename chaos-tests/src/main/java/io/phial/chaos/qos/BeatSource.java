package io.phial.chaos.qos;

import java.io.IOException;

/** Beats of a trace, read once from its beginning to its end. */
interface BeatSource extends AutoCloseable {
  /** The name in every output. */
  String name();

  /** Senders in the trace, 1 or more. */
  int clients();

  /** The usual interval between beats, for thresholds that are times. */
  long intervalNanos();

  /**
   * Replaces a batch by the next one.
   *
   * @return false when the trace is at its end; the batch is then empty
   * @throws IOException when the trace cannot be read
   */
  boolean next(Beats batch) throws IOException;

  @Override
  default void close() throws IOException {
    // Most hold nothing open.
  }
}
