package io.phial.core.phi.classic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every detector, whatever the gaps. */
class DetectorPropertyTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long DAY = 86_400 * SECOND;

  // A logarithm by table is exact to 1e-14; where two entries meet it may step back by that much.
  private static final double ROUNDING = 1e-12;

  /** Gaps of every sort: regular, none, random, many intervals, a day. */
  private enum Gaps {
    CONSTANT,
    ZERO,
    RANDOM,
    OUTAGES,
    DAYS;

    long next(SplittableRandom random, long interval) {
      return switch (this) {
        case CONSTANT -> interval;
        case ZERO -> 0;
        case RANDOM -> (long) (interval * (0.5 + random.nextDouble()));
        case OUTAGES -> random.nextInt(20) == 0 ? 600 * interval : interval;
        case DAYS -> DAY;
      };
    }
  }

  /** Feeds a history and returns the time of its last beat. */
  private static long feed(Detector detector, Gaps gaps, int beats, long interval, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long now = seed;
    long sequence = seed;
    for (int n = 0; n < beats; n++) {
      now += gaps.next(random, interval);
      sequence += random.nextInt(10) == 0 ? 1 + random.nextInt(5) : 1;
      detector.onBeat(sequence, now);
    }
    return now;
  }

  @Property(tries = 500)
  void shouldBeFiniteAndMonotoneUpToAMillionIntervals(
      @ForAll DetectorKind kind,
      @ForAll Gaps gaps,
      @ForAll @IntRange(max = 60) int beats,
      @ForAll @LongRange(min = 1_000_000, max = 86_400_000_000_000L) long interval,
      @ForAll @LongRange(min = -1L << 61, max = 1L << 61) long seed) {
    Detector detector = kind.fleet(3).detector(interval, seed);
    long last = feed(detector, gaps, beats, interval, seed);
    double before = detector.suspicion(last - interval);
    assertThat(before).isBetween(0.0, Double.MAX_VALUE);
    double silences = 0;
    for (double step = 1e-3; silences <= 1e6; step *= 1.3) {
      double suspicion = detector.suspicion(last + (long) (silences * interval));
      assertThat(suspicion).isBetween(before - ROUNDING * (1 + before), Double.MAX_VALUE);
      before = suspicion;
      silences += step;
    }
  }

  @Property(tries = 500)
  void shouldReachTheThresholdExactlyAtTheDeadline(
      @ForAll DetectorKind kind,
      @ForAll Gaps gaps,
      @ForAll @IntRange(max = 60) int beats,
      @ForAll @LongRange(min = 1_000_000, max = 86_400_000_000_000L) long interval,
      @ForAll @LongRange(min = -1L << 61, max = 1L << 61) long seed,
      @ForAll @DoubleRange(min = 0.2, max = 40) double threshold) {
    Detector detector = kind.fleet(3).detector(interval, seed);
    long last = feed(detector, gaps, beats, interval, seed);
    long deadline = detector.deadlineNanos(threshold);
    assertThat(deadline - last).isNotNegative();
    double at = detector.suspicion(deadline);
    assertThat(at).isGreaterThanOrEqualTo(threshold - 1e-6 * threshold);
    if (deadline - last > 2) {
      double before = detector.suspicion(deadline - 2);
      assertThat(before).isLessThanOrEqualTo(threshold + 1e-8 * threshold);
      // A nanosecond is a big step where deviations are small.
      assertThat(at).isCloseTo(threshold, within(1e-6 + at - before));
    }
  }

  @Property(tries = 200)
  void shouldIgnoreStaleBeats(
      @ForAll DetectorKind kind,
      @ForAll Gaps gaps,
      @ForAll @IntRange(min = 1, max = 60) int beats) {
    Detector detector = kind.fleet(3).detector(SECOND, 7);
    long last = feed(detector, gaps, beats, SECOND, 7);
    long deadline = detector.deadlineNanos(3);
    detector.onBeat(7, last + SECOND / 2);
    assertThat(detector.deadlineNanos(3)).isEqualTo(deadline);
  }

  @ParameterizedTest
  @EnumSource(DetectorKind.class)
  void shouldSurviveTheGapsThatMadeOthersDivideByZero(DetectorKind kind) {
    // 68 constant gaps between 50 minutes and a day make the naive variance negative.
    for (int n = 0; n < 68; n++) {
      long gap = 3_000 * SECOND + n * (DAY - 3_000 * SECOND) / 67 + n;
      Detector detector = kind.fleet(3).detector(gap, 0);
      long now = 0;
      for (int beat = 1; beat <= 2_500; beat++) {
        now += gap;
        assertThat(detector.suspicion(now)).isBetween(0.0, Double.MAX_VALUE);
        detector.onBeat(beat, now);
        assertThat(detector.suspicion(now)).isBetween(0.0, 1.0);
      }
    }
  }
}
