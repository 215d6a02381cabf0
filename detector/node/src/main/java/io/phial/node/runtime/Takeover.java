package io.phial.node.runtime;

import io.phial.core.placement.Slots;
import io.phial.core.placement.View;
import io.phial.core.registry.ClientRecord;
import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Shard;
import io.phial.core.registry.Transport;
import io.phial.core.registry.Verdict;
import io.phial.core.wire.NodeInfo;
import io.phial.node.cluster.ClusterStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what a new view means for this node's clients. Lost slots are dropped without a word.
 * The clients of gained slots, and those whose connections died with their node, are loaded from
 * their records and armed with a full grace: nobody is judged by data older than the takeover. Runs
 * on the view keeper's loop.
 */
final class Takeover {
  private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);
  private static final long RETRY_MILLIS = 500;
  private static final long MOVED_MILLIS = 2000;
  private static final int CHUNK = 256;

  private final Later later;
  private final Clients clients;
  private final SlotRouter router;
  private final ClusterStore store;
  private final VerdictPublisher publisher;
  private final long spreadNanos;

  /** Runs something once on the view keeper's loop, after a while. */
  @FunctionalInterface
  interface Later {
    /** Runs it then. */
    void run(long millis, Runnable task);
  }

  /** The slots whose clients this node has taken up; guarded by this. */
  private final BitSet loaded = new BitSet(Slots.COUNT);

  /**
   * What it works on.
   *
   * @param clients this node's shards
   * @param router the view in force
   * @param store where the records are
   * @param publisher speaks for clients that are let go
   */
  record Scope(
      Clients clients, SlotRouter router, ClusterStore store, VerdictPublisher publisher) {}

  Takeover(Later later, Scope scope, Duration spread) {
    this.later = later;
    this.clients = scope.clients();
    this.router = scope.router();
    this.store = scope.store();
    this.publisher = scope.publisher();
    this.spreadNanos = spread.toNanos();
  }

  synchronized void onView(@Nullable View previous, View next) {
    BitSet now = slotsOf(next);
    if (!names(next).contains(router.selfId())) {
      // Others judge all clients; also those whose connections ended with this node.
      if (!loaded.isEmpty()) {
        forgetAll();
      }
      return;
    }
    boolean anew = loaded.isEmpty();
    BitSet lost = (BitSet) loaded.clone();
    lost.andNot(now);
    dropLost(lost);
    BitSet gained = (BitSet) now.clone();
    gained.andNot(loaded);
    loaded.clear();
    loaded.or(now);
    Set<String> homes = previous == null ? new HashSet<>() : gone(previous, next);
    if (anew) {
      // Its own earlier life, or the time before it was held dead.
      homes.add(router.selfId());
    }
    if (!gained.isEmpty() || !homes.isEmpty()) {
      eachShard((shard, at) -> shard.loading(1));
      load(next, gained, homes);
    }
  }

  /** Looks again for clients of the slots that this node has: a snapshot brought some back. */
  synchronized void again() {
    View view = router.view();
    if (view != null && !loaded.isEmpty()) {
      eachShard((shard, at) -> shard.loading(1));
      load(view, (BitSet) loaded.clone(), new HashSet<>());
    }
  }

  /** Forgets every client without a verdict: this node was held dead and others judge them now. */
  synchronized void forgetAll() {
    loaded.clear();
    eachShard(
        (shard, now) -> {
          shard.connections().clear();
          shard.asking().clear();
          shard.shard().forEachRow(shard.shard()::drop);
        });
  }

  private void dropLost(BitSet lost) {
    if (lost.isEmpty()) {
      return;
    }
    eachShard(
        (shard, now) ->
            shard
                .shard()
                .forEachRow(
                    row -> {
                      ClientSpec spec = shard.shard().spec(row);
                      if (spec.transport() == Transport.UDP && lost.get(Slots.slotOf(spec.id()))) {
                        shard.shard().drop(row);
                      }
                    }));
  }

  private void load(View view, BitSet gained, Set<String> homes) {
    store
        .readRecords(gained, homes)
        .onSuccess(
            records -> {
              restore(records, gained, homes);
              if (!homes.isEmpty()) {
                later.run(MOVED_MILLIS, () -> releaseMoved(records, homes));
              }
              eachShard((shard, now) -> shard.loading(-1));
              LOG.info(
                  "takeover epoch={} slots={} homes={} records={}",
                  view.epoch(),
                  gained.cardinality(),
                  homes,
                  records.size());
            })
        .onFailure(
            e -> {
              // Also past newer views: what is no longer ours is passed over when it is restored.
              LOG.warn("takeover epoch={} waits for the store: {}", view.epoch(), e.toString());
              later.run(RETRY_MILLIS, () -> load(view, gained, homes));
            });
  }

  private void restore(List<ClientRecord> records, BitSet gained, Set<String> homes) {
    Map<ClientShard, List<ClientRecord>> parts = new HashMap<>();
    for (ClientRecord record : records) {
      int slot = Slots.slotOf(record.spec().id());
      if (isMine(record, slot, gained, homes)) {
        parts.computeIfAbsent(clients.ofSlot(slot), shard -> new ArrayList<>()).add(record);
      }
    }
    parts.forEach(
        (shard, all) -> {
          for (int from = 0; from < all.size(); from += CHUNK) {
            List<ClientRecord> chunk = all.subList(from, Math.min(all.size(), from + CHUNK));
            shard.command((asked, now) -> chunk.forEach(record -> restore(asked, record, now)));
          }
        });
  }

  private boolean isMine(ClientRecord record, int slot, BitSet gained, Set<String> homes) {
    if (record.spec().anonymous()) {
      return false;
    }
    if (isOver(record)) {
      // From a snapshot: the store itself keeps only the living.
      return gained.get(slot) && router.isMine(slot);
    }
    return record.spec().transport() == Transport.UDP
        ? gained.get(slot) && router.isMine(slot)
        : homes.contains(record.home())
            && (router.isMine(slot) || record.home().equals(router.selfId()));
  }

  private static boolean isOver(ClientRecord record) {
    return record.verdict() == Verdict.DEAD || record.verdict() == Verdict.LEFT;
  }

  private void restore(ClientShard shard, ClientRecord record, long nowNanos) {
    String id = record.spec().id();
    if (shard.shard().rowOf(id) != Shard.NONE
        || shard.shard().restore(record, spreadNanos, nowNanos, System.currentTimeMillis())
            == Shard.NONE) {
      return;
    }
    if (isOver(record)) {
      store.removeRecords(List.of(id));
    } else if (record.spec().transport() == Transport.UDP) {
      claim(shard, id, nowNanos);
    }
    // A connection's record keeps naming the dead node for now: its client may have connected
    // elsewhere this very moment, and a copy read before must not claim it back.
  }

  private void claim(ClientShard shard, String id, long nowNanos) {
    ClientRecord own = shard.record(id, router.selfId(), nowNanos);
    if (own != null) {
      store.putRecords(List.of(own));
    }
  }

  // The client of a lost connection usually connects elsewhere within a second, and its record then
  // names another home: whoever
  // took it over from an earlier copy lets go.
  private void releaseMoved(List<ClientRecord> restored, Set<String> homes) {
    List<String> ids = new ArrayList<>();
    BitSet slots = new BitSet(Slots.COUNT);
    for (ClientRecord record : restored) {
      if (record.spec().transport() == Transport.TCP && !isOver(record)) {
        ids.add(record.spec().id());
        slots.set(Slots.slotOf(record.spec().id()));
      }
    }
    if (ids.isEmpty()) {
      return;
    }
    store
        .readRecords(slots, homes)
        .onSuccess(
            records -> {
              Map<String, String> homeOf = new HashMap<>();
              records.forEach(record -> homeOf.put(record.spec().id(), record.home()));
              for (String id : ids) {
                String home = homeOf.get(id);
                clients.ofId(id).offer((shard, now) -> settle(shard, id, home, homes, now));
              }
            })
        .onFailure(e -> LOG.debug("moved clients show later, before their next verdict", e));
  }

  private void settle(
      ClientShard shard, String id, @Nullable String home, Set<String> gone, long nowNanos) {
    int row = shard.shard().rowOf(id);
    if (row == Shard.NONE || shard.connection(id) != null) {
      return;
    }
    if (home == null) {
      // It said goodbye or was found dead where it lived since.
      shard.shard().drop(row);
    } else if (gone.contains(home)) {
      claim(shard, id, nowNanos);
    } else if (!home.equals(router.selfId()) && shard.shard().verdict(row) == Verdict.UNKNOWN) {
      publisher.moved(shard, id, Verdict.UNKNOWN, nowNanos);
    }
  }

  private void eachShard(ClientShard.Task task) {
    clients.all().forEach(shard -> shard.command(task));
  }

  private BitSet slotsOf(@Nullable View view) {
    BitSet slots = new BitSet(Slots.COUNT);
    if (view != null) {
      for (int slot = 0; slot < Slots.COUNT; slot++) {
        if (view.owner(slot).id().equals(router.selfId())) {
          slots.set(slot);
        }
      }
    }
    return slots;
  }

  private static Set<String> names(View view) {
    Set<String> names = new HashSet<>();
    for (NodeInfo node : view.nodes()) {
      names.add(node.id());
    }
    return names;
  }

  private static Set<String> gone(View previous, View next) {
    Set<String> gone = names(previous);
    gone.removeAll(names(next));
    return gone;
  }
}
