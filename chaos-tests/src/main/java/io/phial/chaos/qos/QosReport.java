package io.phial.chaos.qos;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Scores as people and programs read them. */
final class QosReport {
  /** Shares of mistaken beats at which detectors are set side by side. */
  static final double[] RATES = {1e-2, 1e-3, 1e-4};

  private static final int DIGITS = 6;

  private QosReport() {}

  /** One line of JSON for a score; numbers have six significant digits. */
  static String json(Score score) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("trace", score.trace());
    line.put("detector", score.detector());
    line.put("threshold", number(score.threshold()));
    line.put("beats", score.beats());
    line.put("mistakes", score.mistakes());
    line.put("mistakeRate", number(score.mistakeRate()));
    line.put("mistakeDurationMeanMs", number(score.mistakeDurationMeanMs()));
    line.put("queryAccuracy", score.queryAccuracy());
    line.put("detectionMeanMs", number(score.detectionMeanMs()));
    line.put("detectionP99Ms", number(score.detectionP99Ms()));
    line.put("detectionWorstMs", number(score.detectionWorstMs()));
    return line.toString();
  }

  private static BigDecimal number(double value) {
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(DIGITS)).stripTrailingZeros();
    return rounded.scale() < 0 ? rounded.setScale(0) : rounded;
  }

  /** Scores of each trace part, in their order. */
  static Map<String, List<Score>> byTrace(List<Score> scores) {
    return grouped(scores, Score::trace);
  }

  /** Scores of each detector, in their order. */
  static Map<String, List<Score>> byDetector(List<Score> scores) {
    return grouped(scores, Score::detector);
  }

  private static Map<String, List<Score>> grouped(List<Score> scores, Function<Score, String> key) {
    return scores.stream()
        .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
  }

  /** The table: detectors side by side at equal mistake rates, and what each phi came to. */
  static String table(List<Score> scores) {
    StringBuilder out = new StringBuilder();
    byTrace(scores)
        .forEach(
            (trace, some) -> {
              out.append(heading(trace, some.get(0).beats()));
              byDetector(some).values().forEach(curve -> out.append(rows(curve)));
            });
    out.append(calibration(scores));
    return out.toString();
  }

  private static String heading(String trace, long beats) {
    return format(
        "%n%s, %d beats: the soonest setting with at most this share of mistaken beats%n%-16s %-7s"
            + " %10s %10s %10s %11s %11s %11s %12s%n",
        trace,
        beats,
        "detector",
        "at most",
        "threshold",
        "mistakes",
        "rate",
        "mean ms",
        "p99 ms",
        "worst ms",
        "mistake ms");
  }

  private static String rows(List<Score> curve) {
    List<String> rows = new ArrayList<>();
    for (double rate : RATES) {
      String detector = curve.get(0).detector();
      rows.add(
          Curves.soonest(curve, rate)
              .map(s -> row(s, rate))
              .orElseGet(() -> format("%-16s %-7.0e %10s%n", detector, rate, "none")));
    }
    return String.join("", rows);
  }

  private static String row(Score s, double rate) {
    return format(
        "%-16s %-7.0e %10s %10d %10.2e %11.1f %11.1f %11.1f %12.1f%n",
        s.detector(),
        rate,
        number(s.threshold()).toPlainString(),
        s.mistakes(),
        s.mistakeRate(),
        s.detectionMeanMs(),
        s.detectionP99Ms(),
        s.detectionWorstMs(),
        s.mistakeDurationMeanMs());
  }

  private static String calibration(List<Score> scores) {
    StringBuilder out = new StringBuilder();
    out.append(
        format(
            "%nobserved -log10(mistakes / beats) where phi 2, 3, 4 was promised%n%-20s %-16s %6s"
                + " %6s %6s%n",
            "trace", "detector", "2", "3", "4"));
    for (List<Score> some : byTrace(scores).values()) {
      for (List<Score> curve : byDetector(some).values()) {
        if (Curves.isPhi(curve.get(0).detector())) {
          out.append(format("%-20s %-16s", curve.get(0).trace(), curve.get(0).detector()));
          for (double phi : Curves.PROMISES) {
            out.append(format(" %6s", observed(curve, phi)));
          }
          out.append('\n');
        }
      }
    }
    return out.toString();
  }

  private static String observed(List<Score> curve, double phi) {
    return Curves.at(curve, phi)
        .map(s -> s.mistakes() == 0 ? "none" : format("%.2f", Curves.observedPhi(s)))
        .orElse("-");
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values).replace(System.lineSeparator(), "\n");
  }
}
