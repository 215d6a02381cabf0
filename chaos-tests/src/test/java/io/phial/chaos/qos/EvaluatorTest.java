package io.phial.chaos.qos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.phial.core.phi.classic.DetectorKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
  private static final long MILLI = 1_000_000L;

  private static void add(Beats beats, long sequence, long sentMillis, long arrivedMillis) {
    beats.add(
        new Beat(
            0, sequence, sentMillis * MILLI, arrivedMillis * MILLI, 1_000 * MILLI, Part.STEADY));
  }

  @Test
  void shouldMeasureAsChenDefinesIt() {
    Beats beats = new Beats();
    add(beats, 1, 1_000, 1_010);
    add(beats, 2, 2_000, 2_010);
    add(beats, 4, 4_000, 4_210); // a gap of 2.2 s: 0.7 s too long
    add(beats, 3, 3_000, 4_300); // stale
    add(beats, 5, 5_000, 5_010);
    Evaluator evaluator = Evaluator.of(DetectorKind.FIXED, new double[] {1.5, 3}, 1).get(0);
    evaluator.accept(beats);
    List<Score> scores = evaluator.scores("t");
    Score first = scores.get(0);
    assertThat(first.beats()).isEqualTo(3);
    assertThat(first.mistakes()).isEqualTo(1);
    assertThat(first.mistakeRate()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(first.mistakeDurationMeanMs()).isCloseTo(700, within(1e-6));
    assertThat(first.queryAccuracy()).isCloseTo(1 - 700 / 4_000.0, within(1e-9));
    // Crashes right after the beats 2, 4 and 5 were sent: 1.51 s, 1.71 s, 1.51 s.
    assertThat(first.detectionMeanMs()).isCloseTo(4_730 / 3.0, within(1e-6));
    assertThat(first.detectionWorstMs()).isCloseTo(1_710, within(1e-6));
    assertThat(first.detectionP99Ms()).isCloseTo(1_710, within(1_710 * 0.016));
    assertThat(scores.get(1).mistakes()).isZero();
    assertThat(scores.get(1).queryAccuracy()).isEqualTo(1);
  }

  @Test
  void shouldFindAQuantileWithinItsBin() {
    LogHistogram histogram = new LogHistogram();
    for (int n = 1; n <= 1_000; n++) {
      histogram.add(n * 1e6);
    }
    assertThat(histogram.quantile(0.5)).isBetween(500e6, 500e6 * 1.016);
    assertThat(histogram.quantile(0.99)).isBetween(990e6, 990e6 * 1.016);
    assertThat(new LogHistogram().quantile(0.99)).isZero();
  }
}
