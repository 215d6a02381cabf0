package io.phial.core.phi;

import org.jspecify.annotations.Nullable;

/**
 * Finds out when what a cohort learned no longer holds: a network that changed for many at once.
 *
 * <p>A cumulative sum (Page 1954) over the beats of the cohort: a beat later than all but one in a
 * hundred of its class, or after a missing one, counts 1, one later than all but one in two
 * thousand 2.5; every beat takes off half as much again as such beats are expected, and 0.05. When
 * the sum passes {@value #ALARM}, the classes concerned forget all but as many beats as the rise
 * took, and take the surprising ones to heart. With the right tables an alarm comes less than once
 * in 10^10 beats; after a shift of the whole cohort in some seven late ones.
 */
final class Surprise {
  private static final int ALARM = 15;
  private static final double SLACK = 0.05;
  private static final double FAR = 2.5;
  private static final double EXCESS = 1.5;
  private static final double BEATS_KEPT_MIN = 30;
  private static final int KEPT = 64;

  private final @Nullable RunSurvival[] runs = new RunSurvival[KEPT];
  private final @Nullable LatenessSurvival[] lateness = new LatenessSurvival[KEPT];
  private final long[] missing = new long[KEPT];
  private final double[] lag = new double[KEPT];
  private int kept;
  private double sum;
  private double owed;
  private int unseen;
  private long beats;
  private long alarms;

  /** So many beats that are neither late nor come after a missing one. */
  void usual(RunSurvival run, LatenessSurvival late, int number) {
    owed += number * (late.alarmShare() + run.first());
    unseen += number;
  }

  /** Usual beats only take off, so they may be taken off together. */
  private void settle() {
    sum -= EXCESS * owed + SLACK * unseen;
    beats += unseen;
    owed = 0;
    unseen = 0;
    floor();
  }

  private void floor() {
    if (sum <= 0) {
      sum = 0;
      beats = 0;
      kept = 0;
    }
  }

  boolean isAlarmed(RunSurvival run, LatenessSurvival late, long missed, double z) {
    settle();
    sum -= EXCESS * (late.alarmShare() + run.step(0)) + SLACK;
    beats++;
    if (missed > 0 || z >= late.alarmAt()) {
      sum += z >= late.farAt() ? FAR : 1;
      keep(run, late, missed, z);
    }
    floor();
    return sum > ALARM;
  }

  private void keep(RunSurvival run, LatenessSurvival late, long missed, double z) {
    if (kept < KEPT) {
      runs[kept] = run;
      lateness[kept] = late;
      missing[kept] = missed;
      lag[kept] = z;
      kept++;
    }
  }

  /** Makes the classes concerned forget, and learn what surprised. */
  void forget() {
    alarms++;
    double most = Math.max(BEATS_KEPT_MIN, (double) beats);
    for (int i = 0; i < kept; i++) {
      RunSurvival run = runs[i];
      if (run != null && isFirst(runs, i)) {
        run.settle();
        run.decay(run.freshness().forget(most));
      }
      LatenessSurvival late = lateness[i];
      if (late != null && isFirst(lateness, i)) {
        late.settle();
        late.decay(late.freshness().forget(most));
      }
    }
    relearn();
    sum = 0;
    beats = 0;
    kept = 0;
  }

  private static boolean isFirst(@Nullable Object[] tables, int i) {
    for (int j = 0; j < i; j++) {
      if (tables[j] == tables[i]) {
        return false;
      }
    }
    return true;
  }

  private void relearn() {
    for (int i = 0; i < kept; i++) {
      RunSurvival run = runs[i];
      LatenessSurvival late = lateness[i];
      if (run != null && late != null) {
        run.ended(missing[i]);
        late.arrived(lag[i]);
        run.freshness().spoil();
        late.freshness().spoil();
        run.settle();
        late.settle();
      }
    }
  }

  long alarms() {
    return alarms;
  }
}
