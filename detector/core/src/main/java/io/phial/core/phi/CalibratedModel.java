package io.phial.core.phi;

import java.nio.ByteBuffer;

/**
 * The calibrated model: at threshold phi one living beat in 10^phi is mistaken.
 *
 * <p>Silence is cut into windows of one interval around the due times. With E the next due time, D
 * the interval and s the client's deviation, an instant t lies in window k = round((t - E) / D) at
 * z = (t - E - kD) / s. The probability that a living client is silent at t is
 *
 * <pre>  P = R(k) * (r + (1 - r) * S*(z)),   r = R(k+1) / R(k)</pre>
 *
 * where R is the cohort's survival of loss runs, scaled by the client's own loss, and S* the
 * cohort's survival of lateness, brought to 1 at the window's start and to 0 at its end. So P is
 * continuous and falls, and the same cut that counts an arrival prices a silence.
 */
public final class CalibratedModel implements ArrivalModel {
  /*
   * Sources: due times from a schedule of offsets, Chen, Toueg, Aguilera 2002 (NFD-E); the base
   * max(mean offset, last offset), Tomsic et al. 2015 (2W-FD). The lead is the mean offset less the
   * last one; a beat that comes e after the mean leaves a lead of -(1-a)e for decay a. That is all
   * the schedule needs: no absolute offset is stored, so none can overflow or drift.
   */
  private static final double LN10 = Math.log(10);
  private static final double TIMING_DECAY = 1 / 32.0;
  private static final double LOSS_DECAY = 1 / 64.0;
  private static final double LOSS_WEIGHT_MAX = 64;
  private static final double POOL_WEIGHT = 24;
  private static final double FIRST_STEP_MAX = 0.95;
  private static final double LEAD_MAX = 0.75;
  private static final double FIRST_DEVIATION = 0.1;
  private static final double BURST = 0.25;
  private static final int OUTAGE_INTERVALS = 3;
  // 73 years: no deadline lies further off, whatever threshold and interval.
  private static final long SILENCE_NANOS_MAX = Long.MAX_VALUE / 4;
  private static final byte VERSION = 1;
  private static final int EXPORT_BYTES = 1 + 3 * Long.BYTES;

  private final PhiOptions options;
  private final Cohort cohort;

  /** Creates a model over a cohort. */
  public CalibratedModel(PhiOptions options, Cohort cohort) {
    this.options = options;
    this.cohort = cohort;
  }

  @Override
  public void start(long[] state, int at, long intervalNanos, long nowNanos) {
    long interval = inRange(intervalNanos);
    EstimatorState.last(state, at, nowNanos);
    EstimatorState.interval(state, at, interval);
    EstimatorState.timing(state, at, 0, floored(FIRST_DEVIATION * interval, interval));
    EstimatorState.counts(state, at, 0, 0, 0);
    EstimatorState.unphased(state, at, true);
  }

  @Override
  public void changeInterval(long[] state, int at, long intervalNanos, long nowNanos) {
    long interval = inRange(intervalNanos);
    double ratio = (double) interval / EstimatorState.interval(state, at);
    double deviation = floored(EstimatorState.deviation(state, at) * ratio, interval);
    EstimatorState.last(state, at, nowNanos);
    EstimatorState.interval(state, at, interval);
    EstimatorState.timing(state, at, 0, deviation);
    EstimatorState.unphased(state, at, true);
  }

  @Override
  public void onArrival(long[] state, int at, long nowNanos, int beats, boolean learn) {
    long interval = EstimatorState.interval(state, at);
    long gap = nowNanos - EstimatorState.last(state, at);
    if (EstimatorState.isUnphased(state, at)) {
      EstimatorState.unphased(state, at, false);
      anchor(state, at, nowNanos, 0);
    } else if (gap < BURST * interval) {
      // Beats of one queue drained at once are one event, and their first has told it.
      onQueued(state, at, nowNanos, beats);
    } else if (!learn) {
      learnCensored(state, at, nowNanos);
      onQueued(state, at, nowNanos, beats);
    } else {
      learn(state, at, nowNanos, beats);
    }
  }

