package io.phial.core.phi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class LatenessSurvivalTest {
  private static final double[] PRIOR = prior();

  private final LatenessSurvival lateness = new LatenessSurvival(new Freshness(1e6), PRIOR);

  private static double[] prior() {
    double[] prior = new double[LatenessScale.BINS];
    for (int b = 0; b < prior.length; b++) {
      prior[b] = 10 * LatenessSurvival.normal(b);
    }
    return prior;
  }

  private void pareto(double exponent, int count) {
    SplittableRandom random = new SplittableRandom(3);
    for (int n = 0; n < count; n++) {
      lateness.arrived(Math.pow(1 - random.nextDouble(), -1 / exponent) - 1);
    }
    lateness.refresh(PRIOR);
  }

  @Property(tries = 500)
  void shouldFindTheBinOfEveryValue(@ForAll @DoubleRange(min = -40, max = 3e7) double z) {
    int bin = LatenessScale.bin(z);
    double slack = 1e-6 * (1 + Math.abs(z));
    if (z > LatenessScale.Z_MIN) {
      assertThat(z).isGreaterThanOrEqualTo(LatenessScale.edge(bin) - slack);
    }
    assertThat(z).isLessThanOrEqualTo(LatenessScale.edge(bin + 1) + slack);
  }

  @Test
  void shouldLearnAParetoTailAndExtendIt() {
    pareto(2, 20_000);
    for (double z : new double[] {1, 3, 10, 30, 100}) {
      double expected = Math.pow(1 + z, -2);
      assertThat(Math.log10(lateness.at(z))).isCloseTo(Math.log10(expected), within(0.5));
    }
  }

  @Test
  void shouldFallWithoutEndAndBeItsOwnInverse() {
    pareto(3, 5_000);
    double before = 2;
    for (double z = -32; z < 3e7; z = z < 10 ? z + 0.01 : z * 1.1) {
      double survival = lateness.at(z);
      assertThat(survival).isPositive().isLessThanOrEqualTo(before);
      before = survival;
      if (z > -5 && z < 20) {
        assertThat(lateness.at(lateness.inverse(survival)) / survival).isCloseTo(1, within(1e-9));
      }
    }
  }
}
