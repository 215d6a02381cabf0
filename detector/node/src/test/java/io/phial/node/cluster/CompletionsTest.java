package io.phial.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class CompletionsTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final Executor full =
      task -> {
        throw new RejectedExecutionException("full");
      };

  @Test
  void shouldDeliverAGoodAnswerThoughThePoolIsFull() {
    CompletableFuture<String> stage = new CompletableFuture<>();
    CompletableFuture<String> own = Completions.within("read", LONG, stage, full);
    stage.complete("value");
    assertThat(own).isCompletedWithValue("value");
  }

  @Test
  void shouldDeliverAFailureThoughThePoolIsFull() {
    CompletableFuture<String> stage = new CompletableFuture<>();
    CompletableFuture<String> own = Completions.within("read", LONG, stage, full);
    stage.completeExceptionally(new IllegalStateException("broken"));
    assertThat(own).isCompletedExceptionally();
    assertThatThrownBy(own::join)
        .hasCauseInstanceOf(ClusterException.class)
        .hasMessageContaining("broken");
  }
}
