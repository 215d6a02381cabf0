package io.phial.core.phi;

/**
 * Settings of the calibrated arrival model; one object serves a whole cohort.
 *
 * @param anchored true when the sender restarts its timer with every beat (TCP, MQTT: the next beat
 *     is due one interval after the last arrival); false when it follows a fixed schedule (the next
 *     beat is due one interval after the last was <em>due</em>). Wrong either way costs a little
 *     detection time, never calibration
 * @param deviationNanosMin floor of a client's deviation. Lower detects sooner on a quiet network;
 *     higher forgives scheduling noise before the cohort has learned it. Rule of thumb: the worst
 *     scheduling delay of an idle machine, some 5 to 20 ms
 * @param learnPhi a gap that passed this phi is a mistake if it ends soon, and an outage, which
 *     teaches nothing, if it does not. Set it to the threshold of suspicion
 * @param memoryBeats how many beats each class of a cohort remembers, at least; a busy one
 *     remembers ten minutes. More resolves higher thresholds (phi needs some 10^phi beats), less
 *     follows slow change sooner; sudden change of many clients at once is found out whatever the
 *     memory
 * @param lossPrior share of gaps with a missing beat assumed before there is data
 * @param continuationPrior chance that a further beat is missing after a missing one, assumed
 *     before there is data
 */
public record PhiOptions(
    boolean anchored,
    long deviationNanosMin,
    double learnPhi,
    int memoryBeats,
    double lossPrior,
    double continuationPrior) {

  /** Checks every bound. */
  public PhiOptions {
    check(deviationNanosMin >= 1_000, "deviationNanosMin", "1000 or more", deviationNanosMin);
    check(learnPhi >= 0.5 && learnPhi <= 16, "learnPhi", "0.5 to 16", learnPhi);
    check(
        memoryBeats >= 100 && memoryBeats <= 100_000_000, "memoryBeats", "100 to 1e8", memoryBeats);
    check(lossPrior >= 1e-6 && lossPrior <= 0.5, "lossPrior", "1e-6 to 0.5", lossPrior);
    check(
        continuationPrior >= 0.01 && continuationPrior <= 0.9,
        "continuationPrior",
        "0.01 to 0.9",
        continuationPrior);
  }

  /** A fixed schedule, 10 ms floor, suspicion at phi 3, memory of a million beats. */
  public static PhiOptions defaults() {
    return new PhiOptions(false, 10_000_000, 3, 1_000_000, 0.005, 0.15);
  }

  /** The same with another anchoring. */
  public PhiOptions withAnchored(boolean value) {
    return new PhiOptions(
        value, deviationNanosMin, learnPhi, memoryBeats, lossPrior, continuationPrior);
  }

  /** The same with another threshold of learning. */
  public PhiOptions withLearnPhi(double value) {
    return new PhiOptions(
        anchored, deviationNanosMin, value, memoryBeats, lossPrior, continuationPrior);
  }

  /** The same with another floor of the deviation. */
  public PhiOptions withDeviationNanosMin(long value) {
    return new PhiOptions(anchored, value, learnPhi, memoryBeats, lossPrior, continuationPrior);
  }

  private static void check(boolean holds, String option, String bound, Number value) {
    if (!holds) {
      throw new IllegalArgumentException(option + " must be " + bound + ", was " + value);
    }
  }
}
