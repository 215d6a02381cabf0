package io.phial.chaos.qos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NfdSTest {
  /** The staircase of Chen et al. 2002 at 1 % loss: a hundred times rarer for each interval. */
  @ParameterizedTest
  @CsvSource({
    "0.5, 101, 0.530",
    "1.0, 101, 0.030",
    "1.1, 6059, 0.566",
    "1.5, 10101, 0.530",
    "2.1, 605900, 0.566",
    "2.5, 1010101, 0.530"
  })
  void shouldFollowTheClosedForm(double delta, double recurrence, double duration) {
    assertThat(NfdSRun.recurrenceSeconds(0.01, delta))
        .isCloseTo(recurrence, within(0.005 * recurrence));
    assertThat(NfdSRun.durationSeconds(0.01, delta)).isCloseTo(duration, within(0.0006));
  }

  @Test
  void shouldBeReproducedByTheSimulator() throws IOException, InterruptedException {
    try (QosRun run = new QosRun(1)) {
      for (NfdSRun.Deviation error : NfdSRun.errors(run, 3, 200_000, 0.1, 0.5, 1.0, 1.1)) {
        assertThat(error.recurrence()).as(error.toString()).isLessThan(5);
        assertThat(error.duration()).as(error.toString()).isLessThan(5);
        assertThat(error.detection()).as(error.toString()).isLessThan(0.1);
      }
    }
  }
}
