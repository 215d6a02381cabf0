package io.phial.core.registry;

/**
 * Limits and thresholds of a shard.
 *
 * @param clientsMax rows at most; a registration beyond is refused
 * @param tickNanos how often {@code onTick} is called; deadlines fire within one tick
 * @param stallNanos a tick later than this means that the shard itself was stalled
 * @param suspectPhi threshold of SUSPECT, 1 to 16
 * @param deadPhi threshold of DEAD, at least {@code suspectPhi}
 * @param graceIntervals DEAD by silence never before this many intervals of silence
 * @param graceNanosMin DEAD by silence never before this much silence
 * @param reconnectGraceNanos how long a named client may take to come back after its connection
 *     closed
 * @param learnIntervalNanosMax assumed interval of a client that declares none, until its beats
 *     tell
 * @param deadRetentionNanos how long a DEAD or LEFT client stays listed
 */
public record ShardOptions(
    int clientsMax,
    long tickNanos,
    long stallNanos,
    double suspectPhi,
    double deadPhi,
    double graceIntervals,
    long graceNanosMin,
    long reconnectGraceNanos,
    long learnIntervalNanosMax,
    long deadRetentionNanos) {
  private static final long SECOND = 1_000_000_000L;

  /** The defaults: 1 M clients, 10 ms ticks, SUSPECT at phi 3, DEAD at phi 8 and 4 intervals. */
  public static ShardOptions defaults() {
    return new ShardOptions(
        1_000_000,
        SECOND / 100,
        SECOND / 4,
        3,
        8,
        4,
        2 * SECOND,
        3 * SECOND,
        30 * SECOND,
        600 * SECOND);
  }
}
