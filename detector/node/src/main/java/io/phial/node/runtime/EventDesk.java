package io.phial.node.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.phial.node.api.EventJournal;
import io.phial.node.api.VerdictEvent;
import io.phial.node.api.Webhook;
import io.phial.node.cluster.ClusterStore;
import io.phial.node.config.NodeConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's log of events at this node: what is decided here goes in, what all decide comes out
 * into the journal, and the receivers of webhooks are told while it is this node's turn. All of it
 * on one loop of its own, so that a slow log or receiver holds up nobody.
 */
final class EventDesk {
  private static final String TOPIC = "log";
  private static final long FLUSH_MILLIS = 20;
  private static final long POLL_MILLIS = 250;
  private static final long RECONCILE_MILLIS = 1_000;

  private final Parts parts;
  private final EventOutbox outbox;
  private final LogFollower follower;
  private final NodeVerdicts nodes;

  /**
   * What it works with.
   *
   * @param selfId this node
   * @param links the log, and the way to tell the others that there is something new
   * @param journal filled here
   * @param gossip how the nodes are
   * @param router the view in force
   * @param meters counters
   */
  record Parts(
      String selfId,
      Desk.Links links,
      EventJournal journal,
      Supplier<GossipLoop.Snapshot> gossip,
      SlotRouter router,
      MeterRegistry meters) {}

  EventDesk(Parts parts, NodeConfig.Events settings) {
    this.parts = parts;
    ClusterStore store = parts.links().store();
    this.outbox =
        new EventOutbox(
            parts.selfId(),
            System.currentTimeMillis(),
            settings.queueMax(),
            new EventOutbox.Target(store, store::isUsable, this::onAppended),
            () -> !parts.gossip().get().impaired(),
            parts.meters());
    LogFollower.Self self = new LogFollower.Self(parts.selfId(), outbox.life(), outbox::resend);
    this.follower = new LogFollower(store, store::isUsable, parts.journal(), self, parts.meters());
    this.nodes = new NodeVerdicts(parts.selfId(), follower::nodeVerdict, this::offer);
  }

  /** Begins to hear that there is something new; call before the store starts. */
  void listen(Vertx vertx, NodeConfig.Webhooks settings, RandomGenerator random) {
    Context loop = vertx.getOrCreateContext();
    parts.links().bus().listen(TOPIC, from -> loop.runOnContext(v -> follower.poll()));
    loop.runOnContext(v -> arm(vertx, settings, random));
  }

  private void arm(Vertx vertx, NodeConfig.Webhooks settings, RandomGenerator random) {
    vertx.setPeriodic(FLUSH_MILLIS, id -> outbox.flush(System.nanoTime()));
    vertx.setPeriodic(POLL_MILLIS, id -> follower.poll());
    vertx.setPeriodic(RECONCILE_MILLIS, id -> reconcile());
    if (settings.urls().isEmpty()) {
      return;
    }
    HttpClientOptions options =
        new HttpClientOptions().setMaxRedirects(0).setDecompressionSupported(false);
    var client = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(2));
    List<Webhook> hooks =
        settings.urls().stream()
            .map(
                url ->
                    new Webhook(
                        url,
                        settings,
                        client,
                        parts.journal(),
                        new StoreMarks(parts.links().store(), url),
                        random,
                        parts.meters()))
            .toList();
    vertx.setPeriodic(
        POLL_MILLIS / 5,
        id -> hooks.forEach(hook -> hook.step(isCoordinator(), System.nanoTime())));
  }

  /** A verdict about a node was decided here. Any thread. */
  void offer(VerdictEvent event) {
    offer(event, false);
  }

  /**
   * A verdict was decided here. Any thread.
   *
   * @param partial others may know better, whoever is in reach
   */
  void offer(VerdictEvent event, boolean partial) {
    outbox.offer(event, parts.router().epoch(), isPartial(partial));
  }

  /** A verdict about a node changed as this node sees it. Any thread. */
  void onNodeVerdict(VerdictEvent event) {
    nodes.onVerdict(event, parts.gossip().get().members());
  }

  /** This node was held dead. */
  void onOwnDeath() {
    outbox.fenceClients();
  }

  /** Events of this node that are not known to be in the log. */
  int waiting() {
    return outbox.size();
  }

  private void onAppended() {
    parts.links().bus().publish(TOPIC, Buffer.buffer(parts.selfId()));
    follower.poll();
  }

  private void reconcile() {
    GossipLoop.Snapshot now = parts.gossip().get();
    boolean settled = follower.isLoaded() && outbox.size() == 0 && !now.impaired();
    if (settled && parts.links().store().isUsable()) {
      nodes.reconcile(now.members(), System.nanoTime(), System.currentTimeMillis());
    }
  }

  /** True for the one node that acts for the cluster: the lowest id alive, in the majority. */
  private boolean isCoordinator() {
    GossipLoop.Snapshot now = parts.gossip().get();
    return now.majority()
        && !now.impaired()
        && parts.links().store().isUsable()
        && parts.selfId().equals(ViewKeeper.coordinator(now.members()));
  }

  /** True when others may know better about a client. */
  private boolean isPartial(boolean outOfSight) {
    return Outlook.footing(parts.router(), parts.gossip().get()).isPartial(outOfSight);
  }

  /** How far a receiver was told, in the shared store. */
  private record StoreMarks(ClusterStore store, String url) implements Webhook.Marks {
    private String name() {
      CRC32 check = new CRC32();
      check.update(url.getBytes(StandardCharsets.UTF_8));
      return "webhook-" + Long.toHexString(check.getValue()) + "-" + url.length();
    }

    @Override
    public Future<Optional<byte[]>> read() {
      return store.readMark(name());
    }

    @Override
    public Future<Void> write(byte[] mark) {
      return store.writeMark(name(), System.currentTimeMillis(), mark);
    }
  }

  /** What the log says last of a node; for tests. */
  @Nullable VerdictEvent logged(String nodeId) {
    return follower.nodeVerdict(nodeId);
  }
}
