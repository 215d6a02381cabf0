package io.phial.agent;

import io.phial.client.Phial;
import io.phial.client.Standing;
import io.phial.client.StandingListener;
import io.phial.core.registry.Transport;
import io.phial.core.wire.Endpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One agent: watches, a keeper, the knowledge of peers and two small servers. */
final class Agent implements AutoCloseable {
  private static final long GLANCE_MILLIS = 50;
  private static final long STUCK_NANOS = 60_000_000_000L;
  private static final int PUSH_PATIENCE = 3;

  private final AgentConfig config;
  private final Log log;
  private final Keeper keeper;
  private final Peers peers;
  private final LocalApi api;
  private final @Nullable HealthPort health;
  private final ScheduledThreadPoolExecutor watcher = loop("phial-agent-watch");
  private final ScheduledThreadPoolExecutor poller = loop("phial-agent-peers");
  private final List<Future<?>> tasks = new ArrayList<>();
  private volatile long turnNanos = System.nanoTime();

  /** Creates it and binds its ports; watches and says nothing before {@link #start}. */
  Agent(AgentConfig config, Path proc, Log log) throws IOException {
    this.config = config;
    this.log = log;
    PushWatch push =
        config.httpPort() == 0 && config.tcpPort() == 0 && config.process().isEmpty()
            ? new PushWatch(System::nanoTime, PUSH_PATIENCE * config.interval().toNanos())
            : null;
    long born = System.currentTimeMillis();
    this.keeper =
        new Keeper(
            watches(config, proc, push),
            push,
            life -> new SdkMouth(config, Math.max(born + life, System.currentTimeMillis()), log),
            log,
            config.payload());
    this.peers =
        new Peers(
            new NodeClient(config.nodes()),
            config.group(),
            config.poll().toNanos(),
            System::nanoTime);
    this.api = new LocalApi(config, keeper, peers);
    this.health =
        config.healthPort() == 0
            ? null
            : new HealthPort(
                config.healthBind(),
                config.healthPort(),
                keeper,
                () -> System.nanoTime() - turnNanos,
                STUCK_NANOS);
  }

  private static ScheduledThreadPoolExecutor loop(String name) {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    return executor;
  }

  private static List<Watch> watches(AgentConfig config, Path proc, @Nullable PushWatch push) {
    List<Watch> watches = new ArrayList<>();
    Duration timeout = config.timeout();
    if (!config.process().isEmpty()) {
      watches.add(new ProcessWatch(proc, config.process(), ProcessHandle.current().pid()));
    }
    if (config.httpPort() != 0) {
      boolean gone = config.refusedIsGone();
      watches.add(new PortWatch(config.httpPort(), config.httpPath(), timeout, gone));
    }
    if (config.tcpPort() != 0) {
      watches.add(new PortWatch(config.tcpPort(), null, timeout, config.refusedIsGone()));
    }
    if (push != null) {
      watches.add(push);
    }
    return watches;
  }

  void start() {
    api.start();
    if (health != null) {
      health.start();
    }
    log.line(
        "started",
        "id",
        config.id(),
        "nodes",
        config.nodes(),
        "port",
        api.port(),
        "health",
        health == null ? 0 : health.port());
    long intervalMillis = config.interval().toMillis();
    tasks.add(watcher.scheduleAtFixedRate(this::look, 0, intervalMillis, TimeUnit.MILLISECONDS));
    tasks.add(
        watcher.scheduleWithFixedDelay(
            this::glance, GLANCE_MILLIS, GLANCE_MILLIS, TimeUnit.MILLISECONDS));
    tasks.add(
        poller.scheduleWithFixedDelay(
            () -> guarded(peers::poll), 0, config.poll().toMillis(), TimeUnit.MILLISECONDS));
  }

  private void look() {
    turnNanos = System.nanoTime();
    guarded(keeper::look);
  }

  private void glance() {
    turnNanos = System.nanoTime();
    guarded(keeper::glance);
  }

  // An executor stops repeating a task that throws; the agent must go on.
  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      log.line("step failed", "cause", e);
    }
  }

  Keeper keeper() {
    return keeper;
  }

  int port() {
    return api.port();
  }

  /** Says goodbye for the program and stops. */
  @Override
  public void close() {
    tasks.forEach(task -> task.cancel(false));
    watcher.shutdownNow();
    poller.shutdownNow();
    keeper.stop();
    api.stop();
    if (health != null) {
      health.stop();
    }
  }

  /** Speaks through the SDK. */
  private static final class SdkMouth implements Mouth, StandingListener {
    private final Phial phial;
    private final Log log;

    SdkMouth(AgentConfig config, long incarnation, Log log) {
      this.log = log;
      List<Endpoint> nodes = config.nodes().stream().map(NodeAddress::beats).toList();
      this.phial =
          Phial.builder()
              .id(config.id())
              .nodes(nodes)
              .transport(Transport.TCP)
              .interval(config.interval())
              .incarnation(incarnation)
              .manual()
              .listener(this)
              .connect();
    }

    @Override
    public void beat(String payload) {
      phial.beat(payload);
    }

    @Override
    public void left() {
      phial.close();
    }

    @Override
    public void gone(String how) {
      phial.gone(how);
    }

    @Override
    public Standing standing() {
      return phial.standing();
    }

    @Override
    public void onRegistered(Endpoint node, Duration interval) {
      log.line("registered", "node", node);
    }

    @Override
    public void onRefused(Endpoint node, String reason, Duration retryAfter) {
      log.line("refused", "node", node, "reason", reason, "retryAfterMs", retryAfter.toMillis());
    }
  }
}
