package io.phial.chaos.claim;

/**
 * How thoroughly to measure.
 *
 * @param quick keep every area under a minute, at the price of leaving out claims
 * @param runs how often the measurements are repeated, 1 to {@value #RUNS_MAX}
 * @param seed of all randomness
 */
public record Plan(boolean quick, int runs, long seed) {
  /** More would take a day. */
  public static final int RUNS_MAX = 100;

  /** Checks the bounds. */
  public Plan {
    if (runs < 1 || runs > RUNS_MAX) {
      throw new IllegalArgumentException("--runs must be 1 to " + RUNS_MAX + ", was " + runs);
    }
  }
}
