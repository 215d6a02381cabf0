package io.phial.core.phi;

/**
 * How one client's schedule, deviation and loss follow its arrivals.
 *
 * <p>Sources: due times from a schedule of offsets, Chen, Toueg, Aguilera 2002 (NFD-E); the base
 * max(mean offset, last offset), Tomsic et al. 2015 (2W-FD). The lead is the mean offset less the
 * last one; a beat that comes e after the mean leaves a lead of -(1-a)e for decay a. That is all
 * the schedule needs: no absolute offset is stored, so none can overflow or drift.
 */
final class Schedule {
  /** A gap shorter than this share of an interval is part of a queue that drains. */
  static final double BURST = 0.25;

  /** No gap counts as more than this, and a suspected one that goes on for longer is an outage. */
  static final int OUTAGE_INTERVALS = 3;

  private static final double TIMING_DECAY = 1 / 32.0;
  private static final double LOSS_DECAY = 1 / 128.0;
  private static final double LEAD_MAX = 0.75;
  /*
   * The deviation follows a rise faster than a fall, and no single residual counts as more than
   * so many deviations: after a shift it doubles with each beat, while one straggler moves it
   * little. What it is worth is learned by the class, so no factor has to be right.
   */
  private static final double RISE_DECAY = 1 / 8.0;
  private static final double RESIDUAL_MAX = 12;

  /** 1/(n + 2): the decay of the first beats. */
  private static final float[] FIRST_DECAY = firstDecay();

  /** From this many beats on the shares of loss decay as they do for good. */
  private static final int LOSS_SETTLED = (int) (1 / LOSS_DECAY) - 2;

  private final boolean anchored;
  private final double deviationMin;
  private final float deviationFloor;

  Schedule(PhiOptions options) {
    anchored = options.anchored();
    deviationMin = options.deviationNanosMin();
    deviationFloor = (float) deviationMin;
  }

  private static float[] firstDecay() {
    float[] decay = new float[EstimatorState.COUNT_MAX + 1];
    for (int n = 0; n <= EstimatorState.COUNT_MAX; n++) {
      decay[n] = 1f / (n + 2);
    }
    return decay;
  }

  /** Brings a deviation into its bounds: the floor, and half an interval. */
  double bounded(double deviation, long interval) {
    double half = interval / 2.0;
    return Math.min(half, Math.max(deviation, deviationMin));
  }

  /**
   * A single beat and no marks: what {@link #learn} does, for the one case that most beats are. In
   * floats, with branches only where they nearly always go the same way: what a beat costs is the
   * chain from its record's last state to its next.
   *
   * @param late time since the last arrival, less an interval
   * @param past time since the due time
   * @param half half an interval
   */
  void usual(long[] state, int at, long nowNanos, float late, float past, float half) {
    long counts = state[at + 3];
    long timing = state[at + 2];
    int count = EstimatorState.count(counts);
    float first = FIRST_DECAY[count];
    float decay = first > (float) TIMING_DECAY ? first : (float) TIMING_DECAY;
    float rise = first > (float) RISE_DECAY ? first : (float) RISE_DECAY;
    float deviation = EstimatorState.deviation(timing);
    float lead = EstimatorState.lead(timing);
    float error = late - lead;
    float size = Math.abs(past);
    if (size > (float) RESIDUAL_MAX * deviation) {
      size = (float) RESIDUAL_MAX * deviation;
    }
    float off = size - deviation;
    // Half the sum of both decays, and half their difference by the sign: which is a coin toss.
    float change = 0.5f * (rise + decay) * off + 0.5f * (rise - decay) * Math.abs(off);
    float newDeviation = deviation + change;
    float floor = deviationFloor < half ? deviationFloor : half;
    if (newDeviation <= floor) {
      newDeviation = floor;
    } else if (newDeviation > half) {
      newDeviation = half;
    }
    float newLead = anchored ? lead + decay * error : (decay - 1) * error;
    if (newLead > (float) LEAD_MAX * newDeviation) {
      newLead = (float) LEAD_MAX * newDeviation;
    }
    state[at] = nowNanos;
    state[at + 2] = EstimatorState.timing(newLead, newDeviation);
    if (count >= LOSS_SETTLED) {
      state[at + 3] = EstimatorState.withoutLoss(counts);
    } else {
      learnLoss(state, at, 1, 0);
    }
  }

