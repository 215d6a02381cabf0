package io.phial.chaos.qos;

import io.phial.core.phi.classic.DetectorKind;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.stream.DoubleStream;

/** The thresholds of the sweep: steps so small that curves need no interpolation. */
final class Thresholds {
  private Thresholds() {}

  /**
   * Ascending thresholds of a detector; phi detectors have 2, 3 and 4 among them. Those in seconds
   * grow with the interval. Steps are small against the time they stand for: most near one
   * interval, where quiet networks tell detectors apart.
   */
  static double[] of(DetectorKind kind, double intervalSeconds) {
    return switch (kind) {
      case CALIBRATED_PHI ->
          with(with(steps(0.5, 2, 0.25), steps(2, 4.5, 0.1)), steps(4.5, 8.25, 0.5));
      case NORMAL_PHI -> with(ratios(0.3, 300, 1.04), 2, 3, 4);
      case EXPONENTIAL_PHI ->
          with(with(ratios(0.4, 0.46, 1.002), ratios(0.46, 30, 1.025)), 2, 3, 4);
      case CHEN, TWO_WINDOW ->
          times(intervalSeconds, with(ratios(0.001, 0.3, 1.08), ratios(0.3, 40, 1.03)));
      case BERTIER -> with(with(ratios(0.1, 3, 1.06), ratios(3, 2_000, 1.04)), 1);
      case FIXED ->
          times(
              intervalSeconds,
              with(
                  ratios(0.9, 1, 1.02),
                  with(
                      ratios(1, 1.06, 1.002),
                      with(ratios(1.06, 1.5, 1.01), ratios(1.5, 40, 1.02)))));
    };
  }

  private static double[] steps(double from, double below, double step) {
    int count = (int) Math.round((below - from) / step);
    // Two decimals, so that 2, 3 and 4 are exactly that.
    return DoubleStream.iterate(0, i -> i < count, i -> i + 1)
        .map(i -> Math.round((from + i * step) * 100) / 100.0)
        .toArray();
  }

  private static double[] ratios(double from, double to, double ratio) {
    return DoubleStream.iterate(from, t -> t <= to, t -> t * ratio)
        .map(Thresholds::rounded)
        .toArray();
  }

  /** Four significant digits, which people can read and type. */
  private static double rounded(double value) {
    return new BigDecimal(value).round(new MathContext(4)).doubleValue();
  }

  private static double[] times(double factor, double[] thresholds) {
    return DoubleStream.of(thresholds).map(t -> rounded(t * factor)).toArray();
  }

  private static double[] with(double[] thresholds, double... more) {
    return DoubleStream.concat(DoubleStream.of(thresholds), DoubleStream.of(more))
        .sorted()
        .distinct()
        .toArray();
  }
}
