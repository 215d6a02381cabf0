package io.phial.node.runtime;

import io.phial.core.placement.Slots;
import io.phial.core.placement.View;
import io.phial.core.registry.ClientRecord;
import io.phial.node.cluster.ClusterStore;
import io.phial.node.cluster.LogPage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory whose answers come when the test says so: at once, held until {@link #answer},
 * or as failures while it is away. What was true when the question came is what is answered.
 */
final class RecordingStore implements ClusterStore {
  final Map<String, ClientRecord> records = new TreeMap<>();
  final List<String> removed = new ArrayList<>();
  final List<View> written = new ArrayList<>();
  final List<byte[]> log = new ArrayList<>();
  final List<List<byte[]>> appends = new ArrayList<>();
  final Map<String, byte[]> marks = new TreeMap<>();
  @Nullable View view;
  boolean away;
  boolean holding;
  boolean beaten;
  int viewReads;

  /** Calls of any kind. */
  int calls;

  Runnable beforeRead = () -> {};
  private final ArrayDeque<Runnable> held = new ArrayDeque<>();

  /** Answers everything held, in order. */
  void answer() {
    holding = false;
    for (Runnable next = held.poll(); next != null; next = held.poll()) {
      next.run();
    }
  }

  private <T extends @Nullable Object> Future<T> operate(Supplier<? extends T> operation) {
    calls++;
    Promise<T> promise = Promise.promise();
    T value = away ? null : operation.get();
    Runnable end = away ? () -> promise.fail("the store is away") : () -> promise.complete(value);
    if (holding) {
      held.add(end);
    } else {
      end.run();
    }
    return promise.future();
  }

  @Override
  public Future<Void> start() {
    return Future.succeededFuture();
  }

  @Override
  public Future<Optional<View>> readView() {
    viewReads++;
    return operate(() -> Optional.ofNullable(view));
  }

  @Override
  public Future<Boolean> writeView(long expectedEpoch, View next) {
    return operate(
        () -> {
          long epoch = view == null ? 0 : view.epoch();
          if (beaten || epoch != expectedEpoch) {
            return false;
          }
          view = next;
          written.add(next);
          return true;
        });
  }

  @Override
  public void onViewHint(Runnable hint) {}

  @Override
  public void putRecords(Collection<ClientRecord> changed) {
    calls++;
    changed.forEach(record -> records.put(record.spec().id(), record));
  }

  @Override
  public void removeRecords(Collection<String> ids) {
    calls++;
    removed.addAll(ids);
    ids.forEach(records::remove);
  }

  @Override
  public Future<Optional<ClientRecord>> readRecord(String id) {
    beforeRead.run();
    return operate(() -> Optional.ofNullable(records.get(id)));
  }

  @Override
  public Future<List<ClientRecord>> readRecords(BitSet slots, Collection<String> homes) {
    return operate(
        () ->
            records.values().stream()
                .filter(
                    record ->
                        slots.get(Slots.slotOf(record.spec().id()))
                            || homes.contains(record.home()))
                .toList());
  }

  @Override
  public Future<Void> appendEvents(List<byte[]> entries) {
    appends.add(List.copyOf(entries));
    return operate(
        () -> {
          log.addAll(entries);
          return null;
        });
  }

  @Override
  public Future<LogPage> readEvents(long from, int max) {
    return operate(
        () -> {
          int first = (int) Math.max(0, Math.min(from, log.size()));
          List<byte[]> page = log.subList(first, Math.min(log.size(), first + max));
          return new LogPage(first, List.copyOf(page), 0, log.size());
        });
  }

  @Override
  public Future<Optional<byte[]>> readMark(String name) {
    return operate(() -> Optional.ofNullable(marks.get(name)));
  }

  @Override
  public Future<Void> writeMark(String name, long version, byte[] mark) {
    return operate(
        () -> {
          marks.put(name, mark);
          return null;
        });
  }

  @Override
  public void memberDead(String nodeId) {}

  @Override
  public Future<Void> rejoin() {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> stop() {
    return Future.succeededFuture();
  }

  @Override
  public boolean isUsable() {
    return !away;
  }
}
