package io.phial.chaos.sim;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The outcome of many seeds in few words. */
final class SweepReport {
  private SweepReport() {}

  static int violations(List<SeedResult> results) {
    return results.stream().mapToInt(result -> result.violations().size()).sum();
  }

  static int falseDead(List<SeedResult> results) {
    return results.stream().mapToInt(SeedResult::falseDead).sum();
  }

  /** The lower median of what is a number; NaN when nothing is. */
  static double median(List<SeedResult> results, ToDoubleFunction<SeedResult> of) {
    double[] sorted =
        results.stream().mapToDouble(of).filter(x -> !Double.isNaN(x)).sorted().toArray();
    return sorted.length == 0 ? Double.NaN : sorted[(sorted.length - 1) / 2];
  }

  /** One line of JSON. */
  static String json(List<SeedResult> results, int nodesMin, int nodesMax) {
    return String.format(
        Locale.ROOT,
        "{\"seeds\":%d,\"nodes\":\"%d..%d\",\"violations\":%d,\"unreachableMedianMs\":%s,"
            + "\"deadMedianMs\":%s,\"falseDead\":%d,\"bytesPerNodePerSecond\":%s}",
        results.size(),
        nodesMin,
        nodesMax,
        violations(results),
        number(median(results, SeedResult::unreachableMillis)),
        number(median(results, SeedResult::deadMillis)),
        falseDead(results),
        number(median(results, SeedResult::bytesPerNodePerSecond)));
  }

  /** Some lines for people. */
  static String text(List<SeedResult> results, int nodesMin, int nodesMax) {
    return String.format(
        Locale.ROOT,
        "%d seeds, %d to %d nodes, %d events: %d violations, %d wrong DEAD%n"
            + "hang: UNREACHABLE at all others after %s ms, DEAD after %s ms (medians)%n"
            + "calm: %s bytes per node and second (median); worst ten seconds of any node: %d"
            + " bytes per second",
        results.size(),
        nodesMin,
        nodesMax,
        results.stream().mapToLong(SeedResult::events).sum(),
        violations(results),
        falseDead(results),
        number(median(results, SeedResult::unreachableMillis)),
        number(median(results, SeedResult::deadMillis)),
        number(median(results, SeedResult::bytesPerNodePerSecond)),
        results.stream().mapToLong(SeedResult::worstBytesPerSecond).max().orElse(0));
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "null" : String.format(Locale.ROOT, "%.1f", value);
  }
}
