package io.phial.chaos.qos;

import io.phial.chaos.claim.Bound;
import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import io.phial.core.phi.classic.DetectorKind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What phi promises and what comes of it, on every trace with one setting. A factor is the larger
 * of observed over promised and promised over observed.
 */
public final class CalibrationClaims {
  private static final long BEATS = 1_000_000;
  private static final int SHIFT_FLEETS = 10;
  private static final int SHIFT_CLIENTS = 100;
  private static final long SHIFT_BEATS_EACH = 500;
  private static final String TEXT =
      "mistakes per beat against 10^-phi, worst factor of phi 2, 3 and 4: ";

  private final Map<TraceKind, Claim> alone = new EnumMap<>(TraceKind.class);
  private final Claim shifted;

  /** Those of an area. */
  public CalibrationClaims(String area) {
    for (TraceKind kind : TraceKind.values()) {
      String where = kind == TraceKind.SHIFT ? "after a shift, later" : kind.label();
      alone.put(kind, new Claim(area, TEXT + where, Bound.atMost(3), "times"));
    }
    String first = "after a shift, first hundred beats";
    shifted = new Claim(area, TEXT + first, Bound.atMost(10), "times");
  }

  /** In the order in which they are shown. */
  public List<Claim> claims() {
    return Stream.concat(alone.values().stream(), Stream.of(shifted)).toList();
  }

  /** Measures all of them over a million beats each. */
  public void measure(long seed, Ledger ledger) throws IOException, InterruptedException {
    try (QosRun run = new QosRun(Runtime.getRuntime().availableProcessors())) {
      for (TraceKind kind : TraceKind.values()) {
        long start = System.nanoTime();
        List<Score> scores = scores(run, kind.generate(seed, BEATS));
        String part = kind == TraceKind.SHIFT ? kind.label() + Part.SETTLED.suffix() : kind.label();
        enter(ledger, alone.get(kind), scores, part, start);
      }
      measureShifts(run, seed, ledger);
    }
  }

  private void measureShifts(QosRun run, long seed, Ledger ledger)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    List<Score> scores = new ArrayList<>();
    for (int fleet = 1; fleet <= SHIFT_FLEETS; fleet++) {
      long own = seed + 1_000_003L * fleet;
      scores.addAll(scores(run, TraceKind.SHIFT.generate(own, SHIFT_CLIENTS, SHIFT_BEATS_EACH)));
    }
    String part = TraceKind.SHIFT.label() + Part.SHIFTED.suffix();
    enter(ledger, shifted, scores, part, start);
  }

  private static List<Score> scores(QosRun run, GeneratedTrace trace)
      throws IOException, InterruptedException {
    DetectorKind kind = DetectorKind.CALIBRATED_PHI;
    return run.scores(trace, Evaluator.of(kind, Curves.PROMISES, trace.clients()));
  }

  private static void enter(
      Ledger ledger, Claim claim, List<Score> scores, String part, long startNanos) {
    double worst = 0;
    StringBuilder note = new StringBuilder(part).append(": observed");
    for (double phi : Curves.PROMISES) {
      List<Score> some =
          scores.stream().filter(s -> s.trace().equals(part) && s.threshold() == phi).toList();
      double beats = some.stream().mapToLong(Score::beats).sum();
      double mistakes = some.stream().mapToLong(Score::mistakes).sum();
      // Half a mistake stands for none.
      double times = Math.max(0.5, mistakes) / beats / Math.pow(10, -phi);
      worst = Math.max(worst, Math.max(times, 1 / times));
      note.append(
          String.format(
              Locale.ROOT,
              " %.2f times 10^-%.0f (%.0f of %.0f)",
              mistakes / beats / Math.pow(10, -phi),
              phi,
              mistakes,
              beats));
    }
    ledger.note(note.toString());
    ledger.measured(claim, worst, Duration.ofNanos(System.nanoTime() - startNanos));
  }
}
