package io.phial.node.ingress.grpc;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.phial.node.ingress.StatusFeed;
import io.phial.node.ingress.grpc.HealthMessages.MalformedMessageException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The service {@code grpc.health.v1.Health} (Check, Watch and List) over HTTP/2 without TLS, so
 * that whatever asks for health by gRPC can ask for the verdicts. One event loop serves all.
 */
public final class GrpcIngress {
  private static final int REQUEST_BYTES_MAX = 1024;
  private static final long ANSWER_MILLIS = 3000;
  private static final int OK = 0;
  private static final int INVALID_ARGUMENT = 3;
  private static final int NOT_FOUND = 5;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int UNIMPLEMENTED = 12;
  private static final int UNAVAILABLE = 14;

  private final Vertx vertx;
  private final String host;
  private final int wantedPort;
  private final int connectionsMax;
  private final int watchesMax;
  private final StatusFeed feed;
  private final HealthService service;
  private final Counter answered;
  private final Counter refused;
  private final Counter malformed;

  // Below: the event loop's own, but for the port.
  private final Set<Watch> watches = new HashSet<>();
  private int connections;
  private @Nullable Context context;
  private @Nullable HttpServer server;
  private volatile int port;

  /**
   * Creates it; opens nothing.
   *
   * @param host address to bind
   * @param port 0 for any free one
   * @param connectionsMax connections beyond are closed at once
   * @param watchesMax open Watch calls; more are told RESOURCE_EXHAUSTED
   */
  public GrpcIngress(
      Vertx vertx,
      String host,
      int port,
      int connectionsMax,
      int watchesMax,
      StatusFeed feed,
      MeterRegistry meters) {
    this.vertx = vertx;
    this.host = host;
    this.wantedPort = port;
    this.connectionsMax = connectionsMax;
    this.watchesMax = watchesMax;
    this.feed = feed;
    this.service = new HealthService(feed);
    this.answered = meters.counter("phial_grpc_answered");
    this.refused = meters.counter("phial_grpc_refused");
    this.malformed = meters.counter("phial_grpc_malformed");
  }

  /** Opens the port; on the event loop of the caller if it has one. Call once. */
  public Future<Void> start() {
    Context own = vertx.getOrCreateContext();
    context = own;
    Promise<Void> started = Promise.promise();
    own.runOnContext(unused -> listen().onComplete(started));
    return started.future();
  }

  private Future<Void> listen() {
    HttpServer created =
        vertx.createHttpServer(
            new HttpServerOptions().setMaxHeaderSize(8192).setHttp2ClearTextEnabled(true));
    server = created;
    created.connectionHandler(this::onConnection).requestHandler(this::onRequest);
    created.exceptionHandler(failure -> malformed.increment());
    return created
        .listen(wantedPort, host)
        .map(
            listening -> {
              port = listening.actualPort();
              return null;
            });
  }

  /** The bound port, 0 before the start. */
  public int port() {
    return port;
  }

  /** Ends the watches and closes the port. */
  public Future<Void> stop() {
    Context own = context;
    if (own == null) {
      return Future.succeededFuture();
    }
    Promise<Void> stopped = Promise.promise();
    own.runOnContext(
        unused -> {
          List.copyOf(watches).forEach(Watch::end);
          HttpServer listening = server;
          server = null;
          if (listening == null) {
            stopped.complete();
          } else {
            listening.shutdown(Duration.ofMillis(500)).onComplete(stopped);
          }
        });
    return stopped.future();
  }

  private void onConnection(HttpConnection connection) {
    connections++;
    connection.closeHandler(closed -> connections--);
    if (connections > connectionsMax) {
      refused.increment();
      connection.close().onFailure(failure -> malformed.increment());
    }
  }

