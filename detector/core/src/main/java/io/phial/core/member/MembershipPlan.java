package io.phial.core.member;

/**
 * What a cluster with given settings can be expected to do, from closed formulas over the very same
 * settings that the state machine uses. Pure; the simulator confirms the formulas.
 *
 * @param expectedUnreachableMillis mean time from a hang to UNREACHABLE at every other node, ms
 * @param expectedDeadMillis mean time from a hang to DEAD at every other node, ms; infinite in a
 *     cluster of two, where silence never kills
 * @param mistakesPerYear how often per year of the whole cluster independent loss alone makes some
 *     healthy node UNREACHABLE somewhere
 * @param bytesPerSecondPerNode what one node sends per second in calm times, all headers and the
 *     seal counted
 */
public record MembershipPlan(
    double expectedUnreachableMillis,
    double expectedDeadMillis,
    double mistakesPerYear,
    double bytesPerSecondPerNode) {
  private static final double MILLI = 1e6;

  /** How late a beat must be, in intervals, until it counts as missing. */
  private static final double LATENESS = 0.15;

  private static final double YEAR_SECONDS = 365.25 * 86_400;

  /**
   * Plans.
   *
   * @param nodes of the cluster, 2 to {@link MemberOptions#NODES_MAX}
   * @param options the settings
   * @param loss share of datagrams lost, independently, 0 to 0.5
   * @throws IllegalArgumentException when a number is out of bounds
   */
  public static MembershipPlan of(int nodes, MemberOptions options, double loss) {
    check(
        nodes >= 2 && nodes <= MemberOptions.NODES_MAX,
        "nodes",
        "2 to " + MemberOptions.NODES_MAX,
        nodes);
    check(loss >= 0 && loss <= 0.5, "loss", "0 to 0.5", loss);
    int observers = Math.min(nodes - 1, options.observers());
    double unreachable = unreachableNanos(observers, options, loss);
    double dead =
        nodes == 2
            ? Double.POSITIVE_INFINITY
            : Math.max(
                unreachable + options.stabilityNanos(),
                options.deadSilenceNanosMin() - ageNanos(options, loss) + lagNanos(options));
    return new MembershipPlan(
        unreachable / MILLI,
        dead / MILLI,
        mistakes(nodes, observers, options, loss),
        bytes(nodes, observers, options));
  }

  private static double unreachableNanos(int observers, MemberOptions options, double loss) {
    double silence =
        Math.max(
            (double) options.unreachableSilenceNanosMin(),
            (missedBeats(observers, options, loss) + LATENESS) * options.intervalNanos());
    return silence - ageNanos(options, loss) + lagNanos(options);
  }

  /**
   * How old the last beat heard is when a node stops: half an interval, more when some got lost.
   */
  private static double ageNanos(MemberOptions options, double loss) {
    return options.intervalNanos() * (0.5 + loss / (1 - loss));
  }

  /** Half a tick until somebody looks, and the way of the verdict. */
  private static double lagNanos(MemberOptions options) {
    return options.tickNanos() / 2.0;
  }

  /** How many beats in a row must be missing before observers accuse and their phi adds up. */
  private static int missedBeats(int observers, MemberOptions options, double loss) {
    int needed = observers <= 2 ? observers : observers / 2 + 1;
    double each = Math.max(options.suspectPhi(), options.unreachablePhi() / needed);
    double perBeat = -Math.log10(Math.max(loss, 0.005));
    return (int) Math.ceil(each / perBeat);
  }

  private static double mistakes(int nodes, int observers, MemberOptions options, double loss) {
    int needed = observers <= 2 ? observers : observers / 2 + 1;
    double fromPhi = missedBeats(observers, options, loss);
    double fromSilence =
        Math.floor((double) options.unreachableSilenceNanosMin() / options.intervalNanos());
    double allMiss = Math.pow(loss, Math.max(fromPhi, fromSilence));
    double some = 0;
    for (int k = needed; k <= observers; k++) {
      // Those who heard it vouch, and only loss keeps their word away.
      double silent = choose(observers, k) * Math.pow(allMiss, k);
      some += silent * Math.pow(1 - allMiss, observers - k) * Math.pow(loss, observers - k);
    }
    double beatsPerYear = YEAR_SECONDS * 1e9 / options.intervalNanos();
    return nodes * beatsPerYear * some;
  }

  private static double choose(int n, int k) {
    double result = 1;
    for (int i = 1; i <= k; i++) {
      result *= (double) (n - k + i) / i;
    }
    return result;
  }

  private static double bytes(int nodes, int observers, MemberOptions options) {
    double beats = 1e9 / options.intervalNanos() * observers;
    // Who beats to me and is not beaten to gets an echo now and then.
    double oneSided = Math.max(0, 1 - (double) observers / (nodes - 1));
    double echoes = beats * oneSided / MemberOptions.ECHO_BEATS;
    double digests = 1e9 / options.syncNanos();
    double beat = oneSided * FrameBytes.BEAT_WITHOUT_ECHO + (1 - oneSided) * FrameBytes.BEAT;
    return beats * (beat + FrameBytes.AROUND_DATAGRAM)
        + (echoes + digests) * (FrameBytes.ECHO + FrameBytes.AROUND_DATAGRAM);
  }

  private static void check(boolean holds, String option, String bound, Number value) {
    if (!holds) {
      throw new IllegalArgumentException(option + " must be " + bound + ", was " + value);
    }
  }
}
