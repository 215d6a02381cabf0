package io.phial.core.phi.classic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each detector against figures worked out by hand from its paper's formula. */
class ClassicDetectorsTest {
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;

  /** Beats every second, alternately 50 ms early and late against a schedule that starts at 0. */
  private static long alternate(Detector detector, int beats) {
    long now = 0;
    for (int n = 1; n <= beats; n++) {
      now = n * SECOND + (n % 2 == 0 ? 50 : -50) * MILLI;
      detector.onBeat(n, now);
    }
    return now;
  }

  @Test
  void shouldFitANormalDistributionToTheGaps() {
    NormalPhi detector = new NormalPhi(SECOND, 0);
    long last = alternate(detector, 2_001);
    // Gaps of 0.9 s and 1.1 s in equal parts: mean 1 s, deviation 0.1 s.
    assertThat(detector.suspicion(last + SECOND)).isCloseTo(0.30103, within(1e-5));
    assertThat(detector.suspicion(last + 1_500 * MILLI)).isCloseTo(6.54265, within(1e-4));
    assertThat(detector.deadlineNanos(6.54265) - last)
        .isCloseTo(1_500 * MILLI, within(MILLI / 100));
  }

  @Test
  void shouldUseAnExponentialOfTheMeanGapAndDropLongOnes() {
    ExponentialPhi detector = new ExponentialPhi(SECOND, 0);
    long last = alternate(detector, 2_001);
    assertThat(detector.deadlineNanos(8) - last).isCloseTo(18_420_680_744L, within(MILLI));
    for (int n = 1; n <= 1_000; n++) {
      detector.onBeat(2_001 + n, last + n * 5L * SECOND);
    }
    // Gaps above two intervals are never learned.
    assertThat(detector.suspicion(last + 5_001L * SECOND)).isCloseTo(0.4343, within(1e-3));
  }

  @Test
  void shouldExpectTheNextArrivalBySequence() {
    Chen detector = new Chen(SECOND, 0);
    alternate(detector, 2_000);
    // Lost beats do not move the schedule; they are counted.
    detector.onBeat(2_005, 2_005 * SECOND);
    assertThat(detector.suspicion(2_006 * SECOND)).isCloseTo(0, within(1e-4));
    assertThat(detector.deadlineNanos(0.3)).isCloseTo(2_006_300 * MILLI, within(MILLI / 10));
  }

  @Test
  void shouldTakeTheLaterOfTheTwoWindows() {
    TwoWindow detector = new TwoWindow(SECOND, 0);
    long last = alternate(detector, 2_000);
    assertThat(last).isEqualTo(2_000_050 * MILLI);
    assertThat(detector.deadlineNanos(0.3)).isCloseTo(2_001_350 * MILLI, within(MILLI / 10));
    detector.onBeat(2_001, 2_000_950 * MILLI);
    assertThat(detector.deadlineNanos(0.3)).isCloseTo(2_002_300 * MILLI, within(MILLI / 10));
  }

  @Test
  void shouldFollowTheErrorAsARetransmissionTimerDoes() {
    Bertier detector = new Bertier(SECOND, 0);
    long last = alternate(detector, 2_000);
    // Errors of +-50 ms about 0: var settles at 50 ms, delay between +-2.7 ms.
    double margin = (detector.deadlineNanos(1) - 2_001 * SECOND) / (double) MILLI;
    assertThat(margin).isBetween(195.0, 225.0);
    assertThat(detector.suspicion(last)).isZero();
    detector.onBeat(2_003, 2_003 * SECOND);
    assertThat(detector.deadlineNanos(1)).isBetween(2_004 * SECOND, 2_004_250 * MILLI);
  }

  @Test
  void shouldWaitAFixedTimeSinceTheLastBeat() {
    FixedTimeout detector = new FixedTimeout(0);
    long last = alternate(detector, 10);
    assertThat(detector.deadlineNanos(2.5) - last).isEqualTo(2_500 * MILLI);
    assertThat(detector.suspicion(last + 700 * MILLI)).isEqualTo(0.7);
  }

  @Test
  void shouldStartAfreshWithAnAnnouncedInterval() {
    for (DetectorKind kind : DetectorKind.values()) {
      Detector detector = kind.fleet(3).detector(SECOND, 0);
      long last = alternate(detector, 500);
      detector.onInterval(30 * SECOND, last);
      long deadline = detector.deadlineNanos(3) - last;
      boolean knowsIntervals =
          switch (kind) {
            case CALIBRATED_PHI, CHEN, BERTIER, TWO_WINDOW -> true;
            case NORMAL_PHI, EXPONENTIAL_PHI, FIXED -> false;
          };
      assertThat(deadline > 30 * SECOND).as(kind.label()).isEqualTo(knowsIntervals);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.30102999566398120, 0",
    "2, 2.3263478740408408",
    "3, 3.0902323061678135",
    "8, 5.6120012441747891",
    "16, 8.2220822161304356",
    "100, 21.273453560966447"
  })
  void shouldInvertTheNormalTail(double phi, double y) {
    assertThat(NormalQuantile.ofPhi(phi)).isCloseTo(y, within(1e-9));
  }

  @Test
  void shouldInvertTheNormalTailEverywhere() {
    for (double phi = 1e-6; phi < 1e6; phi *= 1.0173) {
      double y = NormalQuantile.ofPhi(phi);
      double back = -io.phial.core.phi.Normal.logSurvival(y) / Math.log(10);
      assertThat(back).isCloseTo(phi, within(1e-8 * Math.max(1, phi)));
    }
  }
}
