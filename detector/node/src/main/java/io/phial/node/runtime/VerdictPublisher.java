package io.phial.node.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.placement.Slots;
import io.phial.core.registry.ClientRecord;
import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Shard;
import io.phial.core.registry.Transport;
import io.phial.core.registry.Verdict;
import io.phial.core.registry.VerdictChange;
import io.phial.node.api.VerdictEvent;
import io.phial.node.cluster.ClusterStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Publishes the verdicts of this node's shards, if this node may still speak for the client: a
 * datagram's client only while its slot is owned here, a named connection's client only while its
 * record names this node. Whoever may not, forgets the client without a word. Runs on the shards'
 * threads.
 */
final class VerdictPublisher implements ClientShard.Sinks {
  private static final long FENCE_MILLIS = 1000;

  private final SlotRouter router;
  private final ClusterStore store;
  private final Consumer<VerdictEvent> events;
  private final Counter fenced;

  VerdictPublisher(
      SlotRouter router, ClusterStore store, Consumer<VerdictEvent> events, MeterRegistry meters) {
    this.router = router;
    this.store = store;
    this.events = events;
    this.fenced = Counter.builder("phial.verdicts.fenced").register(meters);
  }

  @Override
  public void onVerdict(ClientShard shard, VerdictChange change, long nowNanos) {
    int row = shard.shard().rowOf(change.id());
    if (row == Shard.NONE) {
      publish(change, 0, nowNanos);
      return;
    }
    ClientSpec spec = shard.shard().snapshot(row, nowNanos).spec();
    if (spec.transport() == Transport.UDP && !router.isMine(Slots.slotOf(spec.id()))) {
      forget(shard, spec.id());
    } else if (change.to() == Verdict.DEAD && !spec.anonymous()) {
      publishUnlessMoved(shard, change, spec.incarnation(), nowNanos);
    } else {
      publish(change, spec.incarnation(), nowNanos);
      save(shard, spec, nowNanos);
    }
  }

  // The record is asked only before the worst verdict, so that a client that reconnected elsewhere
  // is not declared dead here. When
  // the store is away the verdict goes out: judging does not depend on it.
  private void publishUnlessMoved(
      ClientShard shard, VerdictChange change, long incarnation, long nowNanos) {
    store
        .readRecord(change.id())
        .timeout(FENCE_MILLIS, TimeUnit.MILLISECONDS)
        .map(found -> found.map(ClientRecord::home).orElse(router.selfId()))
        .otherwise(router.selfId())
        .onSuccess(
            home ->
                shard.offer(
                    (clients, now) -> {
                      int row = clients.shard().rowOf(change.id());
                      if (!home.equals(router.selfId())) {
                        forget(clients, change.id());
                      } else if (row == Shard.NONE
                          || clients.shard().snapshot(row, now).verdict() == Verdict.DEAD) {
                        publish(change, incarnation, nowNanos);
                        if (row != Shard.NONE) {
                          save(clients, clients.shard().snapshot(row, now).spec(), now);
                        }
                      }
                    }));
  }

  private void forget(ClientShard shard, String id) {
    fenced.increment();
    int row = shard.shard().rowOf(id);
    if (row != Shard.NONE) {
      shard.connections().remove(id);
      shard.shard().drop(row);
    }
  }

  private void save(ClientShard shard, ClientSpec spec, long nowNanos) {
    if (spec.anonymous()) {
      return;
    }
    ClientRecord record = shard.record(spec.id(), router.selfId(), nowNanos);
    if (record == null || isOver(record.verdict())) {
      // Nobody has to take over what is gone; so the store holds no more than the living.
      store.removeRecords(List.of(spec.id()));
    } else {
      store.putRecords(List.of(record));
    }
  }

  private static boolean isOver(Verdict verdict) {
    return verdict == Verdict.DEAD || verdict == Verdict.LEFT;
  }

  private void publish(VerdictChange change, long incarnation, long nowNanos) {
    long at = System.currentTimeMillis() - (nowNanos - change.atNanos()) / 1_000_000;
    events.accept(VerdictEvent.of(change, at, incarnation));
  }
}
