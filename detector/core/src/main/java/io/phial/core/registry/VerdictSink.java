package io.phial.core.registry;

/**
 * Takes the verdict changes of a shard, on the shard's own thread, inside the call that caused
 * them.
 */
@FunctionalInterface
public interface VerdictSink {
  /**
   * Takes one change. Must not call back into the shard.
   *
   * @param row the client's row, valid only during this call
   */
  void onVerdict(int row, VerdictChange change);
}
