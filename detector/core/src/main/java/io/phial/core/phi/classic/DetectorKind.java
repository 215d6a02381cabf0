package io.phial.core.phi.classic;

import io.phial.core.phi.CalibratedModel;
import io.phial.core.phi.Cohort;
import io.phial.core.phi.PhiOptions;

/** The detectors there are, with the names and units that every output uses. */
public enum DetectorKind {
  /** Ours; the threshold is phi. */
  CALIBRATED_PHI("calibrated-phi", "phi"),
  /** Hayashibara 2004; the threshold is phi. */
  NORMAL_PHI("normal-phi", "phi"),
  /** As Cassandra; the threshold is phi. */
  EXPONENTIAL_PHI("exponential-phi", "phi"),
  /** Chen 2002 (NFD-E); the threshold is the margin in seconds. */
  CHEN("chen", "s"),
  /** Bertier 2002; the threshold multiplies the paper's margin. */
  BERTIER("bertier", "margins"),
  /** Tomsic 2015; the threshold is the margin in seconds. */
  TWO_WINDOW("2w-fd", "s"),
  /** A fixed timeout; the threshold is the silence in seconds. */
  FIXED("fixed", "s");

  private final String label;
  private final String unit;

  DetectorKind(String label, String unit) {
    this.label = label;
    this.unit = unit;
  }

  /** The name in every output. */
  public String label() {
    return label;
  }

  /** The unit of suspicion and threshold. */
  public String unit() {
    return unit;
  }

  /** True when the threshold is a phi, so that a share of 10^-threshold mistakes is promised. */
  public boolean isPhi() {
    return unit.equals("phi");
  }

  /** Makes the detectors of senders that may share what they learn. Not thread-safe. */
  @FunctionalInterface
  public interface Fleet {
    /**
     * A detector that starts as if a beat had just come.
     *
     * @param intervalNanos the agreed time between beats, 1 or more
     */
    Detector detector(long intervalNanos, long nowNanos);
  }

  /**
   * A fleet of this kind.
   *
   * @param suspectThreshold the threshold that will be acted on. Only the calibrated detector,
   *     which does not learn from those it suspects, needs to know it; 0.5 to 16 for that one
   */
  public Fleet fleet(double suspectThreshold) {
    return switch (this) {
      case CALIBRATED_PHI -> calibrated(PhiOptions.defaults().withLearnPhi(suspectThreshold));
      case NORMAL_PHI -> NormalPhi::new;
      case EXPONENTIAL_PHI -> ExponentialPhi::new;
      case CHEN -> Chen::new;
      case BERTIER -> Bertier::new;
      case TWO_WINDOW -> TwoWindow::new;
      case FIXED -> (intervalNanos, nowNanos) -> new FixedTimeout(nowNanos);
    };
  }

  private static Fleet calibrated(PhiOptions options) {
    CalibratedModel model = new CalibratedModel(options, new Cohort(options));
    return (intervalNanos, nowNanos) ->
        new CalibratedPhi(model, options.learnPhi(), intervalNanos, nowNanos);
  }
}
