package io.phial.chaos.sim;

import java.util.List;

/**
 * What came of one seed.
 *
 * @param seed the seed
 * @param nodes how many nodes it started with
 * @param unreachableMillis of the hang in calm times, until all others held it so; NaN if not
 * @param deadMillis the same, DEAD
 * @param falseDead wrong verdicts
 * @param bytesPerNodePerSecond in calm times
 * @param worstBytesPerSecond the most that any node sent in any ten seconds
 * @param events how many there were
 * @param violations of invariants, the first few
 */
record SeedResult(
    long seed,
    int nodes,
    double unreachableMillis,
    double deadMillis,
    int falseDead,
    double bytesPerNodePerSecond,
    long worstBytesPerSecond,
    long events,
    List<String> violations) {}
