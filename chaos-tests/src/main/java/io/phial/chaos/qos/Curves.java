package io.phial.chaos.qos;

import io.phial.core.phi.classic.DetectorKind;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Questions to the scores of one detector on one trace over a sweep of thresholds. */
final class Curves {
  /** The thresholds whose promise is checked. */
  static final double[] PROMISES = {2, 3, 4};

  private Curves() {}

  /**
   * The setting that detects soonest on average among those with at most this share of mistaken
   * beats: the detector as tuned in hindsight.
   */
  static Optional<Score> soonest(List<Score> curve, double mistakeRate) {
    return curve.stream()
        .filter(score -> score.mistakeRate() <= mistakeRate)
        .min(Comparator.comparingDouble(Score::detectionMeanMs));
  }

  /** The score at exactly this threshold. */
  static Optional<Score> at(List<Score> curve, double threshold) {
    return curve.stream().filter(score -> score.threshold() == threshold).findFirst();
  }

  /** True when this detector's threshold is a phi. */
  static boolean isPhi(String detector) {
    return Arrays.stream(DetectorKind.values())
        .anyMatch(kind -> kind.label().equals(detector) && kind.isPhi());
  }

  /** -log10 of the share of mistaken beats; that of half a mistake when there was none. */
  static double observedPhi(Score score) {
    return -Math.log10(Math.max(0.5, (double) score.mistakes()) / Math.max(1, score.beats()));
  }
}
