package io.phial.node.cluster;

import io.phial.node.cluster.ClusterException.Reason;
import io.vertx.core.Future;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of every operation to Hazelcast: it fails at once while there is no life under way, never
 * runs on the caller's thread, ends by the operation time-out, is counted, and answers on the
 * caller's context. Thread-safe.
 */
final class StoreOperations {
  private final ClusterOptions options;
  private final ClusterMeters meters;
  private final ExecutorService worker;
  private final Supplier<@Nullable HazelcastLink> joined;
  private volatile long answeredNanos = System.nanoTime();

  StoreOperations(
      ClusterOptions options,
      ClusterMeters meters,
      ExecutorService worker,
      Supplier<@Nullable HazelcastLink> joined) {
    this.options = options;
    this.meters = meters;
    this.worker = worker;
    this.joined = joined;
  }

  /** Since anything was answered, or a life began. */
  long silenceNanos() {
    return System.nanoTime() - answeredNanos;
  }

  /** A life began. */
  void answered() {
    answeredNanos = System.nanoTime();
  }

  <R extends @Nullable Object, T extends @Nullable Object> Future<T> run(
      String what, Function<HazelcastLink, CompletionStage<R>> operation, Function<R, T> result) {
    return run(what, worker, operation, result);
  }

  <R extends @Nullable Object, T extends @Nullable Object> Future<T> run(
      String what,
      ExecutorService executor,
      Function<HazelcastLink, CompletionStage<R>> operation,
      Function<R, T> result) {
    HazelcastLink life = joined.get();
    if (life == null) {
      return Future.failedFuture(ClusterException.away(what));
    }
    // The call itself serialises and may wait for Hazelcast's locks: never on the caller's thread.
    CompletionStage<R> stage;
    try {
      stage =
          CompletableFuture.supplyAsync(() -> operation.apply(life), executor)
              .thenCompose(Function.identity());
    } catch (RejectedExecutionException e) {
      stage =
          CompletableFuture.failedFuture(
              new ClusterException(Reason.REFUSED, what + ": too many operations wait"));
    }
    CompletableFuture<T> ended =
        Completions.within(what, options.operationTimeout(), stage, worker)
            .thenApply(
                value -> {
                  answered();
                  return result.apply(value);
                });
    var unused = ended.whenComplete((value, failure) -> meters.operation(what, failure == null));
    return Completions.toCaller(ended);
  }
}
