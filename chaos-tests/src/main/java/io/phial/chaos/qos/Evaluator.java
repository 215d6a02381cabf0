package io.phial.chaos.qos;

import io.phial.core.phi.classic.Detector;
import io.phial.core.phi.classic.DetectorKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One detector for each sender of a trace, scored at ascending thresholds in one pass. */
final class Evaluator {
  private final String detector;
  private final DetectorKind.Fleet fleet;
  private final double[] thresholds;
  private final @Nullable Detector[] detectors;
  private final long[] lastSequence;
  private final long[] lastNanos;
  private final long[] intervalNanos;
  private final Map<Part, Tally> tallies = new EnumMap<>(Part.class);

  Evaluator(String detector, DetectorKind.Fleet fleet, double[] thresholds, int clients) {
    this.detector = detector;
    this.fleet = fleet;
    this.thresholds = thresholds.clone();
    this.detectors = new Detector[clients];
    this.lastSequence = new long[clients];
    this.lastNanos = new long[clients];
    this.intervalNanos = new long[clients];
  }

  /**
   * Evaluators of a kind over a sweep. The calibrated detector learns by the threshold that is
   * acted on, so each of its thresholds has a fleet of its own; the others need one pass for all.
   */
  static List<Evaluator> of(DetectorKind kind, double[] thresholds, int clients) {
    List<Evaluator> evaluators = new ArrayList<>();
    if (kind == DetectorKind.CALIBRATED_PHI) {
      for (double threshold : thresholds) {
        double[] one = {threshold};
        evaluators.add(new Evaluator(kind.label(), kind.fleet(threshold), one, clients));
      }
    } else {
      evaluators.add(new Evaluator(kind.label(), kind.fleet(1), thresholds, clients));
    }
    return evaluators;
  }

  /** Takes the next batch of the trace. */
  void accept(Beats batch) {
    for (int row = 0; row < batch.size(); row++) {
      Detector known = detectors[batch.client[row]];
      if (known == null) {
        first(batch, row);
      } else if (batch.sequence[row] > lastSequence[batch.client[row]]) {
        fresh(known, batch, row);
      }
    }
  }

  private void first(Beats batch, int row) {
    int client = batch.client[row];
    Detector detectorOfClient = fleet.detector(batch.intervalNanos[row], batch.arrivedNanos[row]);
    detectors[client] = detectorOfClient;
    intervalNanos[client] = batch.intervalNanos[row];
    take(detectorOfClient, batch, row);
  }

  private void fresh(Detector known, Beats batch, int row) {
    Part part = batch.part[row];
    if (part == Part.WARM_UP) {
      take(known, batch, row);
      return;
    }
    Tally tally = tallies.computeIfAbsent(part, p -> new Tally(thresholds.length));
    judge(known, tally, lastNanos[batch.client[row]], batch.arrivedNanos[row]);
    take(known, batch, row);
    for (int i = 0; i < thresholds.length; i++) {
      tally.detection(i, (double) (known.deadlineNanos(thresholds[i]) - batch.sentNanos[row]));
    }
  }

  private void judge(Detector known, Tally tally, long last, long now) {
    tally.beat(now - last);
    for (int i = 0; i < thresholds.length; i++) {
      long deadline = Math.max(last, known.deadlineNanos(thresholds[i]));
      if (now - deadline < 0) {
        return; // higher thresholds are reached later still
      }
      tally.mistake(i, now - deadline);
    }
  }

  private void take(Detector known, Beats batch, int row) {
    int client = batch.client[row];
    long now = batch.arrivedNanos[row];
    known.onBeat(batch.sequence[row], now);
    if (batch.intervalNanos[row] != intervalNanos[client]) {
      intervalNanos[client] = batch.intervalNanos[row];
      known.onInterval(intervalNanos[client], now);
    }
    lastSequence[client] = batch.sequence[row];
    lastNanos[client] = now;
  }

  /** One score for each threshold: of the whole trace, then of its parts if it has several. */
  List<Score> scores(String trace) {
    Tally whole = new Tally(thresholds.length);
    tallies.values().forEach(whole::addAll);
    List<Score> scores = new ArrayList<>();
    addScores(scores, trace, whole);
    tallies.forEach(
        (part, tally) -> {
          if (part != Part.STEADY) {
            addScores(scores, trace + part.suffix(), tally);
          }
        });
    return scores;
  }

  private void addScores(List<Score> scores, String trace, Tally tally) {
    for (int i = 0; i < thresholds.length; i++) {
      scores.add(tally.score(trace, detector, thresholds[i], i));
    }
  }
}
