package io.phial.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FoundingTurnTest {
  private final List<Integer> ports = ClusterFixture.freePorts(3);

  private FoundingTurn turn(int port, AtomicBoolean stopped) {
    ClusterOptions options =
        ClusterOptions.of("n", "c", "127.0.0.1", port, ClusterFixture.members(ports));
    return new FoundingTurn(options, stopped::get);
  }

  private static long awaitMillis(FoundingTurn turn) {
    long begun = System.nanoTime();
    turn.await();
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
  }

  @Test
  void shouldFoundAtOnceWhenItIsTheFirst() {
    assertThat(awaitMillis(turn(ports.get(0), new AtomicBoolean())))
        .isLessThan(FoundingTurn.TURN.toMillis());
  }

  @Test
  void shouldWaitOneTurnWhenItIsTheSecondAndNobodyComes() {
    assertThat(awaitMillis(turn(ports.get(1), new AtomicBoolean())))
        .isGreaterThanOrEqualTo(FoundingTurn.TURN.toMillis());
  }

  @Test
  void shouldWaitForAnotherOneAndJoinItWhenItListens() throws Exception {
    FoundingTurn last = turn(ports.get(2), new AtomicBoolean());
    CompletableFuture<Void> done = CompletableFuture.runAsync(last::await);
    assertThat(done).isNotDone();
    try (ServerSocket first = new ServerSocket(ports.get(0), 5, InetAddress.getLoopbackAddress())) {
      done.get(50, TimeUnit.SECONDS);
      assertThat(first.accept().isConnected()).isTrue();
    }
  }

  @Test
  void shouldEndItsWaitWhenItIsStopped() {
    AtomicBoolean stopped = new AtomicBoolean(true);
    assertThat(awaitMillis(turn(ports.get(2), stopped)))
        .isLessThan(Duration.ofSeconds(8).toMillis());
  }

  @Test
  void shouldFoundAtOnceWithoutOthers() {
    ClusterOptions options = ClusterOptions.of("n", "c", "127.0.0.1", ports.get(0), List.of());
    assertThat(awaitMillis(new FoundingTurn(options, () -> false)))
        .isLessThan(FoundingTurn.TURN.toMillis());
  }
}
