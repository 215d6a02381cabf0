package io.phial.chaos.sim;

import java.util.random.RandomGenerator;

/**
 * What the network is like on a day without faults.
 *
 * @param name for the narration
 * @param delayNanosMin the shortest way
 * @param delayNanosMean what comes on top on average, exponential
 * @param tailShare share of packets that take ten times as long: reordering
 * @param loss share of packets lost one by one
 * @param burstShare share of 200 ms slots of a link in which four of five packets are lost
 * @param duplicates share of packets that arrive twice
 * @param bytesPerSecond what a node can send; beyond 200 ms of it packets are dropped
 */
record Climate(
    String name,
    long delayNanosMin,
    long delayNanosMean,
    double tailShare,
    double loss,
    double burstShare,
    double duplicates,
    double bytesPerSecond) {
  private static final long MICRO = 1_000;

  /** A quiet local network. */
  static final Climate LAN = new Climate("lan", 100 * MICRO, 150 * MICRO, 0.001, 0, 0, 0, 1e8);

  private static final Climate DATA_CENTRE =
      new Climate("data-centre", 300 * MICRO, 500 * MICRO, 0.005, 0.001, 0.0005, 0.001, 1e7);
  private static final Climate ZONES =
      new Climate("zones", 1_000 * MICRO, 1_500 * MICRO, 0.01, 0.005, 0.001, 0.005, 1e6);
  private static final Climate WAN =
      new Climate("wan", 20_000 * MICRO, 6_000 * MICRO, 0.02, 0.01, 0.002, 0.01, 1e6);

  static Climate draw(RandomGenerator random) {
    return switch (random.nextInt(5)) {
      case 0, 1 -> LAN;
      case 2 -> DATA_CENTRE;
      case 3 -> ZONES;
      default -> WAN;
    };
  }

  Climate withLoss(double value) {
    return new Climate(
        name,
        delayNanosMin,
        delayNanosMean,
        tailShare,
        value,
        burstShare,
        duplicates,
        bytesPerSecond);
  }
}
