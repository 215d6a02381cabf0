package io.phial.core.phi.classic;

import io.phial.core.phi.ArrivalModel;

/**
 * The calibrated model as a {@link Detector}: one client of a cohort that others share. As in a
 * shard, a beat that comes under suspicion ({@code learnPhi} reached) teaches the client nothing.
 */
public final class CalibratedPhi implements Detector {
  private final ArrivalModel model;
  private final double learnPhi;
  private final long[] state = new long[ArrivalModel.WORDS];
  private final Silence silence;

  /**
   * Starts as if a beat had just come.
   *
   * @param model of the client's cohort; shared, so all its clients have one writer
   * @param learnPhi the threshold of suspicion, as in the model's options
   */
  public CalibratedPhi(ArrivalModel model, double learnPhi, long intervalNanos, long nowNanos) {
    this.model = model;
    this.learnPhi = learnPhi;
    silence = new Silence(nowNanos);
    model.start(state, 0, intervalNanos, nowNanos);
  }

  @Override
  public void onBeat(long sequence, long nowNanos) {
    if (silence.isFresh(sequence)) {
      long beats = silence.hasHeard() ? sequence - silence.sequence() : 0;
      silence.heard(sequence, nowNanos);
      boolean learn = silence.lastNanos() - model.deadlineNanos(state, 0, learnPhi) < 0;
      int counted = (int) Math.min(beats, Integer.MAX_VALUE);
      model.onArrival(state, 0, silence.lastNanos(), counted, learn);
    }
  }

  @Override
  public void onInterval(long intervalNanos, long nowNanos) {
    model.changeInterval(state, 0, intervalNanos, Math.max(nowNanos, silence.lastNanos()));
  }

  @Override
  public double suspicion(long nowNanos) {
    return model.phi(state, 0, nowNanos);
  }

  @Override
  public long deadlineNanos(double threshold) {
    return model.deadlineNanos(state, 0, threshold);
  }
}
