package io.phial.node.ingress.probe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Transport;
import io.phial.node.config.ProbeTarget;
import io.phial.node.config.Protocols;
import io.phial.node.ingress.Rounds;
import io.phial.node.ingress.SlotDesk;
import io.phial.node.ingress.grpc.HealthClient;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks things that do not beat by themselves, and takes each success for a beat; a failure is
 * silence, which is judged like everybody's. Every node has the whole list and probes what it owns,
 * so a target moves with its slot when a node dies. One event loop.
 *
 * <p>Bounded: so many probes under way; one that finds no room is left out and counted.
 */
public final class Prober {
  private static final long MILLI = 1_000_000L;
  private static final byte[] NOTHING = {};

  private final Vertx vertx;
  private final Protocols.Probes config;
  private final SlotDesk desk;
  private final HttpClient http;
  private final NetClient tcp;
  private final HealthClient grpc;
  private final Counter succeeded;
  private final Counter failed;
  private final Counter leftOut;

  // Below: the event loop's own.
  private final Rounds<Turn> rounds = new Rounds<>(System.nanoTime());
  private @Nullable Context context;
  private long timer;
  private int underWay;
  private boolean stopped;

  /** Creates it; asks nobody. */
  public Prober(Vertx vertx, Protocols.Probes config, SlotDesk desk, MeterRegistry meters) {
    this.vertx = vertx;
    this.config = config;
    this.desk = desk;
    // Each probe has a connection of its own: one that is kept open says nothing about accepting.
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions().setKeepAlive(false),
            new PoolOptions().setHttp1MaxSize(config.concurrencyMax()));
    this.tcp = vertx.createNetClient(new NetClientOptions());
    this.grpc = new HealthClient(vertx, config.concurrencyMax());
    this.succeeded = meters.counter("phial_probes", "outcome", "succeeded");
    this.failed = meters.counter("phial_probes", "outcome", "failed");
    this.leftOut = meters.counter("phial_probes", "outcome", "left_out");
  }

  /** Begins to probe; on the event loop of the caller if it has one. Call once. */
  public Future<Void> start() {
    Context own = vertx.getOrCreateContext();
    context = own;
    Promise<Void> started = Promise.promise();
    own.runOnContext(
        nothing -> {
          long nowNanos = System.nanoTime();
          config.targets().forEach(target -> rounds.add(new Turn(target, nowNanos)));
          timer = vertx.setPeriodic(Rounds.TICK_MILLIS, id -> rounds.turn(System.nanoTime()));
          started.complete();
        });
    return started.future();
  }

  /** Probes no more; those under way end by their time-outs. */
  public Future<Void> stop() {
    Context own = context;
    if (own == null) {
      return Future.succeededFuture();
    }
    Promise<Void> done = Promise.promise();
    own.runOnContext(
        nothing -> {
          stopped = true;
          vertx.cancelTimer(timer);
          done.complete();
        });
    return done.future();
  }

  private void probe(ProbeTarget target) {
    if (!(desk.ownerOf(target.id()) instanceof SlotDesk.Owner.Here)) {
      return;
    }
    if (underWay >= config.concurrencyMax()) {
      leftOut.increment();
      return;
    }
    underWay++;
    Context own = Vertx.currentContext();
    ask(target)
        .timeout(target.timeout().toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(
            answer ->
                own.runOnContext(
                    nothing -> {
                      underWay--;
                      if (answer.succeeded() && answer.result()) {
                        succeeded(target);
                      } else {
                        failed.increment();
                      }
                    }));
  }

  private void succeeded(ProbeTarget target) {
    succeeded.increment();
    ClientSpec spec =
        new ClientSpec(target.id(), 0, 0, Transport.UDP, target.interval().toNanos(), false);
    if (!stopped) {
      desk.beat(spec, "probe", NOTHING).onFailure(e -> failed.increment());
    }
  }

  private Future<Boolean> ask(ProbeTarget target) {
    long millis = Math.max(1, target.timeout().toMillis());
    return switch (target.kind()) {
      case TCP ->
          tcp.connect(target.port(), target.host())
              .compose(socket -> socket.close())
              .map(closed -> true);
      case HTTP -> get(target, millis);
      case GRPC -> grpc.isServing(target.host(), target.port(), target.path(), millis);
    };
  }

  private Future<Boolean> get(ProbeTarget target, long millis) {
    return http.request(
            new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(target.host())
                .setPort(target.port())
                .setURI(target.path())
                .setConnectTimeout(millis)
                .setTimeout(millis)
                .putHeader("user-agent", "phial-probe")
                .putHeader("connection", "close"))
        .compose(request -> request.send())
        .compose(response -> hasStatus(response, target.expect()));
  }

  // The status is enough: whatever body follows is not read.
  private static Future<Boolean> hasStatus(HttpClientResponse response, int expected) {
    boolean matches = response.statusCode() == expected;
    response.request().connection().close();
    return Future.succeededFuture(matches);
  }

  private final class Turn implements Rounds.Item {
    private final ProbeTarget target;
    private long dueNanos;

    // The first probes are spread over an interval, by the id, so that they do not come in waves.
    Turn(ProbeTarget target, long nowNanos) {
      this.target = target;
      long spread = Math.floorMod(target.id().hashCode() * 0x9E3779B97F4A7C15L, 1_000_000);
      this.dueNanos = nowNanos + target.interval().toNanos() / 1_000_000 * spread;
    }

    @Override
    public long dueNanos() {
      return dueNanos;
    }

    @Override
    public void onDue(long nowNanos) {
      long interval = target.interval().toNanos();
      dueNanos += interval;
      if (nowNanos - dueNanos >= 0) {
        // After a pause of this node: one probe for all that were missed.
        dueNanos = nowNanos + Math.max(MILLI, interval);
      }
      probe(target);
    }

    @Override
    public boolean isOver() {
      return stopped;
    }
  }
}
