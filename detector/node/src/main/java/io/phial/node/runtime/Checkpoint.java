package io.phial.node.runtime;

import io.phial.core.registry.ClientRecord;
import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Transport;
import io.phial.core.registry.Verdict;
import io.phial.node.cluster.ClusterStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the records of the living again at a slow pace, in slices, so that a takeover finds
 * estimates that are not too old and the store heals from losses of its own. A slice is a small
 * share of the clients, so that neither shard nor store sees a wave.
 */
final class Checkpoint {
  private static final int SLICES = 64;

  private final Clients clients;
  private final ClusterStore store;
  private final String selfId;
  private int slice;

  Checkpoint(Clients clients, ClusterStore store, String selfId) {
    this.clients = clients;
    this.store = store;
    this.selfId = selfId;
  }

  void start(Vertx vertx, Duration period) {
    vertx.setPeriodic(Math.max(1, period.toMillis() / SLICES), id -> step());
  }

  /** Queues the next slice. */
  void step() {
    slice = (slice + 1) % SLICES;
    if (store.isUsable()) {
      int number = slice;
      clients.all().forEach(shard -> writeSlice(shard, number));
    }
  }

  private void writeSlice(ClientShard shard, int number) {
    shard.offer(
        (asked, now) -> {
          List<ClientRecord> records = new ArrayList<>();
          asked
              .shard()
              .forEachRow(
                  row -> {
                    if (row % SLICES == number) {
                      add(records, asked, row, now);
                    }
                  });
          store.putRecords(records);
        });
  }

  /** Queues every record now, for a graceful stop; completes when they are queued. */
  Future<Void> writeAll() {
    return Future.join(
            clients.all().stream()
                .map(
                    shard ->
                        shard.ask(
                            (asked, now) -> {
                              List<ClientRecord> records = new ArrayList<>();
                              asked.shard().forEachRow(row -> add(records, asked, row, now));
                              store.putRecords(records);
                              return true;
                            }))
                .toList())
        .mapEmpty();
  }

  // A client whose connection is not here may be at home elsewhere by now: its record belongs to
  // the node that holds the connection.
  private void add(List<ClientRecord> records, ClientShard asked, int row, long nowNanos) {
    ClientRecord record = asked.shard().record(row, selfId, nowNanos, System.currentTimeMillis());
    ClientSpec spec = record.spec();
    boolean over = record.verdict() == Verdict.DEAD || record.verdict() == Verdict.LEFT;
    boolean elsewhere = spec.transport() == Transport.TCP && asked.connection(spec.id()) == null;
    if (!spec.anonymous() && !over && !elsewhere) {
      records.add(record);
    }
  }
}