  @Override
  public void onQueued(long[] state, int at, long nowNanos, int beats) {
    long interval = EstimatorState.interval(state, at);
    double late =
        nowNanos - EstimatorState.last(state, at) - (double) Math.max(1, beats) * interval;
    double lead = EstimatorState.lead(state, at);
    if (options.anchored()) {
      anchor(state, at, nowNanos, lead);
    } else {
      // The mean offset stays where it was unless the sender's schedule itself has moved.
      double kept = lead - late;
      anchor(state, at, nowNanos, beats > 0 && Math.abs(kept) <= interval / 2.0 ? kept : 0);
    }
  }

  private void anchor(long[] state, int at, long nowNanos, double lead) {
    if (nowNanos - EstimatorState.last(state, at) > 0) {
      EstimatorState.last(state, at, nowNanos);
    }
    double deviation = EstimatorState.deviation(state, at);
    EstimatorState.timing(state, at, Math.min(lead, LEAD_MAX * deviation), deviation);
  }

  private void learn(long[] state, int at, long nowNanos, int beats) {
    long interval = EstimatorState.interval(state, at);
    double lead = EstimatorState.lead(state, at);
    double deviation = EstimatorState.deviation(state, at);
    int count = EstimatorState.count(state, at);
    long past = pastDue(state, at, nowNanos);
    long window = window(past, interval);
    long residual = past - window * interval;
    cohort.runs().ended(window);
    cohort.lateness().arrived(residual / deviation);
    cohort.counted(nowNanos);

    double decay = Math.max(TIMING_DECAY, 1.0 / (count + 2));
    double size = Math.min((double) Math.abs(residual), interval / 2.0);
    double newDeviation = floored(deviation + decay * (size - deviation), interval);
    long advanced = beats > 0 ? beats : window + 1;
    double limit = (double) OUTAGE_INTERVALS * interval;
    double error = nowNanos - EstimatorState.last(state, at) - (double) advanced * interval - lead;
    error = Math.max(-limit, Math.min(limit, error));
    double newLead = options.anchored() ? lead + decay * error : -(1 - decay) * error;
    EstimatorState.last(state, at, nowNanos);
    EstimatorState.timing(state, at, Math.min(newLead, LEAD_MAX * newDeviation), newDeviation);
    learnLoss(state, at, advanced, window, count);
  }

  private static void learnLoss(long[] state, int at, long advanced, long window, int count) {
    double decay = Math.max(LOSS_DECAY, 1.0 / (count + 2));
    double loss = EstimatorState.loss(state, at);
    double gaps = EstimatorState.gapsWithLoss(state, at);
    double keep = 1 - decay;
    for (int n = 1; n < advanced && n <= OUTAGE_INTERVALS; n++) {
      keep *= 1 - decay;
    }
    double lost = 1 - 1.0 / advanced;
    double missing = window > 0 ? 1 : 0;
    EstimatorState.counts(
        state, at, lost + keep * (loss - lost), gaps + decay * (missing - gaps), count + 1);
  }

  /**
   * A gap that ended under suspicion. If it went on for long it was an outage and teaches nothing;
   * if it ended soon after the threshold it was a mistake, and without counting these the cohort
   * would take ever shorter silences for the longest there are.
   */
  private void learnCensored(long[] state, int at, long nowNanos) {
    long interval = EstimatorState.interval(state, at);
    long threshold = deadlineNanos(state, at, options.learnPhi());
    if (nowNanos - threshold > OUTAGE_INTERVALS * interval) {
      return;
    }
    long past = pastDue(state, at, nowNanos);
    long pastThen = Math.min(past, pastDue(state, at, threshold));
    long window = window(past, interval);
    long windowThen = window(pastThen, interval);
    if (window == windowThen) {
      cohort.runs().ended(window);
      double residual = pastThen - windowThen * interval;
      cohort.lateness().reached(residual / EstimatorState.deviation(state, at));
    } else {
      cohort.runs().reached(windowThen + 1);
    }
    cohort.counted(nowNanos);
  }

  @Override
  public double phi(long[] state, int at, long nowNanos) {
    long interval = EstimatorState.interval(state, at);
    double deviation = EstimatorState.deviation(state, at);
    long past = pastDue(state, at, nowNanos);
    long window = window(past, interval);
    double start = survivalAtStart(state, at, window);
    double end = survivalAtEnd(interval, deviation);
    double survival = Math.exp(cohort.lateness().log((past - window * interval) / deviation));
    double share = clamp((survival - end) / (start - end), 0, 1);
    double logRun = logRun(state, at, window);
    double step = Math.exp(logRun(state, at, window + 1) - logRun);
    return Math.max(0, -(logRun + Math.log(step + (1 - step) * share)) / LN10);
  }

