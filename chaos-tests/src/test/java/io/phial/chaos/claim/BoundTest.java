package io.phial.chaos.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundTest {
  @ParameterizedTest
  @CsvSource({
    "AT_MOST, 2000, 2000, true",
    "AT_MOST, 2000, 2000.001, false",
    "AT_MOST, 0, -1, true",
    "AT_LEAST, 0.9, 0.9, true",
    "AT_LEAST, 0.9, 0.899, false",
    "EXACTLY, 0, 0, true",
    "EXACTLY, 0, 1, false",
    "AT_MOST, 1, NaN, false",
    "AT_LEAST, 1, NaN, false",
    "EXACTLY, 1, NaN, false",
    "AT_MOST, 1, Infinity, false"
  })
  void shouldHoldOnlyOnItsSide(
      Comparison comparison, double bound, double measured, boolean holds) {
    assertThat(new Bound(comparison, bound).holds(measured)).isEqualTo(holds);
  }

  @ParameterizedTest
  @CsvSource({"AT_MOST, 9", "AT_LEAST, 1", "EXACTLY, 9"})
  void shouldOrderTheWorstLast(Comparison comparison, double worst) {
    assertThat(List.of(3.0, 9.0, 1.0, 2.0).stream().max(new Bound(comparison, 2).bestFirst()))
        .contains(worst);
  }

  @Test
  void shouldHoldNaNToBeTheWorst() {
    assertThat(List.of(3.0, Double.NaN, 1e300).stream().max(Bound.atMost(5).bestFirst()))
        .contains(Double.NaN);
  }

  @ParameterizedTest
  @CsvSource({"2000, <= 2000", "0.5, <= 0.5", "0, <= 0", "1e6, <= 1000000", "0.12345, <= 0.123"})
  void shouldPrintPlainNumbers(double value, String text) {
    assertThat(Bound.atMost(value)).hasToString(text);
  }

  @Test
  void shouldRefuseWhatIsNoNumber() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bound.atMost(Double.NaN))
        .withMessage("value must be finite, was NaN");
  }
}
