package io.phial.core.phi;

import org.jspecify.annotations.Nullable;

/**
 * What clients of a kind share: how often beats go missing in a row, and how late the others are.
 * Not thread-safe: one writer.
 *
 * <p>Each is kept apart for eight classes, by what the client's own estimate says: runs by its
 * share of gaps with a missing beat, lateness by its deviation against its interval. So a client is
 * priced by what happened to clients whose estimate looked as its does, whatever the worth of that
 * estimate; a mixed fleet is not priced by its worst members. Classes lean on the whole cohort
 * while they are young. A table is made when its class is first used, and its cost is bounded:
 * rebuilt when it grew by a sixteenth.
 */
public final class Cohort {
  private static final int SPREAD_CLASSES = 8;

  /** The class of a loss share by its length in bits: octaves from 1/32 up, coarser below. */
  private static final byte[] LOSS_CLASS = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 7
  };

  /** What a client of a class loses, before the class has data. */
  private static final double[] LOSS = {2e-4, 1e-3, 4e-3, 0.015, 0.045, 0.09, 0.18, 0.35};

  private static final int LOSS_CLASSES = LOSS.length;

  private static final double OWN_WEIGHT = 64;
  private static final double POOL_WEIGHT = 24;
  private static final double LATENESS_WEIGHT = 10;
  private static final long POOL_NANOS = 1_000_000_000L;

  private static final double OUTAGES_RARE = 2;
  private static final double OUTAGES_COMMON = 8;
  private static final long OUTAGE_PERIOD_NANOS = 10_000_000_000L;
  private static final double OUTAGE_KEEP = 1 - 1 / 600.0;

  private final PhiOptions options;
  private final @Nullable RunSurvival[] runs = new RunSurvival[LOSS_CLASSES];
  private final @Nullable LatenessSurvival[] lateness = new LatenessSurvival[SPREAD_CLASSES];
  private final RunSurvival allRuns = new RunSurvival(new Freshness(1));
  private final double[] latenessPrior = new double[LatenessScale.BINS];
  private final Surprise surprise = new Surprise();
  private double outagePeriods;
  private long outageNanos;
  private boolean pooled;
  private long pooledNanos;

  /** Creates a cohort that knows only its priors. */
  public Cohort(PhiOptions options) {
    this.options = options;
    pool();
  }

  private static int lossClass(long counts) {
    int bits = EstimatorState.gapsWithLossBits(counts);
    return LOSS_CLASS[Integer.SIZE - Integer.numberOfLeadingZeros(bits)];
  }

  /** Octaves of interval over deviation, 0 for the widest spread, read off the floats' bits. */
  private static int spreadClass(long intervalNanos, float deviation) {
    int bits = Float.floatToRawIntBits((float) intervalNanos) - Float.floatToRawIntBits(deviation);
    return Math.max(0, Math.min(SPREAD_CLASSES - 1, (bits >> 23) - 1));
  }

  /** The runs of clients with such a word of counts. */
  RunSurvival runs(long counts) {
    int c = lossClass(counts);
    RunSurvival table = runs[c];
    return table == null ? newRuns(c) : table;
  }

  private RunSurvival newRuns(int c) {
    RunSurvival table = new RunSurvival(new Freshness(options.memoryBeats()));
    runs[c] = table;
    table.refresh(firstPrior(c), allRuns);
    return table;
  }

  /** The lateness of clients with such a deviation. */
  LatenessSurvival lateness(long intervalNanos, float deviation) {
    int c = spreadClass(intervalNanos, deviation);
    LatenessSurvival table = lateness[c];
    return table == null ? newLateness(c) : table;
  }

  private LatenessSurvival newLateness(int c) {
    LatenessSurvival table =
        new LatenessSurvival(new Freshness(options.memoryBeats()), latenessPrior);
    lateness[c] = table;
    return table;
  }

  private double firstPrior(int c) {
    return (OWN_WEIGHT * LOSS[c] + POOL_WEIGHT * allRuns.step(0)) / (OWN_WEIGHT + POOL_WEIGHT);
  }

  /** Counts a gap that ended after a run of missing beats, z deviations from its due time. */
  void arrived(RunSurvival run, LatenessSurvival late, long missing, double z, long nowNanos) {
    run.ended(missing);
    late.arrived(z);
    if (missing > 0 || z >= late.alarmAt()) {
      run.freshness().hurry();
      late.freshness().hurry();
    }
    if (surprise.isAlarmed(run, late, missing, z)) {
      surprise.forget();
    }
    refreshStale(run, late, nowNanos);
  }

  /**
   * An outage that went past a run of missing beats. It counts only as far as outages are common:
   * by the ten-second periods that had one, so that one cut of all clients is one.
   */
  void outage(RunSurvival run, LatenessSurvival late, long missing, long nowNanos) {
    double weight = Math.min(1, (outagePeriods - OUTAGES_RARE) / (OUTAGES_COMMON - OUTAGES_RARE));
    if (outagePeriods < 1 || nowNanos - outageNanos >= OUTAGE_PERIOD_NANOS) {
      outagePeriods++;
      outageNanos = nowNanos;
    }
    if (weight > 0) {
      run.reached(missing, weight);
      refreshStale(run, late, nowNanos);
    }
  }

  private void refreshStale(RunSurvival run, LatenessSurvival late, long nowNanos) {
    if (run.freshness().isStale() || late.freshness().isStale()) {
      refreshDue(nowNanos);
    }
  }

  private void refreshDue(long nowNanos) {
    if (!pooled || nowNanos - pooledNanos >= POOL_NANOS) {
      pooled = true;
      pooledNanos = nowNanos;
      // A memory of some ten minutes, as the tables' own.
      outagePeriods *= OUTAGE_KEEP;
      pool();
    }
    for (int c = 0; c < LOSS_CLASSES; c++) {
      RunSurvival run = runs[c];
      if (run != null && run.freshness().isStale()) {
        run.decay(run.freshness().renew(nowNanos));
        run.refresh(firstPrior(c), allRuns);
      }
    }
    for (int c = 0; c < SPREAD_CLASSES; c++) {
      LatenessSurvival late = lateness[c];
      if (late != null && late.freshness().isStale()) {
        late.decay(late.freshness().renew(nowNanos));
        late.refresh(latenessPrior);
      }
    }
  }

  /** Rebuilds all tables now. */
  public void refresh() {
    pool();
    for (int c = 0; c < LOSS_CLASSES; c++) {
      RunSurvival run = runs[c];
      if (run != null) {
        run.refresh(firstPrior(c), allRuns);
      }
    }
    for (int c = 0; c < SPREAD_CLASSES; c++) {
      LatenessSurvival late = lateness[c];
      if (late != null) {
        late.refresh(latenessPrior);
      }
    }
  }

  private void pool() {
    poolRuns();
    poolLateness();
  }

  private void poolRuns() {
    java.util.Arrays.fill(allRuns.ended, 0);
    java.util.Arrays.fill(allRuns.censored, 0);
    for (RunSurvival run : runs) {
      if (run != null) {
        for (int j = 0; j <= RunSurvival.STEPS; j++) {
          allRuns.ended[j] += run.ended[j];
          allRuns.censored[j] += run.censored[j];
        }
      }
    }
    allRuns.refresh(options.lossPrior(), options.continuationPrior());
  }

  private void poolLateness() {
    double all = LATENESS_WEIGHT;
    for (int b = 0; b < LatenessScale.BINS; b++) {
      latenessPrior[b] = LATENESS_WEIGHT * LatenessSurvival.normal(b);
      for (LatenessSurvival late : lateness) {
        if (late != null) {
          latenessPrior[b] += late.seen[b];
          all += late.seen[b];
        }
      }
    }
    for (int b = 0; b < LatenessScale.BINS; b++) {
      double normal = LATENESS_WEIGHT * LatenessSurvival.normal(b);
      latenessPrior[b] = normal + LATENESS_WEIGHT * latenessPrior[b] / all;
    }
  }

  /** How often the cohort found its past contradicted and forgot most of it. */
  public long alarms() {
    return surprise.alarms();
  }
}
