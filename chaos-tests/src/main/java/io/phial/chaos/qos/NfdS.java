package io.phial.chaos.qos;

import io.phial.core.phi.classic.Detector;
import java.util.function.DoubleUnaryOperator;

/**
 * NFD-S, the detector of Chen, Toueg, Aguilera 2002 for synchronised clocks, and what their theorem
 * says of it: with beats sent every eta and freshness points tau_i = i * eta + delta, the sender is
 * suspected from tau_i on until a beat i or a later one has come.
 *
 * @param etaNanos the interval
 * @param deltaNanos the shift of the freshness points, more than 0
 * @param loss share of beats lost, each on its own
 */
record NfdS(double etaNanos, double deltaNanos, double loss) {
  private static final int SLICES = 20_000;

  /** The chance that beat i + j has not come at tau_i + x, for a delay's survival function. */
  private double missing(int j, double x, DoubleUnaryOperator delaySurvival) {
    double age = deltaNanos + x - j * etaNanos;
    return loss + (1 - loss) * (age <= 0 ? 1 : delaySurvival.applyAsDouble(age));
  }

  /** u(x): the chance to be suspected at tau_i + x. */
  private double suspected(double x, DoubleUnaryOperator delaySurvival) {
    double product = 1;
    for (int j = 0; j <= Math.ceil(deltaNanos / etaNanos); j++) {
      product *= missing(j, x, delaySurvival);
    }
    return product;
  }

  /** E(T_MR), the mean time between mistakes, in nanoseconds. */
  double recurrenceNanos(DoubleUnaryOperator delaySurvival) {
    return etaNanos / startShare(delaySurvival);
  }

  /** p_s: the chance that a mistake begins at a freshness point. */
  private double startShare(DoubleUnaryOperator delaySurvival) {
    double before = (1 - loss) * (1 - delaySurvival.applyAsDouble(deltaNanos + etaNanos));
    return before * suspected(0, delaySurvival);
  }

  /** E(T_M), the mean length of a mistake, in nanoseconds. */
  double durationNanos(DoubleUnaryOperator delaySurvival) {
    double sum = 0;
    for (int n = 0; n < SLICES; n++) {
      sum += suspected((n + 0.5) * etaNanos / SLICES, delaySurvival);
    }
    return sum * etaNanos / SLICES / startShare(delaySurvival);
  }

  /** The tight bound of the detection time, eta + delta, in nanoseconds. */
  double detectionNanos() {
    return etaNanos + deltaNanos;
  }

  /** The detector of a sender whose beat 0 is sent at a known time. Its threshold is delta in s. */
  static Detector detector(long etaNanos, long firstSentNanos) {
    return new Detector() {
      private long freshest;

      @Override
      public void onBeat(long sequence, long nowNanos) {
        freshest = Math.max(freshest, sequence);
      }

      @Override
      public void onInterval(long intervalNanos, long nowNanos) {
        throw new UnsupportedOperationException("NFD-S has one interval");
      }

      @Override
      public double suspicion(long nowNanos) {
        return Math.max(0, (double) (nowNanos - dueNanos())) / Schedule.SECOND;
      }

      @Override
      public long deadlineNanos(double threshold) {
        return dueNanos() + (long) (threshold * Schedule.SECOND);
      }

      private long dueNanos() {
        return firstSentNanos + (freshest + 1) * etaNanos;
      }
    };
  }
}
