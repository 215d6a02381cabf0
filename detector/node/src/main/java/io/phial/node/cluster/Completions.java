package io.phial.node.cluster;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** From Hazelcast's completions to futures that end in time and on the caller's context. */
final class Completions {
  private Completions() {}

  /** A future of our own that ends with the stage, or by the time-out; the stage is left alone. */
  static <T> CompletableFuture<T> within(
      String what, Duration timeout, CompletionStage<T> stage, Executor executor) {
    CompletableFuture<T> own = new CompletableFuture<>();
    stage.whenComplete(
        (value, failure) -> {
          Runnable end =
              failure == null
                  ? () -> own.complete(value)
                  : () -> own.completeExceptionally(explain(what, timeout, failure));
          try {
            executor.execute(end);
          } catch (RejectedExecutionException full) {
            // A good answer must not turn into a time-out because many come at once.
            end.run();
          }
        });
    return own.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionallyCompose(e -> CompletableFuture.failedFuture(explain(what, timeout, e)));
  }

  /** The future as the caller takes it; call on the caller's thread. */
  static <T> Future<T> toCaller(CompletableFuture<T> source) {
    Context caller = Vertx.currentContext();
    Promise<T> promise = Promise.promise();
    var unused =
        source.whenComplete(
            (value, failure) -> {
              Runnable end =
                  failure == null
                      ? () -> promise.complete(value)
                      : () -> promise.fail(unwrap(failure));
              if (caller == null) {
                end.run();
              } else {
                caller.runOnContext(v -> end.run());
              }
            });
    return promise.future();
  }

  /** A failure as callers see it. */
  static ClusterException explain(String what, Duration timeout, Throwable failure) {
    Throwable cause = unwrap(failure);
    if (cause instanceof ClusterException known) {
      return known;
    }
    if (cause instanceof TimeoutException) {
      return ClusterException.timeout(what, timeout.toMillis());
    }
    return ClusterException.failed(what, cause);
  }

  static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
