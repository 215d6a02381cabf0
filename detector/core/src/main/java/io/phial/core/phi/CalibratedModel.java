package io.phial.core.phi;

/**
 * The calibrated model: at threshold phi one living beat in 10^phi is mistaken.
 *
 * <p>Silence is cut into windows of one interval around the due times. With E the next due time, D
 * the interval and s the client's deviation, an instant t lies in window k = round((t - E) / D) at
 * z = (t - E - kD) / s. The probability that a living client is silent at t is
 *
 * <pre>  P = R(k) * (r + (1 - r) * S*(z)),   r = R(k+1) / R(k)</pre>
 *
 * where R is the survival of loss runs and S* the survival of lateness of the client's classes in
 * its cohort, S* brought to 1 at the window's start and to 0 at its end. So P is continuous and
 * falls, and the same cut that counts an arrival prices a silence. A beat takes no logarithm, a
 * suspicion one by table, a deadline at most one exponential.
 */
public final class CalibratedModel implements ArrivalModel {
  private static final double LN10 = Math.log(10);
  // Above this 10^-phi has no normal double.
  private static final double PHI_PLAIN_MAX = 290;
  private static final double FIRST_DEVIATION = 0.1;
  private static final double OUTAGE_PHI = 2.5;
  // 73 years: no deadline lies further off, whatever threshold and interval.
  private static final long SILENCE_NANOS_MAX = Long.MAX_VALUE / 4;

  private final PhiOptions options;
  private final Cohort cohort;
  private final Schedule schedule;
  private double lastThreshold = Double.NaN;
  private double lastSurvival;

  /** Creates a model over a cohort. */
  public CalibratedModel(PhiOptions options, Cohort cohort) {
    this.options = options;
    this.cohort = cohort;
    this.schedule = new Schedule(options);
  }

  @Override
  public void start(long[] state, int at, long intervalNanos, long nowNanos) {
    long interval = inRange(intervalNanos);
    EstimatorState.last(state, at, nowNanos);
    EstimatorState.interval(state, at, interval);
    EstimatorState.timing(state, at, 0, schedule.bounded(FIRST_DEVIATION * interval, interval));
    EstimatorState.counts(state, at, 0, 0, 0);
    EstimatorState.unphased(state, at, true);
  }

  @Override
  public void changeInterval(long[] state, int at, long intervalNanos, long nowNanos) {
    long interval = inRange(intervalNanos);
    double ratio = (double) interval / EstimatorState.interval(state, at);
    double deviation = schedule.bounded(EstimatorState.deviation(state, at) * ratio, interval);
    EstimatorState.last(state, at, nowNanos);
    EstimatorState.interval(state, at, interval);
    EstimatorState.timing(state, at, 0, deviation);
    EstimatorState.marks(state, at, 0);
    EstimatorState.unphased(state, at, true);
  }

  @Override
  public void onArrival(long[] state, int at, long nowNanos, int beats, boolean learn) {
    long timing = state[at + 2];
    long interval = EstimatorState.interval(state[at + 1]);
    float late = (float) (nowNanos - state[at] - interval);
    float past = late - EstimatorState.base(timing);
    float length = (float) interval;
    boolean usual = Math.abs(past) < 0.25f * length && beats <= 1;
    if (usual && learn && (state[at + 3] & EstimatorState.MARKS) == 0) {
      // The common case: one beat, about when it was due.
      float deviation = EstimatorState.deviation(timing);
      RunSurvival runs = cohort.runs(state[at + 3]);
      LatenessSurvival lateness = cohort.lateness(length, deviation);
      schedule.usual(state, at, nowNanos, late, past, 0.5f * length);
      cohort.usual(runs, lateness, past / deviation, nowNanos);
    } else {
      onOther(state, at, nowNanos, beats, learn);
    }
  }

