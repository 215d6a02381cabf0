package io.phial.core.registry;

/**
 * The interval that a client with a profile is told when it registers. Pure.
 *
 * <pre>
 *   wanted = declared, or else target / (missed beats + 2)
 *   wanted = background interval, when in the background and the profile has one
 *   chosen = min(max(wanted, shortest), longest, 0.9 * NAT limit)
 * </pre>
 *
 * <p>The longest is the background interval in the background where that is longer. The NAT limit
 * comes last: a beat that comes after the path was closed is none, whatever the profile asks for.
 */
public final class IntervalRule {
  /** Share of the NAT limit that an interval may use; the rest is for late timers. */
  static final double NAT_SHARE = 0.9;

  /** From the last beat to DEAD are the missed beats that are needed, and about two intervals. */
  private static final double INTERVALS_BESIDE = 2;

  private IntervalRule() {}

  /**
   * Chooses.
   *
   * @param declaredNanos what the client declares, 0 for nothing
   * @param background true while nobody looks at the client
   * @param natLimitNanos silence after which its path is closed, 0 for not known
   * @return nanoseconds, above 0
   */
  public static long chosenNanos(
      Profile profile, long declaredNanos, boolean background, long natLimitNanos) {
    boolean quiet = background && profile.backgroundNanos() > 0;
    long wanted = quiet ? profile.backgroundNanos() : wantedNanos(profile, declaredNanos);
    long longest = profile.intervalNanosMax();
    if (quiet) {
      longest = Math.max(longest, profile.backgroundNanos());
    }
    long chosen = Math.min(Math.max(wanted, profile.intervalNanosMin()), longest);
    return natLimitNanos > 0 ? Math.min(chosen, (long) (NAT_SHARE * natLimitNanos)) : chosen;
  }

  private static long wantedNanos(Profile profile, long declaredNanos) {
    return declaredNanos > 0
        ? declaredNanos
        : (long) (profile.detectionNanos() / (profile.missedBeatsMin() + INTERVALS_BESIDE));
  }
}
