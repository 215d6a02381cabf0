package io.phial.core.phi;

import static io.phial.core.phi.Trace.MILLI;
import static io.phial.core.phi.Trace.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An interval that changes without a word is found out, and nothing else is taken for it. */
class PaceTest {
  private final PhiOptions options = PhiOptions.defaults();
  private final CalibratedModel model = new CalibratedModel(options, new Cohort(options));
  private final long[] state = new long[ArrivalModel.WORDS];
  private final SplittableRandom random = new SplittableRandom(11);
  private long now;

  private void beats(int count, long interval, int step) {
    for (int n = 0; n < count; n++) {
      arrive(now + interval + random.nextLong(2 * MILLI), step);
    }
  }

  /** Returns true when the beat was mistaken. */
  private boolean arrive(long at, int step) {
    now = at;
    boolean suspected = model.deadlineNanos(state, 0, options.learnPhi()) - now <= 0;
    model.onArrival(state, 0, now, step, !suspected);
    return suspected;
  }

  @ParameterizedTest
  @CsvSource({"1000, 5000, 1", "1000, 30000, 1", "1000, 30000, 0", "1000, 2000, 1", "250, 4000, 0"})
  void shouldFindOutASlowerPaceWithinThreeBeats(long from, long to, int step) {
    model.start(state, 0, from * MILLI, 0);
    beats(300, from * MILLI, step);
    int mistakes = 0;
    for (int n = 0; n < 100; n++) {
      mistakes += arrive(now + to * MILLI + random.nextLong(2 * MILLI), step) ? 1 : 0;
      if (n == 2) {
        assertThat(mistakes).isLessThanOrEqualTo(3);
        assertThat((double) model.intervalNanos(state, 0)).isCloseTo(1e6 * to, within(5e6));
        mistakes = 0;
      }
    }
    assertThat(mistakes).isZero();
    assertThat(model.deadlineNanos(state, 0, 3) - now).isBetween(to * MILLI, 3 * to * MILLI);
  }

  @ParameterizedTest
  @CsvSource({"30000, 1000, 1", "30000, 1000, 0", "5000, 1000, 1", "1000, 100, 0"})
  void shouldFindOutAFasterPaceWithinFiveBeats(long from, long to, int step) {
    model.start(state, 0, from * MILLI, 0);
    beats(300, from * MILLI, step);
    long before = model.deadlineNanos(state, 0, 3) - now;
    for (int n = 0; n < 5; n++) {
      assertThat(model.deadlineNanos(state, 0, 3) - now).isLessThanOrEqualTo(before + 50 * MILLI);
      beats(1, to * MILLI, step);
    }
    assertThat(model.deadlineNanos(state, 0, 3) - now).isLessThan(3 * to * MILLI);
  }

  @Test
  void shouldNotTakeADrainedQueueForAFasterPace() {
    model.start(state, 0, SECOND, 0);
    for (int round = 0; round < 20; round++) {
      beats(50, SECOND, 1);
      arrive(now + 8 * SECOND, 1);
      for (int n = 0; n < 7; n++) {
        arrive(now + 40 * MILLI, 1);
      }
      assertThat(model.intervalNanos(state, 0)).isEqualTo(SECOND);
    }
  }

  @Test
  void shouldNotTakeLossForASlowerPaceWithoutACounter() {
    model.start(state, 0, SECOND, 0);
    long due = 0;
    for (int n = 0; n < 30_000; n++) {
      due += SECOND;
      if (random.nextDouble() >= 0.3) {
        arrive(due + random.nextLong(5 * MILLI), 0);
      }
      assertThat(model.intervalNanos(state, 0)).isEqualTo(SECOND);
    }
  }

  @Test
  void shouldNotTakeJitterForAnotherPace() {
    model.start(state, 0, SECOND, 0);
    Trace mobile = Trace.lognormal(300, 2, 0.03);
    int last = 0;
    for (int n = 1; n < 30_000; n++) {
      long delay = mobile.delayNanos(random);
      if (delay >= 0 && n * SECOND + delay - now > 0) {
        arrive(n * SECOND + delay, n - last);
        last = n;
      }
      assertThat(model.intervalNanos(state, 0)).isEqualTo(SECOND);
    }
  }

  @Test
  void shouldNotTakeTwoOutagesForASlowerPace() {
    model.start(state, 0, SECOND, 0);
    beats(200, SECOND, 1);
    arrive(now + 600 * SECOND, 1);
    arrive(now + 600 * SECOND, 1);
    beats(1, SECOND, 1);
    assertThat(model.intervalNanos(state, 0)).isEqualTo(SECOND);
  }
}
