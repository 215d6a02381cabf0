package io.phial.chaos.qos;

/**
 * The quality of service of one detector at one threshold on one trace, in the terms of Chen,
 * Toueg, Aguilera 2002.
 *
 * <p>The sender is alive throughout, so every suspicion is a mistake: at most one is counted for
 * each gap between two fresh beats. Detection times are what they would be if the sender crashed
 * right after it sent a beat that still arrives, for every such beat: from that sending to the
 * suspicion.
 *
 * @param trace its name
 * @param detector its name
 * @param threshold in the detector's unit
 * @param beats gaps judged
 * @param mistakes gaps in which the sender was suspected
 * @param mistakeRate mistakes for each beat
 * @param mistakeDurationMeanMs from suspicion to the beat that refutes it; 0 without mistakes
 * @param queryAccuracy share of the time in which the sender is rightly trusted
 * @param detectionMeanMs mean detection time
 * @param detectionP99Ms its 99th percentile, at most 1.6 % too high
 * @param detectionWorstMs its maximum
 */
public record Score(
    String trace,
    String detector,
    double threshold,
    long beats,
    long mistakes,
    double mistakeRate,
    double mistakeDurationMeanMs,
    double queryAccuracy,
    double detectionMeanMs,
    double detectionP99Ms,
    double detectionWorstMs) {
  static final double MILLI = 1e6;
}
