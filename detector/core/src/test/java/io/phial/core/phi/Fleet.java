package io.phial.core.phi;

import java.util.SplittableRandom;

/** Living clients of one cohort on one trace; counts how often each threshold is mistaken. */
final class Fleet {
  private final Cohort cohort;
  private final CalibratedModel model;
  private final Trace[] traces;
  private final double suspectPhi;
  private final SplittableRandom random;
  private final long intervalNanos;
  private final long[] state;
  private final long[] sequence;
  private final double[] thresholds;
  final long[] mistakes;
  long beats;
  private int done;
  double detectionNanosSum;

  Fleet(
      PhiOptions options,
      long intervalNanos,
      int clients,
      long seed,
      double[] thresholds,
      Trace... traces) {
    this.cohort = new Cohort(options);
    this.model = new CalibratedModel(options, cohort);
    this.suspectPhi = options.learnPhi();
    this.intervalNanos = intervalNanos;
    this.traces = traces;
    this.random = new SplittableRandom(seed);
    this.thresholds = thresholds;
    this.mistakes = new long[thresholds.length];
    this.state = new long[clients * ArrivalModel.WORDS];
    this.sequence = new long[clients];
    for (int c = 0; c < clients; c++) {
      model.start(state, c * ArrivalModel.WORDS, intervalNanos, 0);
    }
  }

  /** Sends rounds of beats; those after the warm-up are judged. */
  void run(int rounds, int warmUp) {
    int from = done;
    done += rounds;
    for (int round = from + 1; round <= done; round++) {
      for (int c = 0; c < sequence.length; c++) {
        long delay = traces[c % traces.length].delayNanos(random);
        if (delay >= 0) {
          arrive(c, round, round * intervalNanos + delay, round - from > warmUp);
        }
      }
    }
  }

  private void arrive(int client, long round, long now, boolean judged) {
    int at = client * ArrivalModel.WORDS;
    if (now - model.lastArrivalNanos(state, at) <= 0) {
      return; // overtaken
    }
    boolean suspected = now - model.deadlineNanos(state, at, suspectPhi) >= 0;
    if (judged) {
      beats++;
      for (int i = 0; i < thresholds.length; i++) {
        if (now - model.deadlineNanos(state, at, thresholds[i]) >= 0) {
          mistakes[i]++;
        }
      }
    }
    model.onArrival(state, at, now, (int) (round - sequence[client]), !suspected);
    sequence[client] = round;
    if (judged) {
      detectionNanosSum += model.deadlineNanos(state, at, suspectPhi) - round * intervalNanos;
    }
  }

  /** Counts afresh from here. */
  void forget() {
    java.util.Arrays.fill(mistakes, 0);
    beats = 0;
    detectionNanosSum = 0;
  }

  /** How often the cohort found its past contradicted. */
  long alarms() {
    return cohort.alarms();
  }

  /** Observed mistakes as a phi: -log10 of their share. */
  double observed(int threshold) {
    return -Math.log10(Math.max(1, mistakes[threshold]) / (double) beats);
  }

  /** Mean time from a crash right after a beat to suspicion. */
  double detectionSeconds() {
    return detectionNanosSum / beats / Trace.SECOND;
  }
}
