package io.phial.core.phi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalTest {
  @ParameterizedTest
  @CsvSource({
    "-3, 0.9986501019683699",
    "0, 0.5",
    "1, 0.15865525393145707",
    "2, 0.022750131948179212",
    "3, 0.0013498980316300957",
    "5, 2.8665157187919333e-7",
    "8, 6.220960574271785e-16",
    "20, 2.7536241186062337e-89"
  })
  void shouldMatchKnownTails(double y, double tail) {
    assertThat(Normal.survival(y) / tail).isCloseTo(1, within(1e-9));
  }

  @Test
  void shouldFallMonotonicallyAndStayFinite() {
    double before = 0;
    for (double y = -40; y < 1e6; y = y < 10 ? y + 0.01 : y * 1.1) {
      double log = Normal.logSurvival(y);
      assertThat(log).isFinite().isLessThanOrEqualTo(before);
      before = log;
    }
  }
}
