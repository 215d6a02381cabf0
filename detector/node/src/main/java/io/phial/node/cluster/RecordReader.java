package io.phial.node.cluster;

import io.phial.core.registry.ClientRecord;
import io.phial.node.cluster.ClusterException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Runs scans off the loops and lays this node's own unwritten changes over what they found. At most
 * two run and 16 wait; more are refused.
 */
final class RecordReader {
  private final RecordQueue queue;
  private final ClusterOptions options;
  private final ClusterMeters meters;
  private final ExecutorService executor;

  RecordReader(
      RecordQueue queue, ClusterOptions options, ClusterMeters meters, ClusterThreads threads) {
    this.queue = queue;
    this.options = options;
    this.meters = meters;
    this.executor = threads.scan();
  }

  /** Starts a pass; completes on a scan thread, or by the operation time-out. */
  CompletionStage<List<ClientRecord>> read(RecordScan scan, RecordFilter filter) {
    CompletableFuture<List<ClientRecord>> result =
        new CompletableFuture<List<ClientRecord>>()
            .orTimeout(options.operationTimeout().toMillis(), TimeUnit.MILLISECONDS);
    Runnable pass =
        () -> {
          try {
            result.complete(meters.recordScan.recordCallable(() -> pass(scan, filter, result)));
          } catch (Exception e) {
            result.completeExceptionally(e);
          }
        };
    try {
      executor.execute(pass);
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(
          new ClusterException(Reason.REFUSED, "read records: too many scans wait"));
    }
    return result;
  }

  /**
   * What is unwritten is taken before and after the pass: a change that was written in between may
   * have come too late for its partition.
   */
  private List<ClientRecord> pass(
      RecordScan scan, RecordFilter filter, CompletableFuture<?> result) {
    Map<String, RecordChange> before = queue.pending();
    Map<String, ClientRecord> found = scan.run(filter, result::isDone);
    overlay(found, before, filter);
    overlay(found, queue.pending(), filter);
    return new ArrayList<>(found.values());
  }

  private static void overlay(
      Map<String, ClientRecord> found, Map<String, RecordChange> changes, RecordFilter filter) {
    changes.forEach(
        (id, change) -> {
          if (change.record().filter(filter::matches).isPresent()) {
            found.put(id, change.record().get());
          } else {
            found.remove(id);
          }
        });
  }
}
