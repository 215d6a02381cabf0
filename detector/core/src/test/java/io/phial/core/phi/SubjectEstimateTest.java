package io.phial.core.phi;

import static io.phial.core.phi.Trace.MILLI;
import static io.phial.core.phi.Trace.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SubjectEstimateTest {
  private static final long INTERVAL = 250 * MILLI;
  private final SubjectEstimate estimate = new SubjectEstimate(PhiOptions.defaults(), INTERVAL, 7);

  private long beats(long from, int sequence, int count) {
    long now = from;
    for (int n = 0; n < count; n++) {
      now += INTERVAL + (n % 3 - 1) * MILLI;
      estimate.onBeat(sequence + n, now, true);
    }
    return now;
  }

  @Test
  void shouldSuspectFromTheStart() {
    assertThat(estimate.lastArrivalNanos()).isEqualTo(7);
    assertThat(estimate.deadlineNanos(3)).isBetween(7 + INTERVAL, 7 + 6 * INTERVAL);
  }

  @Test
  void shouldIgnoreRepeatsAndOlderBeats() {
    long now = beats(7, 100, 50);
    estimate.onBeat(149, now + INTERVAL, true);
    estimate.onBeat(3, now + INTERVAL, true);
    assertThat(estimate.lastArrivalNanos()).isEqualTo(now);
  }

  @Test
  void shouldTellMissedBeatsAndLoss() {
    long now = beats(7, 1, 200);
    assertThat(estimate.beatsMissed(now + INTERVAL / 2)).isZero();
    assertThat(estimate.beatsMissed(now + 3 * INTERVAL + INTERVAL / 2)).isEqualTo(3);
    assertThat(estimate.lossRate()).isZero();
    estimate.onBeat(202, now + 2 * INTERVAL, true);
    assertThat(estimate.lossRate()).isBetween(0.005, 0.02);
  }

  @Test
  void shouldMoveTheScheduleByAnOwnStall() {
    long now = beats(7, 1, 200);
    long deadline = estimate.deadlineNanos(3);
    estimate.shift(5 * SECOND);
    assertThat(estimate.deadlineNanos(3)).isEqualTo(deadline + 5 * SECOND);
    assertThat(estimate.phi(now + 5 * SECOND)).isZero();
  }

  @Test
  void shouldDetectALanNodeWithinThreeIntervals() {
    long now = beats(7, 1, 40);
    assertThat(estimate.deadlineNanos(3) - now).isLessThan(3 * INTERVAL);
    assertThat(estimate.deadlineNanos(8) - now).isLessThan(12 * INTERVAL);
  }

  @Test
  void shouldForgetTheOldIncarnation() {
    long now = beats(7, 1_000, 50);
    estimate.restart(INTERVAL, now);
    estimate.onBeat(1, now + INTERVAL, true);
    assertThat(estimate.lastArrivalNanos()).isEqualTo(now + INTERVAL);
  }
}
