package io.phial.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BusyCoresTest {
  @Test
  void shouldBurnUntilItIsClosed() throws IOException {
    BusyCores busy = BusyCores.start(Duration.ofSeconds(30));
    try (busy) {
      assertThat(busy.isBusy()).isTrue();
    }
    assertThat(busy.isBusy()).isFalse();
  }

  @Test
  void shouldEndByItselfAtItsLimit() throws IOException, InterruptedException {
    try (BusyCores busy = BusyCores.start(Duration.ofSeconds(1))) {
      assertThat(busy.awaitEnd(Duration.ofSeconds(30))).isTrue();
    }
  }
}
