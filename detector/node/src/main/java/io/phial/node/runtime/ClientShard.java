package io.phial.node.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.registry.ClientRecord;
import io.phial.core.registry.Shard;
import io.phial.core.registry.ShardOptions;
import io.phial.core.registry.Verdict;
import io.phial.core.registry.VerdictChange;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.LongConsumer;
import org.jctools.queues.MpscArrayQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one {@link Shard} on one event loop, together with the connections whose clients it judges.
 * Everything crosses over here as a task in a bounded queue, drained in batches; beyond the bound a
 * task is refused and counted, so that a slow shard never grows the heap.
 */
final class ClientShard extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(ClientShard.class);
  private static final int INBOX_MAX = 1 << 16;
  private static final int DRAIN_MAX = 2048;
  private static final long SWEEP_NANOS = 1_000_000_000L;

  /** Something to do on the shard's own thread. */
  @FunctionalInterface
  interface Task {
    /** Runs with the time read once for the whole batch. */
    void run(ClientShard clients, long nowNanos);
  }

  /**
   * Takes verdict changes after the task that caused them, on the shard's thread; may use the
   * shard.
   */
  @FunctionalInterface
  interface Sinks {
    /** Takes one change. */
    void onVerdict(ClientShard clients, VerdictChange change, long nowNanos);
  }

  /** Where a shard runs; tasks get the time at which they run. */
  interface Loop {
    /** Runs a task soon; any thread. */
    void run(LongConsumer task);

    /** Runs a task after a while; any thread. */
    void later(long millis, LongConsumer task);
  }

  private final ShardOptions options;
  private final Sinks sinks;
  private final Shard shard;
  private final Map<String, Desk.Connection> connections = new HashMap<>();
  private final Map<String, Verdict> asking = new HashMap<>();
  private final LatestWords words;
  private final ArrayDeque<VerdictChange> changes = new ArrayDeque<>();
  private final MpscArrayQueue<Task> inbox = new MpscArrayQueue<>(INBOX_MAX);
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final Counter overflow;
  private volatile @Nullable Loop loop;
  private volatile boolean started;
  private volatile int sizeSeen;
  private volatile long heldBackSeen;
  private volatile long commonCausesSeen;
  private long sweptNanos = System.nanoTime();

  /**
   * Tasks of takeover under way: while there are any, an unknown session may be one that is just
   * being loaded.
   */
  private int loading;

  ClientShard(ShardOptions options, int wordsMax, Sinks sinks, MeterRegistry meters) {
    this.options = options;
    this.words = new LatestWords(wordsMax, meters);
    this.sinks = sinks;
    this.shard = new Shard(options, (row, change) -> changes.add(change), System.nanoTime());
    this.overflow = Counter.builder("phial.shard.inbox.overflow").register(meters);
  }

  @Override
  public Future<?> start() {
    loop = new EventLoop();
    started = true;
    armTick();
    schedule();
    return Future.succeededFuture();
  }

  /** The shard; only on its own thread. */
  Shard shard() {
    return shard;
  }

  /** The connection that speaks for a client here, or null; only on the shard's thread. */
  Desk.@Nullable Connection connection(String id) {
    return connections.get(id);
  }

  Map<String, Desk.Connection> connections() {
    return connections;
  }

  /**
   * Clients whose worse verdict waits for the answer whether they moved, with the verdict that the
   * world knows; at most one question for each.
   */
  Map<String, Verdict> asking() {
    return asking;
  }

  /** What the clients said last; only on the shard's thread. */
  LatestWords words() {
    return words;
  }

  /** Clients held at the last tick; any thread. */
  int sizeSeen() {
    return sizeSeen;
  }

  /** How often a DEAD was put off for a common cause, until the last tick; any thread. */
  long heldBackSeen() {
    return heldBackSeen;
  }

  /** How often many clients fell silent together, until the last tick; any thread. */
  long commonCausesSeen() {
    return commonCausesSeen;
  }

  void loading(int change) {
    loading += change;
  }

  boolean isLoading() {
    return loading > 0;
  }

  /**
   * The record of a client for the cluster, or null when it is not here; only on the shard's
   * thread.
   */
  @Nullable ClientRecord record(String id, String home, long nowNanos) {
    int row = shard.rowOf(id);
    return row == Shard.NONE ? null : shard.record(row, home, nowNanos, System.currentTimeMillis());
  }

  /**
   * Queues a task.
   *
   * @return false when the queue is full: the task was refused and counted
   */
  boolean offer(Task task) {
    if (!inbox.offer(task)) {
      overflow.increment();
      return false;
    }
    schedule();
    return true;
  }

  /** Runs a task at once; only on the shard's thread. */
  void now(Task task) {
    run(task, System.nanoTime());
  }

  /** True when this is the event loop of the shard. */
  boolean runsOn(Context other) {
    return started && context == other;
  }

  /** The event loop of a started shard. */
  Context loop() {
    if (!started) {
      throw new IllegalStateException("shard must be started");
    }
    return context;
  }

  /**
   * Runs a rare task that must not be refused, past the bounded queue. Only for what comes a few
   * times for each view, never for what clients cause.
   */
  void command(Task task) {
    requireLoop().run(now -> run(task, now));
  }

  /** Runs a task after a while, on the shard's thread. */
  void later(long millis, Task task) {
    requireLoop().later(millis, now -> run(task, now));
  }

  private Loop requireLoop() {
    Loop own = loop;
    if (own == null) {
      throw new IllegalStateException("shard must be started");
    }
    return own;
  }

  /** Gives it another loop than the one of its deployment; instead of the start. */
  void runOn(Loop other) {
    loop = other;
  }

  /** Queues a question; fails when the queue is full. */
  <T> Future<T> ask(BiFunction<ClientShard, Long, T> question) {
    Promise<T> answer = Promise.promise();
    boolean taken =
        offer(
            (clients, now) -> {
              try {
                answer.complete(question.apply(clients, now));
              } catch (RuntimeException e) {
                answer.fail(e);
              }
            });
    if (!taken) {
      answer.fail("shard overloaded");
    }
    return answer.future();
  }

  private void schedule() {
    if (started && scheduled.compareAndSet(false, true)) {
      context.runOnContext(v -> drain(System.nanoTime()));
    }
  }

  /** Runs what waits, as of one instant; only on the shard's thread. */
  void drain(long nowNanos) {
    scheduled.set(false);
    for (int i = 0; i < DRAIN_MAX; i++) {
      Task task = inbox.poll();
      if (task == null) {
        return;
      }
      run(task, nowNanos);
    }
    schedule();
  }

  private void run(Task task, long nowNanos) {
    try {
      task.run(this, nowNanos);
      for (VerdictChange change = changes.poll(); change != null; change = changes.poll()) {
        sinks.onVerdict(this, change, nowNanos);
      }
    } catch (RuntimeException e) {
      LOG.error("shard task failed; the shard goes on", e);
    }
  }

  // A timer that re-arms itself, not a periodic one: after a stall a periodic timer fires all its
  // missed turns at once, which
  // looks like many ticks on time.
  private void armTick() {
    vertx.setTimer(
        Math.max(1, TimeUnit.NANOSECONDS.toMillis(options.tickNanos())),
        id -> {
          try {
            tick(System.nanoTime());
          } finally {
            armTick();
          }
        });
  }

  /**
   * Judges what is due; only on the shard's thread. After a stall all that waits here is run first,
   * or beats behind the first batch would miss the end of the stall.
   */
  void tick(long nowNanos) {
    if (shard.isSettling()) {
      for (int i = 0; i < INBOX_MAX && !inbox.isEmpty(); i += DRAIN_MAX) {
        drain(nowNanos);
      }
    }
    run((clients, now) -> clients.shard.onTick(now), nowNanos);
    sizeSeen = shard.size();
    heldBackSeen = shard.deadHeldBack();
    commonCausesSeen = shard.commonCauses();
    if (nowNanos - sweptNanos > SWEEP_NANOS) {
      sweptNanos = nowNanos;
      words.sweep(id -> shard.rowOf(id) != Shard.NONE);
    }
  }

  private final class EventLoop implements Loop {
    @Override
    public void run(LongConsumer task) {
      context.runOnContext(v -> task.accept(System.nanoTime()));
    }

    @Override
    public void later(long millis, LongConsumer task) {
      context.runOnContext(v -> vertx.setTimer(millis, id -> task.accept(System.nanoTime())));
    }
  }
}
