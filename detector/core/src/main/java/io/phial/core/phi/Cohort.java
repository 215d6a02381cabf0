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

  private static final int WEYL = 0x9E37_79B9;
  private static final int WEYL_SHIFT = 28;

  private final PhiOptions options;
  private final @Nullable RunSurvival[] runs = new RunSurvival[LOSS_CLASSES];
  private final @Nullable LatenessSurvival[] lateness = new LatenessSurvival[SPREAD_CLASSES];
  private final RunSurvival allRuns = new RunSurvival(new Freshness(1));
  private final double[] latenessPrior = new double[LatenessScale.BINS];
  private final Surprise surprise = new Surprise();
  // Of the usual beats of settled classes: since the last counted one, of these those told to the
  // surprise, and at how many the next is counted.
  private int skipped;
  private int told;
  private int sample = 1;
  private int weyl;
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
  private static int spreadClass(float intervalNanos, float deviation) {
    int bits = Float.floatToRawIntBits(intervalNanos) - Float.floatToRawIntBits(deviation);
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
  LatenessSurvival lateness(float intervalNanos, float deviation) {
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

  /** Counts a beat with none missing before it, z deviations from its due time. */
  void usual(RunSurvival run, LatenessSurvival late, float z, long nowNanos) {
    if (!late.isUsual(z)) {
      arrived(run, late, 0, z, nowNanos);
    } else if (!run.isCalm() || !late.isCalm()) {
      surprise.usual(run, late, 1);
      count(run, late, z, 1, nowNanos);
    } else if (++skipped >= sample) {
      surprise.usual(run, late, sample - told);
      count(run, late, z, sample, nowNanos);
      nextSample();
    }
  }

  private void count(RunSurvival run, LatenessSurvival late, float z, int beats, long nowNanos) {
    boolean runDue = run.usual(beats);
    boolean lateDue = late.usual(z, beats);
    if (runDue || lateDue) {
      settle(run, late, nowNanos);
    }
  }

  /**
   * One usual beat stands for the 1 to 16 since the last one that was counted. The distances follow
   * multiples of the golden ratio, so that no rhythm of the clients' can hide from them.
   */
  private void nextSample() {
    skipped = 0;
    told = 0;
    weyl += WEYL;
    sample = 1 + (weyl >>> WEYL_SHIFT);
  }

  private void settle(RunSurvival run, LatenessSurvival late, long nowNanos) {
    run.settle();
    late.settle();
    refreshStale(run, late, nowNanos);
  }

  /** Counts a gap that ended after a run of missing beats, z deviations from its due time. */
  void arrived(RunSurvival run, LatenessSurvival late, long missing, double z, long nowNanos) {
    surprise.usual(run, late, skipped - told);
    told = skipped;
    run.ended(missing);
    late.arrived(z);
    if (missing > 0 || z >= late.alarmAt()) {
      run.freshness().hurry();
      late.freshness().hurry();
    }
    if (surprise.isAlarmed(run, late, missing, z)) {
      surprise.forget();
    }
    settle(run, late, nowNanos);
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
      if (run != null) {
        run.settle();
      }
      if (run != null && run.freshness().isStale()) {
        run.decay(run.freshness().renew(nowNanos));
        run.refresh(firstPrior(c), allRuns);
      }
    }
    for (int c = 0; c < SPREAD_CLASSES; c++) {
      LatenessSurvival late = lateness[c];
      if (late != null) {
        late.settle();
      }
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
        run.settle();
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
    allRuns.clear();
    for (RunSurvival run : runs) {
      if (run != null) {
        allRuns.addCounts(run);
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
