package io.phial.node.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.placement.Placement;
import io.phial.core.placement.Slots;
import io.phial.core.registry.ClientRecord;
import io.phial.core.registry.ClientRecordCodec;
import io.phial.node.cluster.ClusterStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps, in the data directory, what a restart of the whole cluster must not forget: the nodes,
 * this node's incarnation, and the records of the clients judged here, the DEAD and LEFT ones
 * included. Without a data directory it does nothing.
 *
 * <p>Whether the whole cluster was restarted is told by its era: a name that the first node puts
 * into an empty store. When it is another one than in the snapshot, the store has forgotten, and
 * this node gives it the records of its snapshot that it lacks. When it is the same, only this node
 * was away; others know better, and the clients of the snapshot are left alone. Records older than
 * {@value #AGE_DAYS_MAX} days are passed over.
 *
 * <p>The clients' file is rewritten every checkpoint period and at a graceful stop; what changed
 * since then is lost with a crash of all nodes.
 */
final class WarmRestart {
  private static final Logger LOG = LoggerFactory.getLogger(WarmRestart.class);
  private static final int SLICES = 64;
  private static final int AGE_DAYS_MAX = 7;
  private static final int CHUNK = 4_096;
  private static final long CHUNK_MILLIS = 200;
  private static final long BUSY_MILLIS = 50;
  private static final String ERA_MARK = "era";

  private final Parts parts;
  private final boolean enabled;
  private final SnapshotFile nodesFile;
  private final SnapshotFile clientsFile;
  private final AtomicBoolean writing = new AtomicBoolean();
  private final Counter failed;
  private volatile NodeMemory memory = NodeMemory.NONE;
  private volatile String era = "";
  private List<byte[]> gathered = new ArrayList<>();
  private int slice;

  /**
   * What it works with.
   *
   * @param selfId this node
   * @param vertx for workers and timers
   * @param clients this node's shards
   * @param store what may have forgotten
   * @param gossip the nodes as they are
   * @param meters counters
   */
  record Parts(
      String selfId,
      Vertx vertx,
      Clients clients,
      ClusterStore store,
      Supplier<GossipLoop.Snapshot> gossip,
      MeterRegistry meters) {}

  WarmRestart(Parts parts, String dataDir, int clientsMax) {
    this.parts = parts;
    this.enabled = !dataDir.isEmpty();
    Path directory = Path.of(enabled ? dataDir : ".");
    this.nodesFile = new SnapshotFile(directory.resolve("nodes.snapshot"), Placement.NODES_MAX + 1);
    this.clientsFile = new SnapshotFile(directory.resolve("clients.snapshot"), clientsMax);
    this.failed = Counter.builder("phial.snapshots.failed").register(parts.meters());
  }

  /** Reads who there was. Fails when the directory cannot be used. */
  Future<NodeMemory> load() {
    if (!enabled) {
      return Future.succeededFuture(NodeMemory.NONE);
    }
    return parts
        .vertx()
        .executeBlocking(
            () -> {
              Files.createDirectories(nodesFile.path().toAbsolutePath().getParent());
              memory = readNodes();
              return memory;
            });
  }

  private NodeMemory readNodes() {
    try {
      return nodesFile.exists() ? NodeMemory.decode(nodesFile.read().entries()) : NodeMemory.NONE;
    } catch (IOException e) {
      LOG.warn("snapshot of the nodes is passed over: {}", e.toString());
      return NodeMemory.NONE;
    }
  }

  /** The nodes of the snapshot that this node was started with. */
  NodeMemory memory() {
    return memory;
  }

  /**
   * Gives the store what it has forgotten; call once it is joined.
   *
   * @return true when something was given, so that all nodes should look again
   */
  Future<Boolean> revive() {
    if (!enabled) {
      return Future.succeededFuture(false);
    }
    return currentEra()
        .compose(
            now -> {
              era = now;
              return now.equals(memory.era()) ? Future.succeededFuture(false) : give();
            })
        .otherwise(
            e -> {
              LOG.warn("the snapshot of the clients could not be given back: {}", e.toString());
              return false;
            });
  }

  private Future<String> currentEra() {
    ClusterStore store = parts.store();
    return store
        .readMark(ERA_MARK)
        .compose(
            found ->
                found.isPresent()
                    ? Future.succeededFuture(text(found.get()))
                    : store
                        .writeMark(ERA_MARK, 1, bytes(UUID.randomUUID().toString()))
                        .compose(written -> store.readMark(ERA_MARK))
                        .map(mark -> mark.map(WarmRestart::text).orElse("")));
  }

  private Future<Boolean> give() {
    BitSet all = new BitSet(Slots.COUNT);
    all.set(0, Slots.COUNT);
    return parts
        .vertx()
        .executeBlocking(this::readClients)
        .compose(
            records ->
                records.isEmpty()
                    ? Future.succeededFuture(false)
                    : parts
                        .store()
                        .readRecords(all, List.of())
                        .compose(held -> put(lacking(records, held), 0)));
  }

  private static List<ClientRecord> lacking(List<ClientRecord> records, List<ClientRecord> held) {
    Set<String> known = new HashSet<>();
    held.forEach(record -> known.add(record.spec().id()));
    return records.stream().filter(record -> !known.contains(record.spec().id())).toList();
  }

  /** In steps that the store's queue of writes can take. */
  private Future<Boolean> put(List<ClientRecord> records, int from) {
    int until = Math.min(records.size(), from + CHUNK);
    parts.store().putRecords(records.subList(from, until));
    if (until == records.size()) {
      LOG.info("warm restart clients={}", records.size());
      return Future.succeededFuture(!records.isEmpty());
    }
    return parts
        .vertx()
        .timer(CHUNK_MILLIS, TimeUnit.MILLISECONDS)
        .compose(waited -> put(records, until));
  }

  private List<ClientRecord> readClients() {
    if (!clientsFile.exists()) {
      return List.of();
    }
    List<ClientRecord> records = new ArrayList<>();
    long oldest = System.currentTimeMillis() - TimeUnit.DAYS.toMillis(AGE_DAYS_MAX);
    try {
      for (byte[] entry : clientsFile.read().entries()) {
        ClientRecord record = Records.decode(entry);
        if (record.lastSeenEpochMillis() >= oldest) {
          records.add(record);
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("snapshot of the clients is passed over: {}", e.toString());
      return List.of();
    }
    return records;
  }

  /** Begins to write; the period is that of the checkpoints. */
  void start(long periodMillis) {
    if (enabled) {
      parts.vertx().setPeriodic(Math.max(10, periodMillis / SLICES), id -> step());
    }
  }

  private void step() {
    int number = slice;
    slice = (slice + 1) % SLICES;
    gather(number)
        .onSuccess(
            part -> {
              gathered.addAll(part);
              if (number == SLICES - 1) {
                List<byte[]> whole = gathered;
                gathered = new ArrayList<>();
                if (!writing.get()) {
                  save(whole).onFailure(this::onFailure);
                }
              }
            });
  }

  private Future<List<byte[]>> gather(int number) {
    List<Future<List<byte[]>>> parts =
        this.parts.clients().all().stream()
            .map(shard -> shard.ask((asked, now) -> encoded(asked, number, now)))
            .toList();
    return Future.all(parts)
        .map(
            done -> {
              List<byte[]> all = new ArrayList<>();
              parts.forEach(part -> all.addAll(part.result()));
              return all;
            });
  }

  /** The records of a slice of the rows, or of all when the number is negative. */
  private List<byte[]> encoded(ClientShard shard, int number, long nowNanos) {
    List<byte[]> records = new ArrayList<>();
    long millis = System.currentTimeMillis();
    shard
        .shard()
        .forEachRow(
            row -> {
              if (number < 0 || row % SLICES == number) {
                ClientRecord record = shard.shard().record(row, parts.selfId(), nowNanos, millis);
                if (!record.spec().anonymous()) {
                  records.add(ClientRecordCodec.encode(record));
                }
              }
            });
    return records;
  }

  /** Writes all of it once more, before this node forgets its clients to stop. */
  Future<@Nullable Void> saveAll() {
    if (!enabled) {
      return Future.succeededFuture();
    }
    return gather(-1).compose(this::save).onFailure(this::onFailure).otherwiseEmpty();
  }

  private Future<Void> save(List<byte[]> records) {
    GossipLoop.Snapshot now = parts.gossip().get();
    if (!writing.compareAndSet(false, true)) {
      return parts
          .vertx()
          .timer(BUSY_MILLIS, TimeUnit.MILLISECONDS)
          .compose(waited -> save(records));
    }
    NodeMemory current =
        new NodeMemory(
            now.incarnation(), era, now.members().stream().map(NodeMemory.Row::of).toList());
    return parts
        .vertx()
        .<Void>executeBlocking(
            () -> {
              long millis = System.currentTimeMillis();
              nodesFile.write(millis, current.encode());
              clientsFile.write(millis, records);
              return null;
            })
        .onComplete(done -> writing.set(false));
  }

  private void onFailure(Throwable cause) {
    failed.increment();
    LOG.warn("the snapshot could not be written: {}", cause.toString());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