  private void onOther(long[] state, int at, long nowNanos, int beats, boolean learn) {
    if (EstimatorState.isUnphased(state, at)) {
      EstimatorState.unphased(state, at, false);
      if (nowNanos - EstimatorState.last(state, at) < 0) {
        // It had announced to be quiet for longer.
        EstimatorState.last(state, at, nowNanos);
      }
      schedule.anchor(state, at, nowNanos, 0);
      return;
    }
    long interval = EstimatorState.interval(state, at);
    long window = window(pastDue(state, at, nowNanos), interval);
    double phi = cohort.runs(state[at + 3]).phi(window);
    if (Pace.isFoundOut(state, at, nowNanos, beats, window, phi)) {
      schedule.follow(state, at, nowNanos);
    } else if (nowNanos - EstimatorState.last(state, at) < Schedule.BURST * interval) {
      // Beats of one queue drained at once are one event, and their first has told it.
      onQueued(state, at, nowNanos, beats);
    } else if (!learn) {
      learnMistake(state, at, nowNanos, window);
      onQueued(state, at, nowNanos, beats);
    } else {
      learnGap(state, at, nowNanos, window);
      schedule.learn(state, at, nowNanos, window, beats);
    }
  }

  @Override
  public void onQueued(long[] state, int at, long nowNanos, int beats) {
    schedule.queued(state, at, nowNanos, beats);
  }

  private void learnGap(long[] state, int at, long nowNanos, long window) {
    long interval = EstimatorState.interval(state, at);
    float deviation = EstimatorState.deviation(state, at);
    double residual = pastDue(state, at, nowNanos) - window * interval;
    LatenessSurvival lateness = cohort.lateness((float) interval, deviation);
    cohort.arrived(cohort.runs(state[at + 3]), lateness, window, residual / deviation, nowNanos);
  }

  /**
   * A gap that ended under suspicion. If it ended soon after, it was a mistake, and the cohort
   * learns it in full: without these it would take ever shorter silences for the longest there are.
   * If it went on for long it was an outage. One teaches nothing; where they are common they count
   * as having reached that far.
   */
  private void learnMistake(long[] state, int at, long nowNanos, long window) {
    long interval = EstimatorState.interval(state, at);
    long threshold = deadlineNanos(state, at, options.learnPhi());
    long unlikely = deadlineNanos(state, at, options.learnPhi() + OUTAGE_PHI);
    long limit = threshold + Schedule.OUTAGE_INTERVALS * interval;
    limit = unlikely - limit > 0 ? unlikely : limit;
    if (nowNanos - limit <= 0) {
      learnGap(state, at, nowNanos, window);
      return;
    }
    LatenessSurvival lateness =
        cohort.lateness((float) interval, EstimatorState.deviation(state, at));
    long reached = window(pastDue(state, at, limit), interval);
    cohort.outage(cohort.runs(state[at + 3]), lateness, reached, nowNanos);
  }

  @Override
  public double phi(long[] state, int at, long nowNanos) {
    long silence = nowNanos - state[at];
    long interval = EstimatorState.interval(state[at + 1]);
    long timing = state[at + 2];
    float deviation = EstimatorState.deviation(timing);
    float base = EstimatorState.base(timing);
    // So early no beat is told from another: S* is 1 and so is P.
    if (silence <= 0 || (double) (silence - interval) - base <= LatenessScale.Z_MIN * deviation) {
      return 0;
    }
    return phi(state, at, silence, interval, deviation);
  }

  private double phi(long[] state, int at, long silence, long interval, float deviation) {
    long base = base(state, at);
    long past = silence - interval - base;
    long half = interval >>> 1;
    if (past < interval - half) {
      return phiAroundDue(state, at, interval, past, deviation);
    }
    long window = window(past, interval);
    LatenessSurvival lateness = cohort.lateness((float) interval, deviation);
    double perDeviation = 1.0 / deviation;
    double start = lateness.at(-half * perDeviation);
    double end = lateness.at((interval - half) * perDeviation);
    double survival = lateness.at((past - window * interval) * perDeviation);
    double share = clamp((survival - end) / (start - end), 0, 1);
    RunSurvival runs = cohort.runs(state[at + 3]);
    double step = runs.step(window);
    return Math.max(0, runs.phi(window) - Log10.of(step + (1 - step) * share));
  }

