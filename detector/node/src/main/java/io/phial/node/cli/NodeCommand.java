package io.phial.node.cli;

import io.phial.core.wire.NodeInfo;
import io.phial.node.api.RunningNode;
import io.phial.node.config.ConfigException;
import io.phial.node.config.ConfigLoader;
import io.phial.node.config.NodeConfig;
import io.phial.node.config.Version;
import io.phial.node.logging.Logging;
import io.vertx.core.Future;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs a node until it is told to stop. */
@Command(
    name = "node",
    description = "Run a node until SIGTERM or Ctrl-C.",
    footer = {"", "All settings, their defaults and environment names: docs/configuration.md."})
final class NodeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(NodeCommand.class);

  private final Map<String, String> environment;
  private final NodeFactory factory;
  private final StopSignals signals;

  @Mixin private ConfigFlags flags = new ConfigFlags();
  @Spec private CommandSpec spec;

  NodeCommand(Map<String, String> environment, NodeFactory factory, StopSignals signals) {
    this.environment = environment;
    this.factory = factory;
    this.signals = signals;
  }

  @Override
  public Integer call() throws ConfigException, InterruptedException {
    ConfigLoader.Loaded loaded = flags.load(environment);
    NodeConfig config = loaded.config();
    signals.install(config.node().stopTimeout().toMillis());
    // The descriptor itself: System.err is synchronised, and only one thread writes here.
    OutputStream err = new FileOutputStream(FileDescriptor.err);
    try (Logging logging = Logging.configure(config.log(), err)) {
      LOG.atInfo()
          .addKeyValue("version", Version.text())
          .addKeyValue("id", config.node().id())
          .addKeyValue("cluster", config.cluster().name())
          .log("node starts");
      loaded.warnings().forEach(LOG::warn);
      return run(config, logging);
    } finally {
      signals.finished();
    }
  }

  private int run(NodeConfig config, Logging logging) throws InterruptedException {
    RunningNode node;
    try {
      node = factory.create(config);
    } catch (RuntimeException e) {
      LOG.error("node cannot be made", e);
      return Main.FAILED;
    }
    AtomicReference<Throwable> failure = new AtomicReference<>();
    node.failure().onFailure(cause -> end(failure, cause));
    Future<Void> started = node.start();
    started.onFailure(cause -> end(failure, cause));
    started.onSuccess(nothing -> LOG.debug("node started"));
    if (awaitStart(started)) {
      logReady(config, node.info());
      // The line about being ready comes before the first event.
      logging.flush();
      runUntilStop(config, node);
    }
    boolean isStopped = stop(config, node);
    Throwable cause = failure.get();
    if (cause != null) {
      LOG.error("node failed", cause);
    }
    return cause == null && isStopped ? Main.OK : Main.FAILED;
  }

  private void end(AtomicReference<Throwable> failure, Throwable cause) {
    failure.compareAndSet(null, cause);
    signals.request();
  }

  /** Waits for the start or the wish to stop, whichever comes first; true when it started. */
  private boolean awaitStart(Future<Void> started) throws InterruptedException {
    CountDownLatch either = new CountDownLatch(1);
    started.onComplete(done -> either.countDown());
    while (!signals.isRequested()) {
      if (either.await(20, TimeUnit.MILLISECONDS)) {
        return started.succeeded();
      }
    }
    return false;
  }

  private void runUntilStop(NodeConfig config, RunningNode node) throws InterruptedException {
    if (!config.printEvents()) {
      signals.await();
      return;
    }
    try (EventPrinter printer = new EventPrinter(node.events(), spec.commandLine().getOut())) {
      printer.start();
      signals.await();
    }
  }

  private static void logReady(NodeConfig config, NodeInfo info) {
    LOG.atInfo()
        .addKeyValue("id", info.id())
        .addKeyValue("cluster", config.cluster().name())
        .addKeyValue("view", config.cluster().view().name().toLowerCase(Locale.ROOT))
        .addKeyValue("gossip", info.gossip())
        .addKeyValue("tcp", info.tcp())
        .addKeyValue("udp", info.udp())
        .addKeyValue("http", info.http())
        .log("node ready");
  }

  private static boolean stop(NodeConfig config, RunningNode node) throws InterruptedException {
    LOG.info("node stops");
    long millisMax = config.node().stopTimeout().toMillis();
    try {
      node.stop().toCompletionStage().toCompletableFuture().get(millisMax, TimeUnit.MILLISECONDS);
      LOG.info("node stopped");
      return true;
    } catch (TimeoutException e) {
      LOG.error("node stop took longer than node.stop-timeout of {} ms", millisMax);
    } catch (ExecutionException e) {
      LOG.error("node stop failed", e.getCause());
    }
    return false;
  }
}
