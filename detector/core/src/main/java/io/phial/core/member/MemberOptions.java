package io.phial.core.member;

/**
 * Settings of the membership. Everything else is derived from these; the derived values are methods
 * here, so that one place shows them all.
 *
 * @param tickNanos how often {@code onTick} is called. Shorter reacts sooner, longer costs less; at
 *     most a quarter of the interval
 * @param intervalNanos time between two beats to an observer. Shorter detects sooner, longer sends
 *     less: {@code observers} times 71 bytes per interval, headers and seal included
 * @param observers how many observers a node has at most; 4 to 8. More tolerate more sick
 *     observers, fewer cost less
 * @param suspectPhi an observer accuses at this phi. Lower accuses sooner and more often wrongly:
 *     about one living beat in 10^phi
 * @param unreachablePhi the fused phi of UNREACHABLE; about twice {@code suspectPhi}
 * @param stabilityNanos how long UNREACHABLE must last before DEAD; no pause shorter than this
 *     costs a node its membership
 */
public record MemberOptions(
    long tickNanos,
    long intervalNanos,
    int observers,
    double suspectPhi,
    double unreachablePhi,
    long stabilityNanos) {
  /** Rows of the roster at most; who comes beyond that is not taken in and counted. */
  public static final int NODES_MAX = 8192;

  /** Rows of nodes that are DEAD or LEFT at most; the oldest goes first. */
  public static final int GONE_MAX = 256;

  /** A node that is not beaten to in return has its beats answered this often. */
  static final int ECHO_BEATS = 16;

  /** Rumours waiting to be told at most; the oldest goes first. */
  public static final int RUMOURS_MAX = 256;

  /** Each new rumour is told about this many times log2 of the nodes. */
  static final int RUMOUR_FACTOR = 3;

  /** The same for what concerns few. */
  static final int MENTION_FACTOR = 3;

  /** Beats heard from a node before its silence says something. */
  static final int PRIMED_BEATS = 3;

  /** Without an observed beat, how many beats of patience before silence says something. */
  static final int PATIENCE_BEATS = 10;

  private static final long SECOND = 1_000_000_000L;

  /** Checks every bound. */
  public MemberOptions {
    check(tickNanos >= 1_000_000, "tickNanos", "1000000 or more", tickNanos);
    check(intervalNanos >= 4 * tickNanos, "intervalNanos", "4 ticks or more", intervalNanos);
    check(intervalNanos <= 60 * SECOND, "intervalNanos", "at most a minute", intervalNanos);
    check(observers >= 2 && observers <= 16, "observers", "2 to 16", observers);
    check(suspectPhi >= 0.5 && suspectPhi <= 16, "suspectPhi", "0.5 to 16", suspectPhi);
    check(
        unreachablePhi >= suspectPhi && unreachablePhi <= 32,
        "unreachablePhi",
        "suspectPhi to 32",
        unreachablePhi);
    check(
        stabilityNanos >= intervalNanos && stabilityNanos <= 3600 * SECOND,
        "stabilityNanos",
        "one interval to an hour",
        stabilityNanos);
  }

  /**
   * Beats every 500 ms to at most 4 observers; SUSPECT at phi 2.5, UNREACHABLE at a fused 5 (1.25 s
   * of silence), DEAD after 5 s of silence.
   */
  public static MemberOptions defaults() {
    return new MemberOptions(50_000_000, 500_000_000, 4, 2.5, 5, 3_000_000_000L);
  }

  /** The same with another interval, and a tick and a stability to match it. */
  public MemberOptions withIntervalNanos(long value) {
    double ratio = (double) value / intervalNanos;
    return new MemberOptions(
        (long) (tickNanos * ratio),
        value,
        observers,
        suspectPhi,
        unreachablePhi,
        (long) (stabilityNanos * ratio));
  }

  /** The same with another number of observers. */
  public MemberOptions withObservers(int value) {
    return new MemberOptions(
        tickNanos, intervalNanos, value, suspectPhi, unreachablePhi, stabilityNanos);
  }

  /** The same with another stability time. */
  public MemberOptions withStabilityNanos(long value) {
    return new MemberOptions(
        tickNanos, intervalNanos, observers, suspectPhi, unreachablePhi, value);
  }

  /** Nobody is accused of a shorter silence: 2 intervals. */
  public long suspectSilenceNanosMin() {
    return 2 * intervalNanos;
  }

  /** Nobody is UNREACHABLE after a shorter silence: 2.5 intervals. */
  public long unreachableSilenceNanosMin() {
    return 5 * intervalNanos / 2;
  }

  /** Nobody is DEAD of silence after a shorter one: the stability time and 4 intervals. */
  public long deadSilenceNanosMin() {
    return stabilityNanos + 4 * intervalNanos;
  }

  /** What one observer's silence adds to a fused phi at most, when there are several observers. */
  public double observerPhiMax() {
    return 0.8 * unreachablePhi;
  }

  /** Statements kept about one node at most; those of further observers are dropped. */
  public int votesMax() {
    return 4 * observers;
  }

  /** What may be told to everybody at once: 16 kB. */
  int broadcastBytesMax() {
    return 16_384;
  }

  /** What may be told to everybody in the long run: 4 kB a second; beats carry the rest. */
  int broadcastBytesPerSecond() {
    return 4_096;
  }

  /** Accusations and vouches expire: 8 intervals. */
  public long voteNanosMax() {
    return 8 * intervalNanos;
  }

  /** An own input gap longer than this is a stall: 2 intervals. */
  public long stallNanos() {
    return 2 * intervalNanos + tickNanos;
  }

  /** Time between two exchanges of the full roster with a random node. */
  long syncNanos() {
    return 75 * intervalNanos;
  }

  /** Time between two attempts to reach gone nodes and seeds again. */
  long reprobeNanos() {
    return 25 * intervalNanos;
  }

  /** How long a DEAD node is kept and tried: 24 hours. */
  static long deadNanosMax() {
    return 24 * 3600 * SECOND;
  }

  /** How long a node that LEFT is remembered, so that late rumours do not bring it back. */
  static long leftNanosMax() {
    return 3600 * SECOND;
  }

  private static void check(boolean holds, String option, String bound, Number value) {
    if (!holds) {
      throw new IllegalArgumentException(option + " must be " + bound + ", was " + value);
    }
  }
}
