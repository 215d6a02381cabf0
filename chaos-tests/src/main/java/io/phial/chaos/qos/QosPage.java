package io.phial.chaos.qos;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The page with plots: one file, inline SVG, no script, nothing loaded. */
final class QosPage {
  private static final double DETECTION_MIN_MS = 500;
  private static final double DETECTION_MAX_MS = 60_000;
  private static final double RATE_MAX = 0.3;

  /** Colours that differ also for people who see few colours; ours is the strongest. */
  private static final Map<String, String> COLOURS = colours();

  private QosPage() {}

  private static Map<String, String> colours() {
    Map<String, String> colours = new LinkedHashMap<>();
    colours.put("calibrated-phi", "#d1242f");
    colours.put("normal-phi", "#0969da");
    colours.put("exponential-phi", "#54aeff");
    colours.put("chen", "#1a7f37");
    colours.put("bertier", "#8250df");
    colours.put("2w-fd", "#9a6700");
    colours.put("fixed", "#6e7781");
    return colours;
  }

  /**
   * The page.
   *
   * @param origin where the beats come from
   */
  static String html(List<Score> scores, String origin) {
    StringBuilder page = new StringBuilder();
    page.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
        .append("<title>Failure detectors: quality of service</title>\n<style>")
        .append("body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1120px;")
        .append("padding:0 1rem;color:#1f2328;background:#fff}")
        .append("h1{font-size:1.5rem}h2{font-size:1.15rem;margin:0 0 .3rem}")
        .append(".plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(500px,1fr));")
        .append("gap:1.5rem}figure{margin:0}figcaption{color:#57606a;font-size:.85rem}")
        .append("svg{width:100%;height:auto}svg text{font:11px system-ui,sans-serif;fill:#57606a}")
        .append(".key span{display:inline-block;margin-right:1.2rem}")
        .append(".key i{display:inline-block;width:1.4rem;height:.25rem;margin-right:.4rem;")
        .append("vertical-align:middle}</style></head><body>\n")
        .append("<h1>Failure detectors: quality of service</h1>\n<p>")
        .append(Svg.escaped(origin))
        .append(". Every detector sees the same beats. A mistake is a gap in which a living sender")
        .append(" is suspected; detection is from a crash right after a beat was sent to its")
        .append(" suspicion.</p>\n");
    page.append(key());
    page.append(
        "<p>Below: mean detection time against mistakes per beat, a point for each threshold."
            + " Nearer to the lower left is better; dots mark phi 2, 3 and 4.</p>\n");
    page.append("<div class=\"plots\">\n");
    QosReport.byTrace(scores).forEach((trace, some) -> page.append(tradeOff(trace, some)));
    page.append("</div>\n<h1>Calibration</h1>\n<p>What phi came to. On the diagonal, phi means")
        .append(" what it says; the band is a factor of 3. Where no mistake was seen, nothing is")
        .append(" drawn.</p>\n<div class=\"plots\">\n");
    QosReport.byTrace(scores).forEach((trace, some) -> page.append(calibration(trace, some)));
    return page.append("</div>\n</body></html>\n").toString();
  }

  private static String key() {
    StringBuilder key = new StringBuilder("<p class=\"key\">");
    COLOURS.forEach(
        (name, colour) ->
            key.append("<span><i style=\"background:")
                .append(colour)
                .append("\"></i>")
                .append(name)
                .append("</span>"));
    return key.append("</p>\n").toString();
  }

  private static String tradeOff(String trace, List<Score> scores) {
    double least =
        Math.pow(10, -Math.floor(Math.log10(Math.max(10.0, (double) scores.get(0).beats()))));
    Svg svg =
        new Svg(
            new Svg.Axis("mean detection time, s", DETECTION_MIN_MS, DETECTION_MAX_MS, true, 1e-3),
            new Svg.Axis("mistakes per beat", least, RATE_MAX, true, 1));
    QosReport.byDetector(scores)
        .forEach(
            (detector, curve) -> {
              List<double[]> points = new ArrayList<>();
              for (Score score : curve) {
                if (score.mistakes() > 0) {
                  points.add(new double[] {score.detectionMeanMs(), score.mistakeRate()});
                }
              }
              svg.line(points, colour(detector), detector.startsWith("calibrated") ? 2.5 : 1.3);
              if (Curves.isPhi(detector)) {
                dots(svg, curve, colour(detector));
              }
            });
    return figure(trace, scores.get(0).beats() + " beats", svg);
  }

  private static void dots(Svg svg, List<Score> curve, String colour) {
    for (double phi : Curves.PROMISES) {
      Curves.at(curve, phi)
          .filter(score -> score.mistakes() > 0)
          .ifPresent(
              s -> svg.dot(s.detectionMeanMs(), s.mistakeRate(), colour, format("%.0f", phi)));
    }
  }

  private static String calibration(String trace, List<Score> scores) {
    Svg svg =
        new Svg(
            new Svg.Axis("promised phi", 0.5, 6, false, 1),
            new Svg.Axis("observed phi", 0, 6, false, 1));
    double half = Math.log10(3);
    svg.band(List.of(new double[] {0.5, 0.5}, new double[] {6, 6}), half);
    QosReport.byDetector(scores)
        .forEach(
            (detector, curve) -> {
              if (Curves.isPhi(detector)) {
                List<double[]> points = new ArrayList<>();
                for (Score score : curve) {
                  if (score.mistakes() > 0) {
                    points.add(new double[] {score.threshold(), Curves.observedPhi(score)});
                  }
                }
                svg.line(points, colour(detector), detector.startsWith("calibrated") ? 2.5 : 1.3);
              }
            });
    return figure(trace, scores.get(0).beats() + " beats", svg);
  }

  private static String figure(String trace, String caption, Svg svg) {
    return "<figure><h2>"
        + Svg.escaped(trace)
        + "</h2>"
        + svg.text()
        + "<figcaption>"
        + Svg.escaped(caption)
        + "</figcaption></figure>\n";
  }

  private static String colour(String detector) {
    return COLOURS.getOrDefault(detector, "#000");
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
