package io.phial.chaos.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ResultTest {
  private static final Claim CLAIM = new Claim("job", "it is quick", Bound.atMost(10), "ms");

  private static Result result(@Nullable String reason, Double... samples) {
    return new Result(CLAIM, List.of(samples), reason, Duration.ZERO);
  }

  @Test
  void shouldHoldWhenEverySampleDoes() {
    assertThat(result(null, 1.0, 10.0).ok()).isTrue();
  }

  @Test
  void shouldFailByItsWorstSample() {
    Result result = result(null, 1.0, 11.0, 2.0);
    assertThat(result.ok()).isFalse();
    assertThat(result.worst()).isEqualTo(11.0);
    assertThat(result.median()).isEqualTo(2.0);
  }

  @Test
  void shouldNotPassWhenARunCouldNotBeMeasured() {
    assertThat(result("no cluster", 1.0).ok()).isNull();
  }

  @Test
  void shouldFailByABadSampleEvenWhenAnotherRunCouldNotBeMeasured() {
    assertThat(result("no cluster", 11.0).ok()).isFalse();
  }

  @Test
  void shouldFailByASampleThatIsNoNumber() {
    assertThat(result(null, 1.0, Double.NaN).ok()).isFalse();
  }

  @Test
  void shouldNeedAReasonWhenThereIsNoSample() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> result(null))
        .withMessage("reason must be given when there is no sample");
  }
}
