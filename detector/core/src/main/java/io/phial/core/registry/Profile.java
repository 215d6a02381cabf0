package io.phial.core.registry;

import io.phial.core.phi.ArrivalModel;
import java.util.List;

/**
 * What clients of one kind need: how often they may beat, how soon their death shall be known, and
 * how sure the judge has to be. Immutable.
 *
 * @param name 1 to {@value #NAME_CHARS_MAX} lower-case letters, digits and dashes
 * @param intervalNanosMin shortest interval that its clients are told
 * @param intervalNanosMax longest interval that its clients are told in the foreground
 * @param detectionNanos target: time from the last beat to DEAD; 0 when the interval that a client
 *     declares is kept
 * @param suspectPhi threshold of SUSPECT, 1 to 16
 * @param deadPhi threshold of DEAD, at least {@code suspectPhi}
 * @param missedBeatsMin DEAD by silence never before this many intervals of silence
 * @param silenceNanosMin DEAD by silence never before this much silence
 * @param backgroundNanos interval of a client that says it is in the background; 0: the same as in
 *     the foreground
 * @param payloadBytesMax longest payload of its clients
 * @param idPrefixes clients that name no profile and whose id begins with one of these have this
 *     one
 */
public record Profile(
    String name,
    long intervalNanosMin,
    long intervalNanosMax,
    long detectionNanos,
    double suspectPhi,
    double deadPhi,
    double missedBeatsMin,
    long silenceNanosMin,
    long backgroundNanos,
    int payloadBytesMax,
    List<String> idPrefixes) {
  /** Longest name. */
  public static final int NAME_CHARS_MAX = 16;

  /** The name of the profile of clients that have no other one. */
  public static final String DEFAULT_NAME = "default";

  private static final double PHI_MAX = 16;
  private static final long INTERVAL_NANOS_MAX = ArrivalModel.INTERVAL_NANOS_MAX;

  /** Checks every bound. */
  public Profile {
    idPrefixes = List.copyOf(idPrefixes);
    check(isName(name), "name", "1 to 16 of a-z, 0-9 and -", name);
    check(
        intervalNanosMin >= ArrivalModel.INTERVAL_NANOS_MIN && intervalNanosMin <= intervalNanosMax,
        "intervalNanosMin",
        "1e6 to intervalNanosMax",
        intervalNanosMin);
    check(
        intervalNanosMax <= INTERVAL_NANOS_MAX,
        "intervalNanosMax",
        "at most " + INTERVAL_NANOS_MAX,
        intervalNanosMax);
    check(detectionNanos >= 0, "detectionNanos", "0 or more", detectionNanos);
    check(suspectPhi >= 1 && suspectPhi <= PHI_MAX, "suspectPhi", "1 to 16", suspectPhi);
    check(deadPhi >= suspectPhi && deadPhi <= 1000, "deadPhi", "suspectPhi to 1000", deadPhi);
    check(missedBeatsMin >= 0, "missedBeatsMin", "0 or more", missedBeatsMin);
    check(silenceNanosMin >= 0, "silenceNanosMin", "0 or more", silenceNanosMin);
    check(
        backgroundNanos >= 0 && backgroundNanos <= INTERVAL_NANOS_MAX,
        "backgroundNanos",
        "0 to " + INTERVAL_NANOS_MAX,
        backgroundNanos);
    check(payloadBytesMax >= 0, "payloadBytesMax", "0 or more", payloadBytesMax);
  }

  /** True for a text that can name a profile. */
  public static boolean isName(String text) {
    return !text.isEmpty()
        && text.length() <= NAME_CHARS_MAX
        && text.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
  }

  /** True when the node chooses the interval of its clients. */
  public boolean isAdaptive() {
    return detectionNanos > 0;
  }

  private static void check(boolean holds, String option, String bound, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(option + " must be " + bound + ", was " + value);
    }
  }
}