  /** In the first window, which starts at the last beat: no run of losses yet. */
  private double phiAroundDue(long[] state, int at, long interval, long past, float deviation) {
    LatenessSurvival lateness = cohort.lateness((float) interval, deviation);
    double perDeviation = 1.0 / deviation;
    double start = lateness.at(-(interval + base(state, at)) * perDeviation);
    double end = lateness.at((interval - (interval >>> 1)) * perDeviation);
    double survival = lateness.at(past * perDeviation);
    // 1 - P; it is small most of the time, and then its logarithm is short.
    double gone = (start - survival) / (start - end);
    double step = cohort.runs(state[at + 3]).first();
    double dead = (1 - step) * gone;
    if (dead < Log10.SMALL) {
      return dead <= 0 ? 0 : Log10.minusOfRest(dead);
    }
    return -Log10.of(step + (1 - step) * clamp(1 - gone, 0, 1));
  }

  @Override
  public long deadlineNanos(long[] state, int at, double threshold) {
    if (!(threshold > 0)) {
      return EstimatorState.last(state, at);
    }
    long interval = EstimatorState.interval(state, at);
    RunSurvival runs = cohort.runs(state[at + 3]);
    long window = runs.lastBelow(threshold);
    if (window + 2 > SILENCE_NANOS_MAX / interval) {
      return EstimatorState.last(state, at) + SILENCE_NANOS_MAX;
    }
    double step = runs.step(window);
    double left = survival(threshold - runs.phi(window));
    double share = clamp((left - step) / (1 - step), 0, 1);
    long late = lateNanos(state, at, window, share);
    long silence = base(state, at) + (window + 1) * interval + late;
    return EstimatorState.last(state, at) + Math.max(0, silence);
  }

  /** Where in its window the share of S* is left, from the due time. */
  private long lateNanos(long[] state, int at, long window, double share) {
    long interval = EstimatorState.interval(state, at);
    float deviation = EstimatorState.deviation(state, at);
    long half = interval >>> 1;
    LatenessSurvival lateness = cohort.lateness((float) interval, deviation);
    double perDeviation = 1.0 / deviation;
    long before = window == 0 ? interval + base(state, at) : half;
    double start = lateness.at(-before * perDeviation);
    double end = lateness.at((interval - half) * perDeviation);
    double late = lateness.inverse(end + share * (start - end)) * deviation;
    return (long) Math.ceil(Math.min(late, (double) (interval - half)));
  }

  /** 10^-phi; the last one is kept, for most questions are about the same threshold. */
  private double survival(double phi) {
    if (phi != lastThreshold) {
      lastThreshold = phi;
      lastSurvival = Math.exp(-Math.min(phi, PHI_PLAIN_MAX) * LN10);
    }
    return lastSurvival;
  }

  /** How far the due time of the next beat is past, in nanoseconds; negative before it. */
  private static long pastDue(long[] state, int at, long nowNanos) {
    long silence = Math.max(0, nowNanos - EstimatorState.last(state, at));
    return silence - EstimatorState.interval(state, at) - base(state, at);
  }

  private static long base(long[] state, int at) {
    return (long) Math.max(0, EstimatorState.lead(state, at));
  }

  private static long window(long past, long interval) {
    return Math.max(0, Math.floorDiv(past + (interval >>> 1), interval));
  }

  @Override
  public void shift(long[] state, int at, long stallNanos) {
    EstimatorState.last(state, at, EstimatorState.last(state, at) + stallNanos);
  }

  @Override
  public double beatsMissed(long[] state, int at, long nowNanos) {
    long late = pastDue(state, at, nowNanos) - (long) EstimatorState.deviation(state, at);
    return Math.max(0, Math.floorDiv(late, EstimatorState.interval(state, at)) + 1);
  }

  @Override
  public double lossRate(long[] state, int at) {
    return EstimatorState.loss(state, at);
  }

  @Override
  public long lastArrivalNanos(long[] state, int at) {
    return EstimatorState.last(state, at);
  }

  @Override
  public long intervalNanos(long[] state, int at) {
    return EstimatorState.interval(state, at);
  }

  @Override
  public byte[] exported(long[] state, int at) {
    return EstimateBytes.written(state, at);
  }

  @Override
  public boolean restore(long[] state, int at, byte[] exported, long nowNanos) {
    return EstimateBytes.read(exported, state, at, nowNanos);
  }

  private static long inRange(long intervalNanos) {
    return Math.max(INTERVAL_NANOS_MIN, Math.min(INTERVAL_NANOS_MAX, intervalNanos));
  }

  private static double clamp(double value, double min, double max) {
    return Math.max(min, Math.min(max, value));
  }
}
