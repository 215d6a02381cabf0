package io.phial.node.api;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends answers, each once, and turns failures into short sentences. */
final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
  private static final String JSON = "application/json";

  private final Vertx vertx;
  private final HttpMeters meters;
  private final Duration timeout;

  Answers(Vertx vertx, HttpMeters meters, Duration timeout) {
    this.vertx = vertx;
    this.meters = meters;
    this.timeout = timeout;
  }

  /** Answers when the future completes, or with 503 when it fails or takes too long. */
  <T> void later(HttpServerRequest request, Future<T> future, Consumer<T> onSuccess) {
    inTime(future)
        .onComplete(
            done -> {
              if (done.failed()) {
                failed(request, done.cause());
                return;
              }
              try {
                onSuccess.accept(done.result());
              } catch (RuntimeException e) {
                failed(request, e);
              }
            });
  }

  /** Answers a health endpoint; a check that does not answer is a failed check. */
  void health(HttpServerRequest request, Supplier<Future<Health>> check) {
    RequestText.parameters(request.query(), Set.of());
    inTime(check.get())
        .otherwise(cause -> new Health(Map.of("answer", sentence(cause))))
        .onSuccess(
            health ->
                send(request, health.isOk() ? 200 : 503, JSON, Buffer.buffer(Json.encode(health))));
  }

  /**
   * The same future, completed in time and on the request's own context: whoever completes it (a
   * shard's loop, say) shall not do our work.
   */
  private <T> Future<T> inTime(Future<T> future) {
    Context own = vertx.getOrCreateContext();
    Promise<T> promise = Promise.promise();
    future
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(done -> own.runOnContext(nothing -> promise.handle(done)));
    return promise.future();
  }

  /** Tells what is wrong with a request. */
  void error(HttpServerRequest request, int status, String message) {
    if (status == 405) {
      request.response().putHeader("allow", "GET, HEAD");
      // Whatever body comes with it is not read.
      request.response().putHeader("connection", "close");
    }
    send(request, status, JSON, Buffer.buffer(Json.encode(Map.of("error", message))));
  }

  /** The node cannot answer; the cause goes to the log only. */
  void failed(HttpServerRequest request, Throwable cause) {
    LOG.debug("no answer path={}", request.path(), cause);
    error(request, 503, sentence(cause));
  }

  void send(HttpServerRequest request, int status, String contentType, Buffer body) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    meters.answered(status);
    response
        .setStatusCode(status)
        .putHeader("content-type", contentType)
        .putHeader("cache-control", "no-store")
        .putHeader("x-content-type-options", "nosniff")
        .end(body)
        .onFailure(failure -> LOG.debug("answer not sent path={}", request.path(), failure));
  }

  private String sentence(Throwable cause) {
    return cause instanceof TimeoutException
        ? "no answer within " + timeout.toMillis() + " ms, try again"
        : "the node cannot answer now, try again";
  }
}
