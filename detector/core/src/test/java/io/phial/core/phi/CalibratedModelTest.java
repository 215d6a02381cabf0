package io.phial.core.phi;

import static io.phial.core.phi.Trace.MILLI;
import static io.phial.core.phi.Trace.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibratedModelTest {
  private static final long DAY = 86_400 * SECOND;

  private final PhiOptions options = PhiOptions.defaults();
  private final Cohort cohort = new Cohort(options);
  private final CalibratedModel model = new CalibratedModel(options, cohort);
  private final long[] state = new long[ArrivalModel.WORDS];

  /** Feeds a random history and returns its end. */
  private long history(long seed, long interval, double jitter, double loss, long start) {
    SplittableRandom random = new SplittableRandom(seed);
    model.start(state, 0, interval, start);
    long now = start;
    int last = 0;
    for (int n = 1; n <= 300; n++) {
      if (random.nextDouble() >= loss) {
        long due = start + n * interval;
        long arrival = due + (long) Math.abs(random.nextGaussian() * jitter * interval);
        now = arrival - now > 0 ? arrival : now;
        boolean learn = model.phi(state, 0, now) < options.learnPhi();
        model.onArrival(state, 0, now, random.nextBoolean() ? n - last : 0, learn);
        last = n;
      }
    }
    return now;
  }

  @Property(tries = 300)
  void shouldReachTheThresholdExactlyAtTheDeadline(
      @ForAll long seed,
      @ForAll @LongRange(min = 1_000_000, max = 86_400_000_000_000L) long interval,
      @ForAll @DoubleRange(min = 0, max = 0.6) double jitter,
      @ForAll @DoubleRange(min = 0, max = 0.5) double loss,
      @ForAll @DoubleRange(min = 0.2, max = 60) double threshold) {
    history(seed, interval, jitter, loss, seed);
    long deadline = model.deadlineNanos(state, 0, threshold);
    assertThat(model.phi(state, 0, deadline)).isGreaterThanOrEqualTo(threshold - 1e-9);
    assertThat(model.phi(state, 0, deadline - 2)).isLessThanOrEqualTo(threshold + 1e-9);
    // A nanosecond is a big step where a millisecond interval has a far tail.
    double step = model.phi(state, 0, deadline) - model.phi(state, 0, deadline - 2);
    assertThat(model.phi(state, 0, deadline)).isCloseTo(threshold, within(1e-6 + step));
  }

  @Property(tries = 200)
  void shouldNeverFallNorLeaveTheNumbersWhileSilent(
      @ForAll long seed,
      @ForAll @LongRange(min = 1_000_000, max = 3_600_000_000_000L) long interval,
      @ForAll @DoubleRange(min = 0, max = 0.6) double jitter,
      @ForAll @DoubleRange(min = 0, max = 0.5) double loss) {
    long now = history(seed, interval, jitter, loss, seed);
    double before = 0;
    for (double silence = 0; silence < 1_000_000; silence = silence * 1.03 + 0.01) {
      double phi = model.phi(state, 0, now + (long) (silence * interval));
      assertThat(phi).isFinite().isGreaterThanOrEqualTo(before - 1e-12);
      before = phi;
    }
    assertThat(before).isGreaterThan(100);
  }

  @Property(tries = 100)
  void shouldOrderDeadlinesByThreshold(@ForAll long seed, @ForAll @IntRange(max = 40) int loss) {
    history(seed, SECOND, 0.1, loss / 100.0, 0);
    long before = Long.MIN_VALUE;
    for (double threshold = 0; threshold < 1000; threshold = threshold * 1.1 + 0.05) {
      long deadline = model.deadlineNanos(state, 0, threshold);
      assertThat(deadline).isGreaterThanOrEqualTo(before);
      before = deadline;
    }
  }

  @Test
  void shouldHaveNoSuspicionAtTheBeatItself() {
    long now = history(1, SECOND, 0.05, 0.1, 0);
    assertThat(model.phi(state, 0, now)).isZero();
    assertThat(model.phi(state, 0, now - SECOND)).isZero();
  }

  @Test
  void shouldStayFiniteForConstantZeroAndDayLongGaps() {
    for (long gap : new long[] {0, 1, SECOND, 68 * SECOND, 3_000 * SECOND, DAY}) {
      model.start(state, 0, Math.max(gap, MILLI), 5);
      long now = 5;
      for (int n = 0; n < 3_000; n++) {
        now += gap;
        model.onArrival(state, 0, now, 1, true);
        assertThat(model.phi(state, 0, now)).isBetween(0.0, 0.5);
        assertThat(model.phi(state, 0, now + Math.max(gap, MILLI) * 10)).isFinite().isPositive();
      }
    }
  }

  @Test
  void shouldJudgeAfterASingleSample() {
    model.start(state, 0, SECOND, 0);
    assertThat(model.deadlineNanos(state, 0, 3)).isBetween(SECOND, 5 * SECOND);
    assertThat(model.phi(state, 0, 1_000_000 * SECOND)).isFinite().isGreaterThan(1_000);
  }

  @Test
  void shouldCapDeadlinesThatNoClockReaches() {
    model.start(state, 0, 7 * DAY, Long.MAX_VALUE - 5);
    long deadline = model.deadlineNanos(state, 0, 1e6);
    assertThat(deadline - (Long.MAX_VALUE - 5)).isPositive();
  }

  @ParameterizedTest
  @ValueSource(longs = {45, 600})
  void shouldNotLearnAnOutage(long seconds) {
    long now = history(3, SECOND, 0.002, 0, 0);
    long before = model.deadlineNanos(state, 0, 3) - now;
    now += seconds * SECOND;
    assertThat(model.phi(state, 0, now)).isGreaterThan(options.learnPhi());
    model.onArrival(state, 0, now, 1, false);
    cohort.refresh();
    assertThat((double) (model.deadlineNanos(state, 0, 3) - now))
        .isBetween(0.9 * before, 1.1 * before);
    for (int n = 0; n < 5; n++) {
      now += SECOND;
      model.onArrival(state, 0, now, 1, true);
      cohort.refresh();
      assertThat((double) (model.deadlineNanos(state, 0, 3) - now))
          .isBetween(0.9 * before, 1.1 * before);
    }
  }

  @Test
  void shouldCountADrainedQueueOnce() {
    long now = history(4, SECOND, 0.002, 0, 0);
    double deviation = EstimatorState.deviation(state, 0);
    now += 3 * SECOND;
    model.onArrival(state, 0, now, 1, true);
    double once = EstimatorState.deviation(state, 0);
    for (int n = 0; n < 3; n++) {
      now += MILLI;
      model.onArrival(state, 0, now, 1, true);
    }
    assertThat((double) EstimatorState.deviation(state, 0)).isEqualTo(once);
    assertThat(once).isLessThan(deviation + 0.05 * SECOND);
    assertThat(model.deadlineNanos(state, 0, 1) - now).isBetween(SECOND / 2, 2 * SECOND);
  }

  @Test
  void shouldStartAfreshWithANewIncarnation() {
    long now = history(5, SECOND, 0.3, 0.3, 0);
    model.start(state, 0, SECOND, now);
    assertThat(model.lossRate(state, 0)).isZero();
    assertThat((double) EstimatorState.deviation(state, 0)).isCloseTo(0.1 * SECOND, within(10.0));
  }

  @Test
  void shouldNotMistakeAnAnnouncedChangeOfInterval() {
    long now = history(6, SECOND, 0.002, 0, 0);
    for (int change = 0; change < 6; change++) {
      long interval = change % 2 == 0 ? 30 * SECOND : SECOND;
      model.changeInterval(state, 0, interval, now);
      for (int n = 0; n < 20; n++) {
        now += interval + n % 3 * MILLI;
        assertThat(model.phi(state, 0, now)).isLessThan(2);
        model.onArrival(state, 0, now, 1, true);
      }
      assertThat(model.deadlineNanos(state, 0, 3) - now).isLessThan(3 * interval);
    }
  }

  @Test
  void shouldKeepTheRelativeDeviationOverAChange() {
    long now = history(6, SECOND, 0.3, 0, 0);
    double before = (double) EstimatorState.deviation(state, 0) / SECOND;
    model.changeInterval(state, 0, 30 * SECOND, now);
    double after = (double) EstimatorState.deviation(state, 0) / (30 * SECOND);
    assertThat(after).isCloseTo(before, within(1e-5));
  }

  @Test
  void shouldExpectNothingWhileAClientIsQuiet() {
    long now = history(6, SECOND, 0.02, 0.05, 0);
    double loss = model.lossRate(state, 0);
    double deviation = EstimatorState.deviation(state, 0);
    long until = now + 3_600 * SECOND;
    model.quietUntil(state, 0, until, now);
    assertThat(model.phi(state, 0, until)).isZero();
    assertThat(model.deadlineNanos(state, 0, 3)).isBetween(until + SECOND, until + 6 * SECOND);
    assertThat(model.lossRate(state, 0)).isEqualTo(loss);
    assertThat((double) EstimatorState.deviation(state, 0)).isEqualTo(deviation);
    model.onArrival(state, 0, until + SECOND / 3, 1, true);
    assertThat(model.lastArrivalNanos(state, 0)).isEqualTo(until + SECOND / 3);
  }

  @Test
  void shouldJudgeAgainFromABeatThatEndsTheQuietEarly() {
    long now = history(6, SECOND, 0.02, 0, 0);
    model.quietUntil(state, 0, now + 3_600 * SECOND, now);
    now += 100 * SECOND;
    model.onArrival(state, 0, now, 1, true);
    assertThat(model.deadlineNanos(state, 0, 3) - now).isBetween(SECOND, 6 * SECOND);
  }

  @Test
  void shouldTakeAQuietThatIsOverAsNow() {
    long now = history(6, SECOND, 0.02, 0, 0);
    model.quietUntil(state, 0, now - SECOND, now);
    assertThat(model.lastArrivalNanos(state, 0)).isEqualTo(now);
  }

  @Property(tries = 300)
  void shouldRestoreExactlyWhatWasExported(
      @ForAll long seed,
      @ForAll @LongRange(min = 1_000_000, max = 86_400_000_000_000L) long interval,
      @ForAll @DoubleRange(min = 0, max = 0.6) double jitter,
      @ForAll @DoubleRange(min = 0, max = 0.5) double loss,
      @ForAll long clock) {
    long now = history(seed, interval, jitter, loss, seed);
    byte[] exported = model.exported(state, 0);
    assertThat(exported.length).isLessThanOrEqualTo(ArrivalModel.EXPORT_BYTES_MAX);
    long[] other = new long[6];
    assertThat(model.restore(other, 2, exported, clock)).isTrue();
    assertThat(model.exported(other, 2)).isEqualTo(exported);
    assertThat(model.lastArrivalNanos(other, 2)).isEqualTo(clock);
    assertThat(model.intervalNanos(other, 2)).isEqualTo(model.intervalNanos(state, 0));
    assertThat(model.lossRate(other, 2)).isEqualTo(model.lossRate(state, 0));
    for (double silence = 0; silence < 1_000; silence = silence * 1.5 + 0.1) {
      long nanos = (long) (silence * interval);
      assertThat(model.phi(other, 2, clock + nanos)).isEqualTo(model.phi(state, 0, now + nanos));
      double threshold = 0.1 + silence;
      assertThat(model.deadlineNanos(other, 2, threshold) - clock)
          .isEqualTo(model.deadlineNanos(state, 0, threshold) - now);
    }
  }

  @Property(tries = 500)
  void shouldRefuseMalformedEstimates(@ForAll byte[] bytes) {
    long[] target = {1, 2, 3, 4};
    if (!model.restore(target, 0, bytes, 0)) {
      assertThat(target).containsExactly(1, 2, 3, 4);
    }
  }

  @Test
  void shouldFollowASenderThatIsFasterThanItSays() {
    model.start(state, 0, SECOND, 0);
    long now = 0;
    for (int n = 1; n < 500; n++) {
      now += SECOND / 2;
      model.onArrival(state, 0, now, 1, true);
    }
    assertThat(model.deadlineNanos(state, 0, 3) - now).isLessThan(6 * SECOND);
  }

  @Test
  void shouldFollowASenderThatRestartsItsTimer() {
    model.start(state, 0, SECOND, 0);
    long now = 0;
    int suspected = 0;
    for (int n = 1; n < 1_000; n++) {
      now += SECOND + 30 * MILLI;
      suspected += model.phi(state, 0, now) >= 3 ? 1 : 0;
      model.onArrival(state, 0, now, 1, true);
    }
    assertThat(suspected).isZero();
    assertThat(model.deadlineNanos(state, 0, 3) - now).isLessThan(3 * SECOND);
  }
}