  private void onRequest(HttpServerRequest request) {
    String type = request.getHeader("content-type");
    if (!request.method().equals(HttpMethod.POST)
        || type == null
        || !type.startsWith("application/grpc")) {
      malformed.increment();
      request.response().setStatusCode(415).end().onFailure(failure -> malformed.increment());
      return;
    }
    Buffer body = Buffer.buffer();
    boolean[] taken = {false};
    request.exceptionHandler(failure -> taken[0] = true);
    request.handler(
        chunk -> {
          if (!taken[0] && body.length() + chunk.length() > REQUEST_BYTES_MAX) {
            taken[0] = true;
            malformed.increment();
            finish(request, RESOURCE_EXHAUSTED, "request is too long");
          } else if (!taken[0]) {
            body.appendBuffer(chunk);
          }
        });
    request.endHandler(
        end -> {
          if (!taken[0]) {
            call(request, body);
          }
        });
  }

  private void call(HttpServerRequest request, Buffer body) {
    String path = String.valueOf(request.path());
    String method =
        path.startsWith(HealthMessages.PATH) ? path.substring(HealthMessages.PATH.length()) : "";
    try {
      Buffer message = message(body);
      switch (method) {
        case "Check" -> check(request, HealthMessages.serviceOf(message));
        case "Watch" -> watch(request, HealthMessages.serviceOf(message));
        case "List" -> list(request);
        default -> finish(request, UNIMPLEMENTED, "no such method");
      }
    } catch (MalformedMessageException e) {
      malformed.increment();
      finish(request, INVALID_ARGUMENT, String.valueOf(e.getMessage()));
    }
  }

  private static Buffer message(Buffer body) throws MalformedMessageException {
    if (body.length() < HealthMessages.PREFIX_BYTES
        || body.getByte(0) != 0
        || body.getInt(1) != body.length() - HealthMessages.PREFIX_BYTES) {
      throw new MalformedMessageException("expected one message without compression");
    }
    return body.getBuffer(HealthMessages.PREFIX_BYTES, body.length());
  }

  private void check(HttpServerRequest request, String name) {
    onLoop(service.check(name))
        .onFailure(e -> finish(request, UNAVAILABLE, "the node cannot answer now"))
        .onSuccess(
            status -> {
              if (status == Serving.SERVICE_UNKNOWN) {
                finish(request, NOT_FOUND, "unknown service");
              } else {
                answer(request, HealthMessages.response(status));
              }
            });
  }

  private void list(HttpServerRequest request) {
    onLoop(service.list())
        .onFailure(e -> finish(request, UNAVAILABLE, "the node cannot answer now"))
        .onSuccess(
            all -> {
              if (all.size() > HealthService.LIST_MAX) {
                refused.increment();
                finish(request, RESOURCE_EXHAUSTED, "too many services to list");
              } else {
                answer(request, HealthMessages.list(all));
              }
            });
  }

  private void watch(HttpServerRequest request, String name) {
    if (watches.size() >= watchesMax) {
      refused.increment();
      finish(request, RESOURCE_EXHAUSTED, "too many watches");
      return;
    }
    HttpServerResponse response = begun(request);
    Watch watch = new Watch(vertx, name, service, feed, response, this::ended);
    watches.add(watch);
    response.exceptionHandler(failure -> watch.close());
    response.closeHandler(closed -> watch.close());
    watch.start();
  }

  private void ended(Watch watch) {
    watches.remove(watch);
  }

  private <T> Future<T> onLoop(Future<T> future) {
    Context own = vertx.getOrCreateContext();
    Promise<T> promise = Promise.promise();
    future
        .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .onComplete(done -> own.runOnContext(nothing -> promise.handle(done)));
    return promise.future();
  }

  private static HttpServerResponse begun(HttpServerRequest request) {
    return request.response().setChunked(true).putHeader("content-type", "application/grpc+proto");
  }

  private void answer(HttpServerRequest request, Buffer message) {
    if (request.response().closed()) {
      return;
    }
    answered.increment();
    begun(request)
        .putTrailer("grpc-status", Integer.toString(OK))
        .end(HealthMessages.framed(message))
        .onFailure(failure -> malformed.increment());
  }

  private void finish(HttpServerRequest request, int status, String message) {
    if (request.response().ended() || request.response().closed()) {
      return;
    }
    request
        .response()
        .putHeader("content-type", "application/grpc+proto")
        .putHeader("grpc-status", Integer.toString(status))
        .putHeader("grpc-message", message)
        .end()
        .onFailure(failure -> malformed.increment());
  }
}
