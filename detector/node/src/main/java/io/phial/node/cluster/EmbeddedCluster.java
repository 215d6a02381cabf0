package io.phial.node.cluster;

import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.placement.View;
import io.phial.core.registry.ClientRecord;
import io.phial.node.cluster.ClusterException.Reason;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of one: the same contract in this process's memory, with no Hazelcast, no thread and no
 * port. What a lone node uses.
 *
 * <p>Bounded: beyond {@code recordsMax} records the oldest is dropped and counted. Scans hold the
 * lock for their pass and run where the caller is; at 100,000 records that is some 10 ms.
 */
public final class EmbeddedCluster implements ClusterStore, NodeBus {
  private static final int REQUESTS_MAX = 1_024;
  private static final int BODY_BYTES_MAX = 8 << 20;

  private final String nodeId;
  private final int recordsMax;
  private final ClusterCodecs codecs;
  private final ClusterMeters meters;
  private final BusDesk desk;
  private final ViewHints hints;
  private final Map<String, ClientRecord> records = new LinkedHashMap<>();
  private final EmbeddedLog log;
  private @Nullable View view;
  private volatile boolean running;

  /**
   * Creates it.
   *
   * @param nodeId this node's id
   * @param vertx the node's Vert.x; handlers, listeners and hints run on a context of it
   * @param codecs only the slot function is used
   * @param recordsMax records kept
   * @param eventsMax entries of the event log kept
   * @param registry where the {@code phial_cluster_} meters go
   */
  public EmbeddedCluster(
      String nodeId,
      Vertx vertx,
      ClusterCodecs codecs,
      int recordsMax,
      int eventsMax,
      MeterRegistry registry) {
    if (eventsMax < 1) {
      throw new IllegalArgumentException("eventsMax must be at least 1, was " + eventsMax);
    }
    if (recordsMax < 1) {
      throw new IllegalArgumentException("recordsMax must be at least 1, was " + recordsMax);
    }
    this.nodeId = nodeId;
    this.recordsMax = recordsMax;
    this.log = new EmbeddedLog(eventsMax);
    this.codecs = codecs;
    this.meters = new ClusterMeters(registry);
    this.desk = new BusDesk(vertx, REQUESTS_MAX, BODY_BYTES_MAX);
    this.hints = new ViewHints(desk);
    meters.gauge("phial_cluster_members", "Members, this one", () -> running ? 1 : 0);
    meters.gauge("phial_cluster_usable", "1 while operations succeed", () -> running ? 1 : 0);
  }

  @Override
  public Future<Void> start() {
    running = true;
    return done(null);
  }

  @Override
  public Future<Optional<View>> readView() {
    return operate("read view", () -> Optional.ofNullable(view));
  }

  @Override
  public Future<Boolean> writeView(long expectedEpoch, View next) {
    if (expectedEpoch < 0 || next.epoch() <= expectedEpoch) {
      return Future.failedFuture(
          new IllegalArgumentException(
              "epoch must be above " + expectedEpoch + ", was " + next.epoch()));
    }
    return operate("write view", () -> swap(expectedEpoch, next));
  }

  private boolean swap(long expectedEpoch, View next) {
    View current = view;
    if ((current == null ? 0 : current.epoch()) != expectedEpoch) {
      return false;
    }
    view = next;
    hints.hint();
    return true;
  }

  @Override
  public void onViewHint(Runnable hint) {
    hints.add(hint);
  }

  @Override
  public void putRecords(Collection<ClientRecord> changed) {
    synchronized (this) {
      for (ClientRecord record : changed) {
        put(record);
      }
    }
    meters.recordsWritten.increment(changed.size());
  }

  private void put(ClientRecord record) {
    String id = record.spec().id();
    if (records.size() >= recordsMax && !records.containsKey(id)) {
      records.remove(records.keySet().iterator().next());
      meters.recordsDropped.increment();
    }
    records.put(id, record);
  }

  @Override
  public void removeRecords(Collection<String> ids) {
    synchronized (this) {
      ids.forEach(records::remove);
    }
    meters.recordsWritten.increment(ids.size());
  }

  @Override
  public Future<Optional<ClientRecord>> readRecord(String id) {
    return operate("read record", () -> Optional.ofNullable(records.get(id)));
  }

  @Override
  public Future<List<ClientRecord>> readRecords(BitSet slots, Collection<String> homes) {
    RecordFilter filter = new RecordFilter(codecs, slots, homes);
    return operate(
        "read records",
        () -> {
          List<ClientRecord> found = new ArrayList<>();
          for (ClientRecord record : records.values()) {
            if (filter.matches(record)) {
              found.add(record);
            }
          }
          return found;
        });
  }

  @Override
  public Future<Void> appendEvents(List<byte[]> entries) {
    SharedLog.checkEntries(entries);
    return operate(
        "append events",
        () -> {
          log.append(entries);
          return null;
        });
  }

  @Override
  public Future<LogPage> readEvents(long from, int max) {
    return operate("read events", () -> log.read(from, max));
  }

  @Override
  public Future<Optional<byte[]>> readMark(String name) {
    return operate("read mark", () -> log.mark(name));
  }

  @Override
  public Future<Void> writeMark(String name, long version, byte[] mark) {
    SharedLog.checkMark(name, mark);
    return operate("write mark", () -> log.mark(name, mark))
        .compose(
            kept ->
                kept
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new ClusterException(Reason.REFUSED, "write mark: too many marks")));
  }

  private <T extends @Nullable Object> Future<T> operate(
      String what, Supplier<? extends T> operation) {
    if (!running) {
      return Future.failedFuture(ClusterException.away(what));
    }
    synchronized (this) {
      meters.operation(what, true);
      return done(operation.get());
    }
  }

  private static <T extends @Nullable Object> Future<T> done(T value) {
    return Completions.toCaller(CompletableFuture.completedFuture(value));
  }

  /** There is no other member. */
  @Override
  public void memberDead(String deadId) {}

  /** A lone node has nobody to rejoin; what it knows stays. */
  @Override
  public Future<Void> rejoin() {
    return running ? done(null) : Future.failedFuture(ClusterException.away("rejoin"));
  }

  @Override
  public Future<Void> stop() {
    running = false;
    return done(null);
  }

  @Override
  public boolean isUsable() {
    return running;
  }

  @Override
  public void serve(String operation, Handler handler) {
    desk.serve(operation, handler);
  }

  @Override
  public void listen(String topic, Consumer<Buffer> listener) {
    desk.listen(topic, listener);
  }

  @Override
  public Future<Buffer> request(String target, String operation, Buffer body, Duration timeout) {
    if (!target.equals(nodeId)) {
      return Future.failedFuture(
          new ClusterException(Reason.UNKNOWN, "node " + target + " is not known"));
    }
    CompletableFuture<Buffer> answer =
        desk.bounded(body)
            .compose(b -> desk.answer(new BusFrame(operation, b.copy())))
            .toCompletionStage()
            .toCompletableFuture();
    Executor here = Runnable::run;
    return Completions.toCaller(
        Completions.within(operation + " of " + target, timeout, answer, here));
  }

  @Override
  public void publish(String topic, Buffer body) {
    if (body.length() > BODY_BYTES_MAX) {
      meters.publicationsDropped.increment();
    } else {
      desk.hear(new BusFrame(topic, body.copy()));
    }
  }
}
