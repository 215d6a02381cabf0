package io.phial.core.phi;

/**
 * The suspicion of one subject with a cohort of its own: for the few subjects (nodes) that need no
 * flat table. Not thread-safe.
 */
public final class SubjectEstimate {
  private static final long NO_SEQUENCE = Long.MIN_VALUE;

  private final CalibratedModel model;
  private final long[] state = new long[ArrivalModel.WORDS];
  private long sequence = NO_SEQUENCE;

  /**
   * Starts as if a beat had just come.
   *
   * @param options settings of the model
   * @param intervalNanos the agreed time between beats
   */
  public SubjectEstimate(PhiOptions options, long intervalNanos, long nowNanos) {
    model = new CalibratedModel(options, new Cohort(options));
    model.start(state, 0, intervalNanos, nowNanos);
  }

  /**
   * Takes a beat. One with the same or an older sequence number changes nothing.
   *
   * @param sequence the sender's counter of beats to this observer
   * @param learn false when the subject was suspected as the beat came
   */
  public void onBeat(long sequence, long nowNanos, boolean learn) {
    long beats = this.sequence == NO_SEQUENCE ? 0 : sequence - this.sequence;
    if (this.sequence != NO_SEQUENCE && beats <= 0) {
      return;
    }
    this.sequence = sequence;
    model.onArrival(state, 0, nowNanos, (int) Math.min(beats, Integer.MAX_VALUE), learn);
  }

  /** Takes a beat that waited while the observer itself stood still: only the schedule moves. */
  public void onQueuedBeat(long sequence, long nowNanos) {
    if (this.sequence == NO_SEQUENCE || sequence - this.sequence > 0) {
      this.sequence = sequence;
      model.onQueued(state, 0, nowNanos, 0);
    }
  }

  /** Suspicion now; finite, 0 or more. */
  public double phi(long nowNanos) {
    return model.phi(state, 0, nowNanos);
  }

  /** The first instant at which phi reaches the threshold, if no beat comes. */
  public long deadlineNanos(double threshold) {
    return model.deadlineNanos(state, 0, threshold);
  }

  /** When the last beat came; the start before the first. */
  public long lastArrivalNanos() {
    return model.lastArrivalNanos(state, 0);
  }

  /** The interval in force. */
  public long intervalNanos() {
    return model.intervalNanos(state, 0);
  }

  /** Due times passed since the last beat. */
  public double beatsMissed(long nowNanos) {
    return model.beatsMissed(state, 0, nowNanos);
  }

  /** Decayed share of lost beats, 0 to 1. */
  public double lossRate() {
    return model.lossRate(state, 0);
  }

  /** The observer itself stood still for this long: the whole schedule moves. */
  public void shift(long stallNanos) {
    model.shift(state, 0, stallNanos);
  }

  /** A new incarnation: a fresh estimate; what the cohort knows of the path is kept. */
  public void restart(long intervalNanos, long nowNanos) {
    sequence = NO_SEQUENCE;
    model.start(state, 0, intervalNanos, nowNanos);
  }
}
