package io.phial.core.registry;

import java.util.function.IntConsumer;

/**
 * The clients of one event loop, and the only writer of their records. Not thread-safe: single
 * writer.
 */
public final class Shard {
  /** No such row. */
  public static final int NONE = -1;

  /** Creates an empty shard; starts nothing. */
  public Shard(ShardOptions options, VerdictSink sink, long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /**
   * Registers or re-registers a client (counts as a beat); {@link #NONE} when the shard is full.
   */
  public int register(ClientSpec spec, long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /** Takes a client over from a dead node: UNKNOWN, armed with a full grace from now. */
  public int restore(ClientRecord record, long spreadNanos, long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /** The row of an id, or {@link #NONE}. */
  public int rowOf(String id) {
    throw new UnsupportedOperationException();
  }

  /** The row of a datagram session, or {@link #NONE}. */
  public int rowOfSession(int session) {
    throw new UnsupportedOperationException();
  }

  /**
   * Takes a beat.
   *
   * @param sequence the low 16 bits of the client's counter, or -1 when it sends none
   * @return false when the beat was a repeat and changed nothing
   */
  public boolean onBeat(int row, int sequence, long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /** The client's connection ended without a goodbye. */
  public void onClosed(int row, long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /** The client said goodbye. */
  public void onGoodbye(int row, long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /** Forgets a client without a verdict: it moved, or its slot did. */
  public void drop(int row) {
    throw new UnsupportedOperationException();
  }

  /** Judges what is due. Call every {@link ShardOptions#tickNanos}. */
  public void onTick(long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /** While impaired, no verdict gets worse; due ones wait. */
  public void impaired(boolean impaired, long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /** One client as of now. */
  public ClientSnapshot snapshot(int row, long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /** What to keep of a client for takeover. */
  public ClientRecord record(int row, String home, long nowNanos, long nowEpochMillis) {
    throw new UnsupportedOperationException();
  }

  /** Visits every row in use; the visitor may drop the row it is given. */
  public void forEachRow(IntConsumer visitor) {
    throw new UnsupportedOperationException();
  }

  /** Clients held. */
  public int size() {
    throw new UnsupportedOperationException();
  }

  /** Total time not counted because the shard itself stood still, in nanoseconds. */
  public long stalledNanos() {
    throw new UnsupportedOperationException();
  }
}
