package io.phial.node.api;

import io.phial.node.metrics.Metrics;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Health and metrics on a port of their own, for a supervisor and a scraper that shall not reach
 * the API: {@code /livez}, {@code /readyz} and {@code /metrics}, nothing else. On an event loop of
 * its own choice, so that a busy API does not make the node look ill.
 *
 * <p>{@code /livez} answers while the loops that judge clients turn, however slowly: it waits for
 * them for as long as {@link #LIVE_TIMEOUT}, so that only a node that is stuck fails it.
 */
public final class HealthApi {
  /** How long {@code /livez} waits for the loops to turn. */
  static final Duration LIVE_TIMEOUT = Duration.ofSeconds(20);

  /** How long the other answers may take. */
  static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(3);

  private static final int LINE_BYTES_MAX = 1024;
  private static final int HEADER_BYTES_MAX = 4096;
  private static final int CONNECTIONS_MAX = 64;
  private static final int IDLE_SECONDS = 60;

  private final Vertx vertx;
  private final String bind;
  private final int port;
  private final Metrics metrics;
  private final HttpMeters meters;
  private final Answers answers;
  private final Router router;
  private @Nullable HttpServer server;
  private @Nullable Context context;

  /**
   * Creates it; starts nothing.
   *
   * @param bind numeric address to listen on
   * @param port 0: it is not opened, and {@link #start} does nothing
   */
  public HealthApi(Vertx vertx, String bind, int port, NodeQueries queries, Metrics metrics) {
    this.vertx = vertx;
    this.bind = bind;
    this.port = port;
    this.metrics = metrics;
    this.meters = new HttpMeters(metrics.registry(), "phial.health");
    this.answers = new Answers(vertx, meters, ANSWER_TIMEOUT);
    Answers patient = new Answers(vertx, meters, LIVE_TIMEOUT);
    this.router =
        new Router()
            .get("/livez", (request, none) -> patient.health(request, queries::live))
            .get("/readyz", (request, none) -> answers.health(request, queries::ready))
            .get("/metrics", (request, none) -> metrics(request));
  }

  /** Listens. Call once. */
  public Future<Void> start() {
    if (port == 0) {
      return Future.succeededFuture();
    }
    Context own = vertx.getOrCreateContext();
    context = own;
    Promise<Void> listening = Promise.promise();
    own.runOnContext(
        nothing -> {
          HttpServer created = vertx.createHttpServer(options());
          server = created;
          created
              .requestHandler(this::handle)
              .connectionHandler(connection -> meters.connected(connection, CONNECTIONS_MAX))
              .exceptionHandler(cause -> meters.broken())
              .listen(port, bind)
              .<Void>mapEmpty()
              .onComplete(listening);
        });
    return listening.future();
  }

  /** Closes the port. */
  public Future<Void> stop() {
    Context own = context;
    if (own == null) {
      return Future.succeededFuture();
    }
    Promise<Void> stopped = Promise.promise();
    own.runOnContext(
        nothing -> {
          HttpServer listening = server;
          if (listening == null) {
            stopped.complete();
          } else {
            listening.shutdown(Duration.ofMillis(200)).onComplete(stopped);
          }
        });
    return stopped.future();
  }

  private static HttpServerOptions options() {
    return new HttpServerOptions()
        .setMaxInitialLineLength(LINE_BYTES_MAX)
        .setMaxHeaderSize(HEADER_BYTES_MAX)
        .setIdleTimeout(IDLE_SECONDS)
        .setIdleTimeoutUnit(TimeUnit.SECONDS)
        .setCompressionSupported(false)
        .setHttp2ClearTextEnabled(false)
        .setReuseAddress(true);
  }

  private void handle(HttpServerRequest request) {
    try {
      Router.Match match = router.match(request.method(), request.path());
      meters.asked(match.name());
      match.action().answer(request, match.variable());
    } catch (RequestException e) {
      answers.error(request, e.status(), e.getMessage());
    } catch (RuntimeException e) {
      answers.failed(request, e);
    }
  }

  private void metrics(HttpServerRequest request) {
    RequestText.parameters(request.query(), Set.of());
    answers.later(
        request,
        vertx.executeBlocking(metrics::scrape, false),
        text -> answers.send(request, 200, Metrics.CONTENT_TYPE, Buffer.buffer(text)));
  }
}
