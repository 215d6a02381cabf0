package io.phial.node.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.placement.View;
import io.phial.core.registry.ClientRecord;
import io.phial.node.cluster.ClusterException.Reason;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster's memory and bus in Hazelcast. Owns its own clustered Vert.x beside the node's, so
 * that it can leave and rejoin without the node's sockets noticing.
 *
 * <p>Hazelcast follows: {@link #memberDead} drops a member at gossip's word, and a node that was
 * itself declared dead must {@link #rejoin}, because a Hazelcast member that wakes from a pause
 * otherwise evicts its healthy peers. If Hazelcast ends by itself, this rejoins by itself.
 *
 * <p>Bounds: record changes that wait, one batch under way, two scans with 16 waiting, bus requests
 * under way in each direction, the size of a body, and a time-out on every operation. What is over
 * a bound fails at once as {@link Reason#REFUSED}, or is dropped and counted where there is no
 * future.
 */
public final class HazelcastCluster implements ClusterStore, NodeBus {
  private static final Logger LOG = LoggerFactory.getLogger(HazelcastCluster.class);
  private static final long PROBE_MILLIS = 1_000;
  private static final int PROBES_PER_CHECK = 10;
  private static final long USABLE_SILENCE_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long REOPEN_SECONDS = 3;
  private static final int FLUSH_MILLIS_MAX = 2_000;
  private static final int STOP_SECONDS_MAX = 40;

  private enum State {
    NEW,
    STARTING,
    JOINED,
    /** Between two lives; everything fails fast. */
    AWAY,
    STOPPED
  }

  private final ClusterOptions options;
  private final ClusterCodecs codecs;
  private final ClusterMeters meters;
  private final BusDesk desk;
  private final ClusterThreads threads = ClusterThreads.create();
  private final MemberEviction eviction = new MemberEviction();
  private final RecordQueue queue;
  private final RecordWriter writer;
  private final RecordReader reader;
  private final BusRequests requests;
  private final ViewHints hints;
  private final AtomicBoolean probing = new AtomicBoolean();
  private final AtomicInteger unregistered = new AtomicInteger();
  private final HazelcastLink.Events events =
      new HazelcastLink.Events() {
        @Override
        public void viewHint() {
          hints.hint();
        }

        @Override
        public void lost(HazelcastLink lost) {
          onLost(lost);
        }
      };

  private volatile State state = State.NEW;
  private volatile @Nullable HazelcastLink link;
  private volatile long answeredNanos;

  /** Of the timer thread only. */
  private int probes;

  private @Nullable CompletableFuture<Void> rejoining;

  /**
   * Creates it; {@link #start} joins.
   *
   * @param options checked settings
   * @param vertx the node's own Vert.x; handlers, listeners and hints run on a context of it
   * @param codecs the forms of the shared values
   * @param registry where the {@code phial_cluster_} meters go
   */
  public HazelcastCluster(
      ClusterOptions options, Vertx vertx, ClusterCodecs codecs, MeterRegistry registry) {
    this.options = options;
    this.codecs = codecs;
    this.meters = new ClusterMeters(registry);
    this.desk = new BusDesk(vertx, options.busRequestsMax(), options.busBodyBytesMax());
    this.hints = new ViewHints(desk);
    this.queue = new RecordQueue(options.recordQueueMax());
    this.writer = new RecordWriter(queue, options, codecs, meters, this::clients, threads);
    this.reader = new RecordReader(queue, options, meters, threads);
    this.requests = new BusRequests(options, desk, meters, threads.worker(), () -> link);
    meters.gauge("phial_cluster_record_queue", "Record changes not yet written", queue::size);
    meters.gauge("phial_cluster_members", "Members that Hazelcast sees", this::memberCount);
    meters.gauge("phial_cluster_usable", "1 while operations succeed", () -> isUsable() ? 1 : 0);
  }

  @Override
  public synchronized Future<Void> start() {
    if (state != State.NEW) {
      return Future.failedFuture(new IllegalStateException("state must be NEW, was " + state));
    }
    state = State.STARTING;
    var unused =
        threads
            .timer()
            .scheduleWithFixedDelay(this::probe, PROBE_MILLIS, PROBE_MILLIS, TimeUnit.MILLISECONDS);
    return Completions.toCaller(inLife("start", options.startTimeout(), this::open));
  }

  /** Runs a step in the order of the lives; the future ends with it or by the time-out. */
  private CompletableFuture<Void> inLife(String what, Duration timeout, Runnable step) {
    try {
      return Completions.within(
          what, timeout, CompletableFuture.runAsync(step, threads.life()), threads.worker());
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(ClusterException.away(what));
    }
  }

  /** On the life thread. */
  private void open() {
    long begun = System.nanoTime();
    new FoundingTurn(options, () -> state == State.STOPPED).await();
    if (state == State.STOPPED) {
      throw ClusterException.away("start");
    }
    HazelcastLink opened = HazelcastLink.open(options, codecs, meters, desk, events);
    synchronized (this) {
      if (state != State.STOPPED) {
        answeredNanos = System.nanoTime();
        link = opened;
        state = State.JOINED;
      }
    }
    if (link != opened) {
      opened.abandon();
      throw ClusterException.away("start");
    }
    LOG.info(
        "cluster joined node={} cluster={} members={} ms={}",
        options.nodeId(),
        options.clusterName(),
        opened.memberCount(),
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    writer.kick();
    hints.hint();
  }

  @Override
  public Future<Optional<View>> readView() {
    return operate(
        "read view",
        joined -> joined.view().getAsync(HazelcastSettings.VIEW_KEY),
        bytes -> Optional.ofNullable(bytes).map(b -> decode(codecs.view(), b)));
  }

  @Override
  public Future<Boolean> writeView(long expectedEpoch, View next) {
    if (expectedEpoch < 0 || next.epoch() <= expectedEpoch) {
      return Future.failedFuture(
          new IllegalArgumentException(
              "epoch must be above " + expectedEpoch + ", was " + next.epoch()));
    }
    return operate(
        "write view",
        joined -> {
          byte[] packed = VersionedBytes.pack(next.epoch(), codecs.view().encode(next));
          return joined
              .view()
              .submitToKey(HazelcastSettings.VIEW_KEY, new ViewSwap(expectedEpoch, packed));
        },
        swapped -> swapped);
  }

  @Override
  public void onViewHint(Runnable hint) {
    hints.add(hint);
  }

  @Override
  public void putRecords(Collection<ClientRecord> records) {
    int dropped = 0;
    for (ClientRecord record : records) {
      dropped += queue.offer(record.spec().id(), RecordChange.put(record));
    }
    queued(dropped);
  }

  @Override
  public void removeRecords(Collection<String> ids) {
    int dropped = 0;
    for (String id : ids) {
      dropped += queue.offer(id, RecordChange.REMOVE);
    }
    queued(dropped);
  }

  private void queued(int dropped) {
    if (dropped > 0) {
      meters.recordsDropped.increment(dropped);
    }
    writer.kick();
  }

  @Override
  public Future<Optional<ClientRecord>> readRecord(String id) {
    RecordChange pending = queue.pending(id);
    return operate(
        "read record",
        joined ->
            pending == null
                ? joined.clients().getAsync(id)
                : CompletableFuture.<byte @Nullable []>completedFuture(null),
        bytes ->
            pending != null
                ? pending.record()
                : Optional.ofNullable(bytes).map(b -> decode(codecs.record(), b)));
  }

  @Override
  public Future<List<ClientRecord>> readRecords(BitSet slots, Collection<String> homes) {
    RecordFilter filter = new RecordFilter(codecs, slots, homes);
    return operate(
        "read records", joined -> reader.read(joined.scan(), filter), records -> records);
  }

  @Override
  public Future<Void> appendEvents(List<byte[]> entries) {
    SharedLog.checkEntries(entries);
    return entries.isEmpty()
        ? Future.succeededFuture()
        : operate("append events", joined -> joined.log().append(entries), end -> null);
  }

  @Override
  public Future<LogPage> readEvents(long from, int max) {
    return operate(
        "read events", threads.log(), joined -> joined.log().read(from, max), page -> page);
  }

  @Override
  public Future<Optional<byte[]>> readMark(String name) {
    return operate(
        "read mark",
        joined -> joined.log().mark(name),
        bytes -> Optional.ofNullable(bytes).map(VersionedBytes::value));
  }

  @Override
  public Future<Void> writeMark(String name, long version, byte[] mark) {
    SharedLog.checkMark(name, mark);
    return operate("write mark", joined -> joined.log().mark(name, version, mark), written -> null);
  }

  private <T> T decode(Codec<T> codec, byte[] packed) {
    try {
      return codec.decode(VersionedBytes.value(packed));
    } catch (IllegalArgumentException e) {
      meters.recordsMalformed.increment();
      throw ClusterException.failed("decode", e);
    }
  }

  /** The way of every operation: fail fast when away, a time-out, counted, the caller's context. */
  private <R extends @Nullable Object, T extends @Nullable Object> Future<T> operate(
      String what, Function<HazelcastLink, CompletionStage<R>> operation, Function<R, T> result) {
    return operate(what, threads.worker(), operation, result);
  }

  private <R extends @Nullable Object, T extends @Nullable Object> Future<T> operate(
      String what,
      ExecutorService executor,
      Function<HazelcastLink, CompletionStage<R>> operation,
      Function<R, T> result) {
    HazelcastLink joined = link;
    if (joined == null || state != State.JOINED || !joined.isRunning()) {
      return Future.failedFuture(ClusterException.away(what));
    }
    // The call itself serialises and may wait for Hazelcast's locks: never on the caller's thread.
    CompletionStage<R> stage;
    try {
      stage =
          CompletableFuture.supplyAsync(() -> operation.apply(joined), executor)
              .thenCompose(Function.identity());
    } catch (RejectedExecutionException e) {
      stage =
          CompletableFuture.failedFuture(
              new ClusterException(Reason.REFUSED, what + ": too many operations wait"));
    }
    CompletableFuture<T> ended =
        Completions.within(what, options.operationTimeout(), stage, threads.worker())
            .thenApply(
                value -> {
                  answeredNanos = System.nanoTime();
                  return result.apply(value);
                });
    var unused = ended.whenComplete((value, failure) -> meters.operation(what, failure == null));
    return Completions.toCaller(ended);
  }

  @Override
  public void memberDead(String nodeId) {
    execute(threads.control(), () -> evict(nodeId));
  }

  private void evict(String nodeId) {
    HazelcastLink joined = link;
    if (joined == null || nodeId.equals(options.nodeId())) {
      return;
    }
    int evicted = eviction.evict(joined.hazelcast(), nodeId);
    if (evicted > 0) {
      meters.membersEvicted.increment(evicted);
      LOG.info("cluster dropped node={} members={}", nodeId, joined.memberCount());
    }
  }

  private static void execute(ExecutorService executor, Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("a task came after the stop, or beyond the bound of its queue");
    }
  }

  @Override
  public Future<Void> rejoin() {
    meters.recordsDropped.increment(queue.clear());
    return Completions.toCaller(renew("declared dead"));
  }

  private synchronized CompletableFuture<Void> renew(String reason) {
    if (state == State.STOPPED || state == State.NEW) {
      return CompletableFuture.failedFuture(ClusterException.away("rejoin"));
    }
    CompletableFuture<Void> underWay = rejoining;
    if (underWay != null && !underWay.isDone()) {
      return underWay;
    }
    meters.rejoins.increment();
    LOG.warn("cluster rejoins node={} reason={}", options.nodeId(), reason);
    HazelcastLink old = link;
    link = null;
    state = State.AWAY;
    CompletableFuture<Void> begun =
        inLife(
            "rejoin",
            options.startTimeout(),
            () -> {
              if (old != null) {
                old.abandon();
              }
              reopen();
            });
    rejoining = begun;
    return begun;
  }

  /** On the life thread. Tries again later when it fails: a node must not stay away for good. */
  private void reopen() {
    try {
      open();
    } catch (RuntimeException e) {
      if (state == State.AWAY) {
        LOG.warn(
            "cluster rejoin failed node={}, again in {} s: {}",
            options.nodeId(),
            REOPEN_SECONDS,
            ClusterException.brief(e));
        var unused = threads.timer().schedule(this::reopenLater, REOPEN_SECONDS, TimeUnit.SECONDS);
      }
      throw e;
    }
  }

  private void reopenLater() {
    execute(
        threads.life(),
        () -> {
          if (state == State.AWAY && link == null) {
            try {
              reopen();
            } catch (RuntimeException e) {
              LOG.debug("the next try is scheduled", e);
            }
          }
        });
  }

  private void onLost(HazelcastLink lost) {
    if (lost == link) {
      execute(
          threads.control(),
          () -> {
            var unused = renew("hazelcast ended");
          });
    }
  }

  @Override
  public synchronized Future<Void> stop() {
    if (state == State.STOPPED) {
      return Future.succeededFuture();
    }
    boolean started = state != State.NEW;
    state = State.STOPPED;
    if (!started) {
      threads.shutdown();
      return Future.succeededFuture();
    }
    CompletableFuture<Void> stopped =
        inLife("stop", Duration.ofSeconds(STOP_SECONDS_MAX), this::close);
    return Completions.toCaller(stopped.whenComplete((none, failure) -> threads.shutdown()));
  }

  /** On the life thread. */
  private void close() {
    HazelcastLink last = link;
    if (last == null) {
      return;
    }
    writer.flush(FLUSH_MILLIS_MAX, last::isRunning);
    link = null;
    last.leave();
    LOG.info("cluster left node={} unwritten={}", options.nodeId(), queue.size());
  }

  /** True while joined, not merging, and something was answered within the last 3 s. */
  @Override
  public boolean isUsable() {
    HazelcastLink joined = link;
    return state == State.JOINED
        && joined != null
        && joined.isRunning()
        && System.nanoTime() - answeredNanos < USABLE_SILENCE_NANOS;
  }

  /** Asks for the view once a second, so that being usable is known without traffic. */
  private void probe() {
    HazelcastLink joined = link;
    if (joined == null || !joined.isRunning() || !probing.compareAndSet(false, true)) {
      return;
    }
    if (++probes % PROBES_PER_CHECK == 0) {
      execute(threads.scan(), () -> check(joined));
    }
    operate("probe", asked -> asked.view().getAsync(HazelcastSettings.VIEW_KEY), bytes -> true)
        .onComplete(done -> probing.set(false));
  }

  /**
   * Makes sure that the others can still find this node on the bus: vertx-hazelcast loses
   * registrations at times (its issue 196) and then nothing ever restores them.
   */
  private void check(HazelcastLink joined) {
    boolean registered;
    try {
      registered = !joined.isRunning() || joined.isRegistered();
    } catch (RuntimeException e) {
      LOG.debug("the registration could not be checked", e);
      return;
    }
    if (registered) {
      unregistered.set(0);
    } else if (unregistered.incrementAndGet() >= 2 && joined == link) {
      unregistered.set(0);
      var unused = renew("bus registration lost");
    }
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
  public Future<Buffer> request(String nodeId, String operation, Buffer body, Duration timeout) {
    return requests.request(nodeId, operation, body, timeout);
  }

  /** Tells this node always; the others only while joined. Bodies over the bound are dropped. */
  @Override
  public void publish(String topic, Buffer body) {
    requests.publish(topic, body);
  }

  /** The instance of the life under way, for the tests of this package. */
  @Nullable HazelcastInstance hazelcast() {
    HazelcastLink joined = link;
    return joined == null ? null : joined.hazelcast();
  }

  private int memberCount() {
    HazelcastLink joined = link;
    return joined == null || !joined.isRunning() ? 0 : joined.memberCount();
  }

  private @Nullable IMap<String, byte[]> clients() {
    HazelcastLink joined = link;
    return joined == null || !joined.isRunning() ? null : joined.clients();
  }
}