  /** A gap that ended in the given window. */
  void learn(long[] state, int at, long nowNanos, long window, int beats) {
    long interval = EstimatorState.interval(state, at);
    double lead = EstimatorState.lead(state, at);
    double decay = Math.max(TIMING_DECAY, FIRST_DECAY[EstimatorState.count(state, at)]);
    long gap = nowNanos - EstimatorState.last(state, at);
    long advanced = beats > 0 ? beats : window + 1;
    double limit = (double) OUTAGE_INTERVALS * interval;
    double error = gap - (double) advanced * interval - lead;
    double residual = gap - Math.max(0, lead) - (window + 1) * (double) interval;
    move(state, at, nowNanos, residual, Math.max(-limit, Math.min(limit, error)), decay);
    learnLoss(state, at, advanced, window);
  }

  private void move(
      long[] state, int at, long nowNanos, double residual, double error, double decay) {
    double deviation = EstimatorState.deviation(state, at);
    double half = EstimatorState.interval(state, at) * 0.5;
    double size = Math.min(Math.abs(residual), RESIDUAL_MAX * deviation);
    double change = (size - deviation) * (size > deviation ? Math.max(decay, RISE_DECAY) : decay);
    double newDeviation = Math.min(half, Math.max(deviation + change, deviationMin));
    double newLead =
        anchored ? EstimatorState.lead(state, at) + decay * error : -(1 - decay) * error;
    state[at] = nowNanos;
    EstimatorState.timing(state, at, Math.min(newLead, LEAD_MAX * newDeviation), newDeviation);
  }

  private static void learnLoss(long[] state, int at, long advanced, long window) {
    int count = EstimatorState.count(state, at);
    double decay = Math.max(LOSS_DECAY, FIRST_DECAY[count]);
    double loss = EstimatorState.loss(state, at);
    double gaps = EstimatorState.gapsWithLoss(state, at);
    double keep = 1 - decay;
    for (int n = 1; n < advanced && n <= OUTAGE_INTERVALS; n++) {
      keep *= 1 - decay;
    }
    double lost = 1 - 1.0 / advanced;
    double missing = window > 0 ? 1 : 0;
    long marks = EstimatorState.marks(state, at);
    double newLoss = lost + keep * (loss - lost);
    EstimatorState.counts(state, at, newLoss, gaps + decay * (missing - gaps), count + 1);
    EstimatorState.marks(state, at, marks);
  }

  /** An arrival that teaches nothing: only the schedule moves. */
  void queued(long[] state, int at, long nowNanos, int beats) {
    double lead = EstimatorState.lead(state, at);
    if (anchored) {
      anchor(state, at, nowNanos, lead);
      return;
    }
    long interval = EstimatorState.interval(state, at);
    double gap = nowNanos - EstimatorState.last(state, at);
    // The mean offset stays where it was unless the sender's schedule itself has moved.
    double kept = lead - (gap - (double) Math.max(1, beats) * interval);
    anchor(state, at, nowNanos, beats > 0 && Math.abs(kept) <= interval / 2.0 ? kept : 0);
  }

  /** The last arrival is now, and the mean offset lies so far behind it. */
  void anchor(long[] state, int at, long nowNanos, double lead) {
    if (nowNanos - EstimatorState.last(state, at) > 0) {
      EstimatorState.last(state, at, nowNanos);
    }
    double deviation = EstimatorState.deviation(state, at);
    EstimatorState.timing(state, at, Math.min(lead, LEAD_MAX * deviation), deviation);
  }

  /** Another interval was found out; the network, and so the deviation, is the same. */
  void follow(long[] state, int at, long nowNanos) {
    long interval = EstimatorState.interval(state, at);
    double deviation = bounded(EstimatorState.deviation(state, at), interval);
    EstimatorState.timing(state, at, 0, deviation);
    EstimatorState.last(state, at, nowNanos);
  }
}
