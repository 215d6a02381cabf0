package io.phial.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class DurationsTest {
  @Property(seed = "20261123")
  void shouldReadBackWhatItWrites(@ForAll @LongRange(min = 0, max = 999_999_999L) long number) {
    for (long unit : new long[] {1, 1_000, 1_000_000, 1_000_000_000}) {
      Duration duration = Duration.ofNanos(number * unit);
      assertThat(Durations.parse(Durations.format(duration))).isEqualTo(duration);
    }
  }

  @Test
  void shouldWriteTheLargestWholeUnit() {
    assertThat(Durations.format(Duration.ofMillis(3500))).isEqualTo("3500ms");
    assertThat(Durations.format(Duration.ofMinutes(10))).isEqualTo("10m");
    assertThat(Durations.format(Duration.ZERO)).isEqualTo("0s");
    assertThat(Durations.parse("1.5s")).isEqualTo(Duration.ofMillis(1500));
  }
}
