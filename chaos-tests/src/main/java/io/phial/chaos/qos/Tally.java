package io.phial.chaos.qos;

/** What one detector did at each of its thresholds over the beats of one part of a trace. */
final class Tally {
  private long beats;
  private double nanos;
  private final long[] mistakes;
  private final double[] mistakeNanos;
  private final double[] detectionNanos;
  private final double[] detectionNanosMax;
  private final LogHistogram[] detections;

  Tally(int thresholds) {
    mistakes = new long[thresholds];
    mistakeNanos = new double[thresholds];
    detectionNanos = new double[thresholds];
    detectionNanosMax = new double[thresholds];
    detections = new LogHistogram[thresholds];
    for (int i = 0; i < thresholds; i++) {
      detections[i] = new LogHistogram();
    }
  }

  /** A living sender's beat ended a gap of this length. */
  void beat(long gapNanos) {
    beats++;
    nanos += gapNanos;
  }

  void mistake(int threshold, long durationNanos) {
    mistakes[threshold]++;
    mistakeNanos[threshold] += durationNanos;
  }

  void detection(int threshold, double durationNanos) {
    detectionNanos[threshold] += durationNanos;
    detectionNanosMax[threshold] = Math.max(detectionNanosMax[threshold], durationNanos);
    detections[threshold].add(durationNanos);
  }

  void addAll(Tally other) {
    beats += other.beats;
    nanos += other.nanos;
    for (int i = 0; i < mistakes.length; i++) {
      mistakes[i] += other.mistakes[i];
      mistakeNanos[i] += other.mistakeNanos[i];
      detectionNanos[i] += other.detectionNanos[i];
      detectionNanosMax[i] = Math.max(detectionNanosMax[i], other.detectionNanosMax[i]);
      detections[i].addAll(other.detections[i]);
    }
  }

  Score score(String trace, String detector, double threshold, int i) {
    double worst = detectionNanosMax[i];
    return new Score(
        trace,
        detector,
        threshold,
        beats,
        mistakes[i],
        beats == 0 ? 0 : mistakes[i] / (double) beats,
        mistakes[i] == 0 ? 0 : mistakeNanos[i] / mistakes[i] / Score.MILLI,
        nanos == 0 ? 1 : 1 - mistakeNanos[i] / nanos,
        beats == 0 ? 0 : detectionNanos[i] / beats / Score.MILLI,
        Math.min(worst, detections[i].quantile(0.99)) / Score.MILLI,
        worst / Score.MILLI);
  }

  long beats() {
    return beats;
  }
}
