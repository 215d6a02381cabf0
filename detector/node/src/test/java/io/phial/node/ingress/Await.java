package io.phial.node.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for conditions, with a limit that only a broken build reaches. */
public final class Await {
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);

  private Await() {}

  public static <T> T completed(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  public static Throwable failure(Future<?> future) throws Exception {
    return future
        .toCompletionStage()
        .toCompletableFuture()
        .handle((value, failure) -> failure == null ? new AssertionError("no failure") : failure)
        .get(20, TimeUnit.SECONDS);
  }

  public static <T> void until(Supplier<T> actual, T expected) {
    long startedNanos = System.nanoTime();
    while (!expected.equals(actual.get()) && System.nanoTime() - startedNanos < LIMIT_NANOS) {
      LockSupport.parkNanos(2_000_000);
    }
    assertThat(actual.get()).isEqualTo(expected);
  }

  public static void isTrue(Supplier<Boolean> condition) {
    until(condition, true);
  }
}
