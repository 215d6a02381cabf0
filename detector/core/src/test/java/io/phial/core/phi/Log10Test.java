package io.phial.core.phi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class Log10Test {
  @Property(tries = 2_000)
  void shouldAgreeWithTheExactOne(@ForAll @DoubleRange(min = -300, max = 0) double exponent) {
    double x = Math.pow(10, exponent);
    assertThat(Log10.of(x)).isCloseTo(Math.log10(x), within(1e-13));
  }

  @Test
  void shouldRiseAcrossTheEdgesOfItsTable() {
    for (int i = 0; i <= 128; i++) {
      double edge = 1 + i / 128.0;
      assertThat(Log10.of(Math.nextUp(edge))).isGreaterThan(Log10.of(Math.nextDown(edge)) - 1e-15);
    }
    assertThat(Log10.of(1)).isCloseTo(0, within(1e-15));
  }
}
