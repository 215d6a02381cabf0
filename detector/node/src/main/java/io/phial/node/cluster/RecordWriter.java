package io.phial.node.cluster;

import com.hazelcast.map.IMap;
import io.phial.core.registry.ClientRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes queued record changes, one batch at a time: while a batch is under way the next one
 * gathers, so load makes batches larger instead of more, and changes of one id never overtake each
 * other. A failed batch waits again and is retried with a growing pause.
 */
final class RecordWriter {
  private static final Logger LOG = LoggerFactory.getLogger(RecordWriter.class);
  private static final long PAUSE_MILLIS_MIN = 250;
  private static final long PAUSE_MILLIS_MAX = 4_000;

  /** A batch that Hazelcast never answers is given up after this many operation time-outs. */
  private static final int HUNG_TIMEOUTS = 4;

  private final RecordQueue queue;
  private final ClusterOptions options;
  private final ClusterCodecs codecs;
  private final ClusterMeters meters;
  private final Supplier<@Nullable IMap<String, byte[]>> clients;
  private final ExecutorService worker;
  private final ScheduledExecutorService timer;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile long pauseMillis;

  RecordWriter(
      RecordQueue queue,
      ClusterOptions options,
      ClusterCodecs codecs,
      ClusterMeters meters,
      Supplier<@Nullable IMap<String, byte[]>> clients,
      ClusterThreads threads) {
    this.queue = queue;
    this.options = options;
    this.codecs = codecs;
    this.meters = meters;
    this.clients = clients;
    this.worker = threads.worker();
    this.timer = threads.timer();
  }

  /** Starts a batch unless one is under way, nothing waits or the store is away. */
  void kick() {
    if (clients.get() != null && queue.size() > 0 && busy.compareAndSet(false, true)) {
      worker.execute(this::write);
    }
  }

  /**
   * Writes what waits, for a limited time and while it makes sense. Blocks: the life thread only.
   */
  void flush(long millisMax, BooleanSupplier sensible) {
    long begun = System.nanoTime();
    while (queue.size() > 0
        && sensible.getAsBoolean()
        && System.nanoTime() - begun < TimeUnit.MILLISECONDS.toNanos(millisMax)) {
      kick();
      try {
        TimeUnit.MILLISECONDS.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void write() {
    IMap<String, byte[]> map = clients.get();
    Map<String, RecordChange> batch = map == null ? Map.of() : queue.take(options.recordBatchMax());
    if (map == null || batch.isEmpty()) {
      busy.set(false);
      kick();
      return;
    }
    CompletableFuture<Void> written;
    try {
      written = send(map, batch);
    } catch (RuntimeException e) {
      written = CompletableFuture.failedFuture(e);
    }
    var unused =
        written
            .orTimeout(HUNG_TIMEOUTS * options.operationTimeout().toMillis(), TimeUnit.MILLISECONDS)
            .whenCompleteAsync((none, failure) -> written(batch.size(), failure), worker);
  }

  private CompletableFuture<Void> send(IMap<String, byte[]> map, Map<String, RecordChange> batch) {
    Map<String, byte[]> sets = new HashMap<>();
    List<CompletableFuture<?>> stages = new ArrayList<>();
    batch.forEach(
        (id, change) -> {
          if (change.record().isEmpty()) {
            stages.add(map.deleteAsync(id).toCompletableFuture());
          } else {
            pack(change.record().get(), sets);
          }
        });
    if (!sets.isEmpty()) {
      stages.add(map.setAllAsync(sets).toCompletableFuture());
    }
    return CompletableFuture.allOf(stages.toArray(CompletableFuture[]::new));
  }

  /** Adds a record's bytes; one that cannot be encoded is dropped, or it would block the others. */
  private void pack(ClientRecord record, Map<String, byte[]> sets) {
    try {
      byte[] bytes = codecs.record().encode(record);
      sets.put(record.spec().id(), VersionedBytes.pack(record.lastSeenEpochMillis(), bytes));
    } catch (IllegalArgumentException e) {
      meters.recordsMalformed.increment();
    }
  }

  private void written(int count, @Nullable Throwable failure) {
    if (failure == null) {
      queue.done();
      meters.recordsWritten.increment(count);
      if (pauseMillis > 0) {
        LOG.info("client records are written again, {} wait", queue.size());
      }
      pauseMillis = 0;
      busy.set(false);
      kick();
      return;
    }
    meters.recordBatchesFailed.increment();
    meters.recordsDropped.increment(queue.giveBack());
    if (pauseMillis == 0) {
      LOG.warn(
          "client records cannot be written, {} wait: {}",
          queue.size(),
          ClusterException.brief(failure));
    }
    pauseMillis = Math.min(PAUSE_MILLIS_MAX, Math.max(PAUSE_MILLIS_MIN, 2 * pauseMillis));
    busy.set(false);
    var unused = timer.schedule(this::kick, pauseMillis, TimeUnit.MILLISECONDS);
  }
}
