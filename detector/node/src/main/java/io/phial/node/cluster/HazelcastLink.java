package io.phial.node.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.map.IMap;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life in the cluster: a Hazelcast instance and the clustered Vert.x around it, from join to
 * leave. A node that rejoins gets a new one. Opening and closing block and run on the life thread.
 */
final class HazelcastLink {
  /** What the owner wants to know of a life. */
  interface Events {
    /** The view may have changed. Any thread. */
    void viewHint();

    /** Hazelcast ended by itself. Any thread. */
    void lost(HazelcastLink link);
  }

  private static final Logger LOG = LoggerFactory.getLogger(HazelcastLink.class);
  private static final int CLOSE_SECONDS_MAX = 8;

  private final HazelcastInstance hazelcast;
  private final ExecutorService membership;
  private final SerialClusterManager manager;
  private final IMap<String, byte[]> view;
  private final IMap<String, byte[]> clients;
  private final RecordScan scan;
  private final HazelcastLog log;
  private @Nullable Vertx vertx;
  private @Nullable HazelcastBus bus;
  private volatile boolean closing;
  private volatile boolean merging;

  private HazelcastLink(
      HazelcastInstance hazelcast, ClusterCodecs codecs, ClusterMeters meters, Events events) {
    this.hazelcast = hazelcast;
    this.membership = ClusterThreads.pool("membership", 1, 10_000);
    this.manager = new SerialClusterManager(hazelcast, this::onMembership);
    this.view = hazelcast.getMap(HazelcastSettings.VIEW_MAP);
    this.clients = hazelcast.getMap(HazelcastSettings.CLIENTS_MAP);
    this.log = new HazelcastLog(hazelcast);
    this.scan = new RecordScan(clients, hazelcast.getPartitionService(), codecs, meters);
    hazelcast
        .getLifecycleService()
        .addLifecycleListener(event -> onLifecycle(event.getState(), events));
  }

  /**
   * Joins the cluster, or founds it when no member answers. Closes what it opened when it fails.
   *
   * @throws ClusterException when it does not succeed in time
   */
  static HazelcastLink open(
      ClusterOptions options,
      ClusterCodecs codecs,
      ClusterMeters meters,
      BusDesk desk,
      Events events) {
    AsyncExecutorGuard.install();
    HazelcastInstance hazelcast =
        Hazelcast.newHazelcastInstance(
            HazelcastSettings.config(options, codecs, new ViewListener(events)));
    HazelcastLink link = null;
    try {
      link = new HazelcastLink(hazelcast, codecs, meters, events);
      link.openBus(options, desk, meters);
      return link;
    } catch (RuntimeException e) {
      if (link == null) {
        hazelcast.getLifecycleService().terminate();
      } else {
        link.abandon();
      }
      throw e;
    }
  }

  private void openBus(ClusterOptions options, BusDesk desk, ClusterMeters meters) {
    long seconds = options.startTimeout().toSeconds();
    vertx =
        await(
            "event bus",
            seconds,
            Vertx.builder()
                .with(vertxOptions(options))
                .withClusterManager(manager)
                .buildClustered());
    bus = new HazelcastBus(options, manager.getNodeId(), vertx, desk, meters);
    await("event bus consumers", seconds, bus.open());
  }

  private static VertxOptions vertxOptions(ClusterOptions options) {
    EventBusOptions bus =
        new EventBusOptions()
            .setHost(options.bindAddress())
            .setPort(options.busPort())
            .setConnectTimeout(3_000)
            .setClusterPingInterval(2_000)
            .setClusterPingReplyInterval(4_000);
    return new VertxOptions()
        .setEventLoopPoolSize(1)
        .setWorkerPoolSize(4)
        .setInternalBlockingPoolSize(2)
        .setBlockedThreadCheckInterval(10_000)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setClassPathResolvingEnabled(false)
                .setFileCachingEnabled(false))
        .setEventBusOptions(bus);
  }

  private static <T> T await(String what, long seconds, Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw ClusterException.failed(what, cause == null ? e : cause);
    } catch (TimeoutException e) {
      throw ClusterException.timeout(what, seconds * 1_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ClusterException.failed(what, e);
    }
  }

  private void onMembership(Runnable event) {
    if (!closing) {
      membership.execute(event);
    }
  }

  private void onLifecycle(LifecycleState state, Events events) {
    merging = state == LifecycleState.MERGING;
    if (state == LifecycleState.MERGED) {
      events.viewHint();
    }
    if (state == LifecycleState.SHUTDOWN && !closing) {
      events.lost(this);
    }
  }

  IMap<String, byte[]> view() {
    return view;
  }

  IMap<String, byte[]> clients() {
    return clients;
  }

  RecordScan scan() {
    return scan;
  }

  HazelcastLog log() {
    return log;
  }

  HazelcastInstance hazelcast() {
    return hazelcast;
  }

  @Nullable HazelcastBus bus() {
    return bus;
  }

  /** True unless Hazelcast is ending or in the middle of a merge. Never blocks. */
  boolean isRunning() {
    return !closing && !merging && hazelcast.getLifecycleService().isRunning();
  }

  /** Which life of a node is a member now, the newest if two are; null if none. Never blocks. */
  @Nullable String lifeOf(String nodeId) {
    String life = null;
    for (Member member : hazelcast.getCluster().getMembers()) {
      if (nodeId.equals(member.getAttribute(HazelcastSettings.NODE_ATTRIBUTE))) {
        life = member.getAttribute(HazelcastSettings.LIFE_ATTRIBUTE);
      }
    }
    return life;
  }

  /** True when the cluster knows this node's consumer. Blocks. */
  boolean isRegistered() {
    HazelcastBus open = bus;
    return open == null
        || hazelcast.getMultiMap(HazelcastSettings.SUBSCRIPTIONS).containsKey(open.ownAddress());
  }

  int memberCount() {
    return hazelcast.getCluster().getMembers().size();
  }

  /** Leaves in order: consumers first, then partitions move away. Bounded; ends hard if need be. */
  void leave() {
    closing = true;
    closeVertx();
    if (!bounded("leave", () -> hazelcast.getLifecycleService().shutdown())) {
      terminate();
    }
    membership.shutdownNow();
  }

  /**
   * Ends without a word to the others. Hazelcast goes first: whatever waits in the cluster manager,
   * which can otherwise hang in close for ever, then fails at once.
   */
  void abandon() {
    closing = true;
    manager.abandon();
    terminate();
    membership.shutdownNow();
    closeVertx();
  }

  private void terminate() {
    bounded("terminate", () -> hazelcast.getLifecycleService().terminate());
  }

  private void closeVertx() {
    Vertx running = vertx;
    if (running != null) {
      bounded("close", () -> await("close", CLOSE_SECONDS_MAX, running.close()));
    }
  }

  /** Runs a step on its own thread, which is left behind when it does not return in time. */
  private static boolean bounded(String step, Runnable task) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Consumer<Runnable> guarded =
        body -> {
          try {
            body.run();
            done.complete(null);
          } catch (RuntimeException | Error e) {
            done.completeExceptionally(e);
          }
        };
    Thread thread = new Thread(() -> guarded.accept(task), "phial-cluster-" + step);
    thread.setDaemon(true);
    thread.start();
    try {
      done.get(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("cluster step={} did not end well: {}", step, ClusterException.brief(e));
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
