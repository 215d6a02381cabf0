package io.phial.chaos.qos;

import io.phial.chaos.claim.Bound;
import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import io.phial.core.phi.classic.DetectorKind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * How soon a crash is detected at the same share of mistaken beats, against each classic detector
 * with the threshold that is best for this very trace in hindsight.
 */
public final class DetectionClaims {
  private static final long BEATS = 1_000_000;
  private static final long BEATS_QUICK = 200_000;
  private static final double[] RATES = {1e-3, 1e-4};
  // In 200 000 beats 1e-4 are twenty mistakes: too few to compare by.
  private static final double[] RATES_QUICK = {1e-3};
  private static final List<TraceKind> QUICK =
      List.of(TraceKind.LAN, TraceKind.BURSTS, TraceKind.MOBILE, TraceKind.MIXED, TraceKind.SHIFT);
  private static final double WORST_MAX = 1.5;

  private final boolean quick;
  private final Map<TraceKind, Claim> ratios = new EnumMap<>(TraceKind.class);
  private final Map<TraceKind, Claim> worsts = new EnumMap<>(TraceKind.class);

  /**
   * Those of an area.
   *
   * @param quick fewer beats and traces, and only the share of 10^-3
   */
  public DetectionClaims(String area, boolean quick) {
    this.quick = quick;
    for (TraceKind kind : quick ? QUICK : List.of(TraceKind.values())) {
      boolean oneSetting = kind == TraceKind.MIXED || kind == TraceKind.SHIFT;
      String at = quick ? "10^-3" : "10^-3 and 10^-4";
      String text =
          "mean detection time against the best tuned classic detector at "
              + at
              + " mistakes per beat: "
              + kind.label();
      ratios.put(kind, new Claim(area, text, Bound.atMost(oneSetting ? 1 : 1.15), "times"));
    }
    String worst = "worst detection time after %s against the mean, phi 3 and 4";
    worsts.put(
        TraceKind.BURSTS,
        new Claim(area, worst.formatted("bursts of loss"), Bound.atMost(WORST_MAX), "times"));
    worsts.put(
        TraceKind.PAUSES,
        new Claim(area, worst.formatted("drained queues"), Bound.atMost(WORST_MAX), "times"));
  }

  /** In the order in which they are shown. */
  public List<Claim> claims() {
    List<Claim> claims = new ArrayList<>(ratios.values());
    claims.addAll(worsts.values());
    return claims;
  }

  /** Measures all of them. */
  public void measure(long seed, Ledger ledger) throws IOException, InterruptedException {
    try (QosRun run = new QosRun(Runtime.getRuntime().availableProcessors())) {
      for (Map.Entry<TraceKind, Claim> entry : ratios.entrySet()) {
        measureRatio(run, entry.getKey().generate(seed, beats()), entry.getValue(), ledger);
      }
      for (Map.Entry<TraceKind, Claim> entry : worsts.entrySet()) {
        measureWorst(run, entry.getKey().generate(seed, beats()), entry.getValue(), ledger);
      }
    }
  }

  private long beats() {
    return quick ? BEATS_QUICK : BEATS;
  }

  private double[] rates() {
    return quick ? RATES_QUICK : RATES;
  }

  /** Thresholds close around those that promise the shares, and some far beyond. */
  private double[] ownThresholds() {
    double least = quick ? 2.5 : 2.3;
    double most = quick ? 3.52 : 5.02;
    DoubleStream near = DoubleStream.iterate(least, t -> t <= most, t -> t + 0.05);
    DoubleStream far =
        DoubleStream.iterate(quick ? 4 : 5.25, t -> t <= 8, t -> t + (quick ? 0.5 : 0.25));
    return DoubleStream.concat(near, far).toArray();
  }

  private void measureRatio(QosRun run, GeneratedTrace trace, Claim claim, Ledger ledger)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    List<Evaluator> evaluators =
        new ArrayList<>(
            Evaluator.of(DetectorKind.CALIBRATED_PHI, ownThresholds(), trace.clients()));
    for (DetectorKind kind : DetectorKind.values()) {
      if (kind != DetectorKind.CALIBRATED_PHI) {
        evaluators.addAll(Evaluator.of(kind, Thresholds.of(kind, 1), trace.clients()));
      }
    }
    List<Score> scores =
        run.scores(trace, evaluators).stream()
            .filter(score -> score.trace().equals(trace.name()))
            .toList();
    double worst = 0;
    for (double rate : rates()) {
      worst = Math.max(worst, ratio(scores, rate, ledger));
    }
    enter(ledger, claim, worst, start);
  }

  /** Our detection time over that of the best other; infinite when ours makes more mistakes. */
  private static double ratio(List<Score> scores, double rate, Ledger ledger) {
    Map<String, List<Score>> curves = QosReport.byDetector(scores);
    String own = DetectorKind.CALIBRATED_PHI.label();
    Optional<Score> ours = Curves.soonest(curves.get(own), rate);
    Optional<Score> best =
        curves.entrySet().stream()
            .filter(entry -> !entry.getKey().equals(own))
            .flatMap(entry -> Curves.soonest(entry.getValue(), rate).stream())
            .min(Comparator.comparingDouble(Score::detectionMeanMs));
    ledger.note(
        scores.get(0).trace() + " at " + rate + ": " + text(ours) + ", best other " + text(best));
    if (ours.isEmpty()) {
      return Double.POSITIVE_INFINITY;
    }
    return best.map(b -> ours.get().detectionMeanMs() / b.detectionMeanMs()).orElse(0.0);
  }

  private static String text(Optional<Score> score) {
    return score
        .map(
            s ->
                String.format(
                    Locale.ROOT,
                    "%s %.4g %.0f ms",
                    s.detector(),
                    s.threshold(),
                    s.detectionMeanMs()))
        .orElse("none");
  }

  private void measureWorst(QosRun run, GeneratedTrace trace, Claim claim, Ledger ledger)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    double[] thresholds = {3, 4};
    double worst = 0;
    for (Score score :
        run.scores(trace, Evaluator.of(DetectorKind.CALIBRATED_PHI, thresholds, trace.clients()))) {
      worst = Math.max(worst, score.detectionWorstMs() / score.detectionMeanMs());
    }
    enter(ledger, claim, worst, start);
  }

  /** Infinity stands for no threshold that makes so few mistakes: the claim fails. */
  private static void enter(Ledger ledger, Claim claim, double measured, long startNanos) {
    ledger.measured(claim, measured, Duration.ofNanos(System.nanoTime() - startNanos));
  }
}
