package io.phial.core.registry;

import io.phial.core.phi.ArrivalModel;
import java.util.List;

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
 * @param commonCause what holds DEAD back when many fall silent together
 * @param profiles those beside the first, by number from 1 on, at most 15
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
    long deadRetentionNanos,
    CommonCauseOptions commonCause,
    List<Profile> profiles) {
  private static final long SECOND = 1_000_000_000L;
  private static final int CLIENTS_MAX = 50_000_000;
  private static final double PHI_MAX = 16;

  /** Checks every bound. */
  public ShardOptions {
    profiles = List.copyOf(profiles);
    check(clientsMax >= 1 && clientsMax <= CLIENTS_MAX, "clientsMax", "1 to 5e7", clientsMax);
    check(tickNanos >= 1_000_000 && tickNanos <= SECOND, "tickNanos", "1e6 to 1e9", tickNanos);
    check(stallNanos >= tickNanos, "stallNanos", "tickNanos or more", stallNanos);
    check(suspectPhi >= 1 && suspectPhi <= PHI_MAX, "suspectPhi", "1 to 16", suspectPhi);
    check(deadPhi >= suspectPhi && deadPhi <= 1000, "deadPhi", "suspectPhi to 1000", deadPhi);
    check(graceIntervals >= 0, "graceIntervals", "0 or more", graceIntervals);
    check(graceNanosMin >= 0, "graceNanosMin", "0 or more", graceNanosMin);
    check(reconnectGraceNanos >= 0, "reconnectGraceNanos", "0 or more", reconnectGraceNanos);
    check(
        learnIntervalNanosMax >= tickNanos,
        "learnIntervalNanosMax",
        "tickNanos or more",
        learnIntervalNanosMax);
    check(deadRetentionNanos >= 0, "deadRetentionNanos", "0 or more", deadRetentionNanos);
  }

  /** With the default guard against common causes. */
  public ShardOptions(
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
    this(
        clientsMax,
        tickNanos,
        stallNanos,
        suspectPhi,
        deadPhi,
        graceIntervals,
        graceNanosMin,
        reconnectGraceNanos,
        learnIntervalNanosMax,
        deadRetentionNanos,
        CommonCauseOptions.defaults(),
        List.of());
  }

  /** The same with another guard against common causes. */
  public ShardOptions withCommonCause(CommonCauseOptions value) {
    return new ShardOptions(
        clientsMax,
        tickNanos,
        stallNanos,
        suspectPhi,
        deadPhi,
        graceIntervals,
        graceNanosMin,
        reconnectGraceNanos,
        learnIntervalNanosMax,
        deadRetentionNanos,
        value,
        profiles);
  }

  /** The same with these profiles. */
  public ShardOptions withProfiles(List<Profile> value) {
    return new ShardOptions(
        clientsMax,
        tickNanos,
        stallNanos,
        suspectPhi,
        deadPhi,
        graceIntervals,
        graceNanosMin,
        reconnectGraceNanos,
        learnIntervalNanosMax,
        deadRetentionNanos,
        commonCause,
        value);
  }

  /** All profiles, the first one made of these thresholds. */
  public Profiles allProfiles() {
    Profile first =
        new Profile(
            Profile.DEFAULT_NAME,
            ArrivalModel.INTERVAL_NANOS_MIN,
            ArrivalModel.INTERVAL_NANOS_MAX,
            0,
            suspectPhi,
            deadPhi,
            graceIntervals,
            graceNanosMin,
            0,
            Integer.MAX_VALUE,
            List.of());
    return new Profiles(first, profiles);
  }

  private static void check(boolean holds, String option, String bound, Number value) {
    if (!holds) {
      throw new IllegalArgumentException(option + " must be " + bound + ", was " + value);
    }
  }

  /** The defaults: 1 M clients, 10 ms ticks, SUSPECT at phi 4, DEAD at phi 8 and 4 intervals. */
  public static ShardOptions defaults() {
    return new ShardOptions(
        1_000_000,
        SECOND / 100,
        SECOND / 4,
        4,
        8,
        4,
        2 * SECOND,
        3 * SECOND,
        30 * SECOND,
        600 * SECOND);
  }
}