  @Override
  public long deadlineNanos(long[] state, int at, double threshold) {
    if (!(threshold > 0)) {
      return EstimatorState.last(state, at);
    }
    long interval = EstimatorState.interval(state, at);
    double deviation = EstimatorState.deviation(state, at);
    double log = -threshold * LN10;
    long window = cohort.runs().firstAtOrBelow(log - logScale(state, at)) - 1;
    double logRun = logRun(state, at, window);
    double step = Math.exp(logRun(state, at, window + 1) - logRun);
    double share = clamp((Math.exp(log - logRun) - step) / (1 - step), 0, 1);
    double start = survivalAtStart(state, at, window);
    double end = survivalAtEnd(interval, deviation);
    double late = cohort.lateness().at(Math.log(end + share * (start - end))) * deviation;
    late = Math.min(late, (double) (interval - interval / 2));
    if (window + 2 > SILENCE_NANOS_MAX / interval) {
      return EstimatorState.last(state, at) + SILENCE_NANOS_MAX;
    }
    long silence = base(state, at) + (window + 1) * interval + (long) Math.ceil(late);
    return EstimatorState.last(state, at) + Math.max(0, silence);
  }

  /** S at the start of a window; the first one starts with the last arrival. */
  private double survivalAtStart(long[] state, int at, long window) {
    long interval = EstimatorState.interval(state, at);
    double before = window == 0 ? interval + base(state, at) : interval / 2;
    return Math.exp(cohort.lateness().log(-before / EstimatorState.deviation(state, at)));
  }

  private double survivalAtEnd(long interval, double deviation) {
    return Math.exp(cohort.lateness().log((interval - interval / 2) / deviation));
  }

  private double logRun(long[] state, int at, long run) {
    return run == 0 ? 0 : cohort.runs().log(run) + logScale(state, at);
  }

  /** What the client's own loss makes of the cohort's R(1), as a logarithm. */
  private double logScale(long[] state, int at) {
    double pool = Math.exp(cohort.runs().log(1));
    double weight = Math.min(EstimatorState.count(state, at), LOSS_WEIGHT_MAX);
    double own = EstimatorState.gapsWithLoss(state, at);
    double mixed = (weight * own + POOL_WEIGHT * pool) / (weight + POOL_WEIGHT);
    return Math.log(Math.min(FIRST_STEP_MAX, mixed)) - cohort.runs().log(1);
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
    return Math.max(0, Math.floorDiv(past + interval / 2, interval));
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
    ByteBuffer buffer = ByteBuffer.allocate(EXPORT_BYTES).put(VERSION);
    for (int word = 1; word < WORDS; word++) {
      buffer.putLong(state[at + word]);
    }
    return buffer.array();
  }

  @Override
  public boolean restore(long[] state, int at, byte[] exported, long nowNanos) {
    if (exported.length != EXPORT_BYTES || exported[0] != VERSION) {
      return false;
    }
    long[] read = new long[WORDS];
    ByteBuffer buffer = ByteBuffer.wrap(exported, 1, EXPORT_BYTES - 1);
    for (int word = 1; word < WORDS; word++) {
      read[word] = buffer.getLong();
    }
    long interval = EstimatorState.interval(read, 0);
    double deviation = EstimatorState.deviation(read, 0);
    if (interval != inRange(interval) || !(deviation > 0 && deviation <= interval)) {
      return false;
    }
    System.arraycopy(read, 0, state, at, WORDS);
    EstimatorState.last(state, at, nowNanos);
    EstimatorState.timing(state, at, 0, floored(deviation, interval));
    EstimatorState.unphased(state, at, true);
    return true;
  }

  private double floored(double deviation, long interval) {
    double half = interval / 2.0;
    return clamp(deviation, Math.min((double) options.deviationNanosMin(), half), half);
  }

  private static long inRange(long intervalNanos) {
    return Math.max(INTERVAL_NANOS_MIN, Math.min(INTERVAL_NANOS_MAX, intervalNanos));
  }

  private static double clamp(double value, double min, double max) {
    return Math.max(min, Math.min(max, value));
  }
}
