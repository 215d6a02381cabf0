package io.phial.node.cluster;

import io.phial.core.placement.View;
import io.phial.core.registry.ClientRecord;
import io.vertx.core.Future;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The slow, shared memory of the cluster: the view, the client records and the log of events. Never
 * asked anything on a beat's path.
 *
 * <p>Thread-safe. No method blocks its caller. Futures complete on the Vert.x context of the caller
 * where there is one, fail when the store is away, and always complete within the configured
 * operation time-out.
 */
public interface ClusterStore extends SharedLog {
  /** Joins the cluster; completes when the store can be used. */
  Future<Void> start();

  /** The current view; empty before the first one was written. */
  Future<Optional<View>> readView();

  /**
   * Writes {@code next} if the stored epoch is still {@code expectedEpoch} (0 when there is no view
   * yet).
   *
   * @return true when written, false when somebody else was first
   */
  Future<Boolean> writeView(long expectedEpoch, View next);

  /** Calls back, as a hint only, when the view may have changed. Any thread; must not block. */
  void onViewHint(Runnable hint);

  /**
   * Queues records to be written in batches. Bounded: beyond the bound the oldest queued record of
   * another id is dropped and counted.
   */
  void putRecords(Collection<ClientRecord> records);

  /** Queues records to be removed. */
  void removeRecords(Collection<String> ids);

  /** One client's record. */
  Future<Optional<ClientRecord>> readRecord(String id);

  /** All records whose slot is in the set, or whose home is one of the given nodes. */
  Future<List<ClientRecord>> readRecords(BitSet slots, Collection<String> homes);

  /** The gossip verdict leads: this node is gone, do not wait for it. */
  void memberDead(String nodeId);

  /**
   * Leaves and joins afresh after this node itself was declared dead. Queued records are dropped
   * and counted: others have taken the clients over since; put again what is judged here.
   */
  Future<Void> rejoin();

  /** Leaves for good. */
  Future<Void> stop();

  /** True while operations succeed; for health and for marking answers as partial. */
  boolean isUsable();
}
