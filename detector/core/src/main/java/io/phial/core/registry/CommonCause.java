package io.phial.core.registry;

import java.util.Arrays;

/**
 * Doubts that many clients die at once. Groups are cohorts and zones; of each it counts the living
 * clients and those among them that are silent (SUSPECT). A client is judged with its zone, or with
 * its cohort when it has none or one too small to tell. At the threshold of suspicion one beat in
 * 10^phi is mistaken, so with n clients, w of whose intervals fit between suspicion and death,
 * chance alone explains
 *
 * <pre>  mu = factor * n * w * 10^-phi</pre>
 *
 * silent clients at a time, and rarely more than {@code silentMin + mu + deviations * sqrt(mu)}
 * (the number is a Poisson variable). Beyond that a common cause is likelier: the network, or this
 * node. Then DEAD is given at a limited rate in this group until half of that number are left, as
 * the node controller of Kubernetes does for a zone. SUSPECT is never held back.
 *
 * <p>Pure; memory for {@value #GROUPS} groups; constant time.
 */
final class CommonCause {
  /** Cohorts, and zones from 1 on behind them. */
  static final int GROUPS = Cohorts.COUNT + Zones.ZONES_MAX;

  private static final double SECOND_NANOS = 1e9;
  // Whoever is held back asks again that late at most; so much of the rate may be caught up on.
  private static final long HOLD_NANOS_MIN = 20_000_000L;
  private static final long HOLD_NANOS_MAX = 2_000_000_000L;
  private static final int LOOKS_PER_DEATH = 4;

  private final CommonCauseOptions options;
  // Of each group: the share of living clients that chance makes silent.
  private final double[] mistakenShare = new double[GROUPS];
  private final int[] living = new int[GROUPS];
  private final int[] silent = new int[GROUPS];
  private final boolean[] slowed = new boolean[GROUPS];
  private final long[] nextNanos = new long[GROUPS];
  private long episodes;
  private long heldBack;

  CommonCause(CommonCauseOptions options, double suspectPhi) {
    this.options = options;
    Arrays.fill(mistakenShare, Math.pow(10, -suspectPhi));
  }

  /** Each cohort by the threshold of its profile; zones, which mix them, by that of the first. */
  CommonCause(CommonCauseOptions options, Profiles profiles) {
    this(options, profiles.of(0).suspectPhi());
    for (int cohort = 0; cohort < Cohorts.COUNT; cohort++) {
      mistakenShare[cohort] = Math.pow(10, -profiles.of(cohort >>> 1).suspectPhi());
    }
  }

  static int ofZone(int zone) {
    return Cohorts.COUNT + zone - 1;
  }

  /** A client came into its groups, or left them; {@code zone} is 0 for none. */
  void count(int cohort, int zone, Verdict verdict, int change) {
    boolean isSilent = verdict == Verdict.SUSPECT;
    if (!isSilent && verdict != Verdict.ALIVE && verdict != Verdict.UNKNOWN) {
      return;
    }
    count(cohort, isSilent, change);
    if (zone != 0) {
      count(ofZone(zone), isSilent, change);
    }
  }

  private void count(int group, boolean isSilent, int change) {
    living[group] += change;
    silent[group] += isSilent ? change : 0;
    slowed[group] &= silent[group] > 0;
  }

  /** Silent clients of a group that chance and calibration explain, if all beat alike. */
  double bound(int group, double intervals) {
    double mu = options.factor() * living[group] * intervals * mistakenShare[group];
    return options.silentMin() + mu + options.deviations() * Math.sqrt(mu);
  }

  /** Whether a group is slowed as of now. */
  private boolean isSlowed(int group, double intervals, long nowNanos) {
    double bound = bound(group, intervals);
    boolean before = slowed[group];
    boolean now = silent[group] > (before ? bound / 2 : bound);
    if (now && !before) {
      episodes++;
      nextNanos[group] = nowNanos;
    }
    slowed[group] = now;
    return now;
  }

  /** The zone of a client when it has enough clients to tell, or else its cohort. */
  private int group(int cohort, int zone) {
    return zone != 0 && living[ofZone(zone)] > options.silentMin() ? ofZone(zone) : cohort;
  }

  /**
   * Asks whether one silent client may be declared DEAD now.
   *
   * @param zone its zone, 0 for none
   * @param intervals how many of its intervals lie between suspicion and death
   * @return 0 when it may; otherwise the time after which to ask again
   */
  long delayNanos(int cohort, int zone, double intervals, long nowNanos) {
    int group = group(cohort, zone);
    if (!isSlowed(group, intervals, nowNanos)) {
      return 0;
    }
    if (nextNanos[group] - nowNanos > 0) {
      return held(group);
    }
    spend(group, nowNanos);
    return 0;
  }

  private void spend(int group, long nowNanos) {
    long from = nowNanos - HOLD_NANOS_MAX;
    long next = nextNanos[group] - from > 0 ? nextNanos[group] : from;
    nextNanos[group] = next + (long) (SECOND_NANOS / deadPerSecond(group));
  }

  private double deadPerSecond(int group) {
    return Math.max(options.deadPerSecondMin(), options.deadShareMaxPerSecond() * living[group]);
  }

  private long held(int group) {
    heldBack++;
    double nanos = SECOND_NANOS * silent[group] / deadPerSecond(group) / LOOKS_PER_DEATH;
    return (long) Math.max(HOLD_NANOS_MIN, Math.min(HOLD_NANOS_MAX, nanos));
  }

  /** What to add to the reason of a silent client; empty while its group is not slowed. */
  String reason(int cohort, int zone, String zoneName) {
    int group = group(cohort, zone);
    return slowed[group]
        ? "; a common cause is likely: "
            + silent[group]
            + " of "
            + living[group]
            + (group == cohort ? " of its kind" : " in zone " + zoneName)
            + " are silent, so DEAD is given to "
            + Math.max(1, Math.round(deadPerSecond(group)))
            + " a second at most"
        : "";
  }

  /** How often a group came to be slowed. */
  long episodes() {
    return episodes;
  }

  /** How often a DEAD that was due was put off. */
  long heldBack() {
    return heldBack;
  }
}
