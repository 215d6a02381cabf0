package io.phial.core.wire;

/**
 * What a client says about its kind and how it is used, so that the node can choose its interval.
 *
 * @param profile name of its profile, up to {@value #PROFILE_CHARS_MAX} of a-z, 0-9 and -; empty
 *     when it does not say
 * @param mode whether anybody looks at it
 * @param natLimitSeconds silence after which its path to the node is closed, 1 to {@value
 *     #NAT_SECONDS_MAX}; 0 when it knows of no limit, {@value #UNSAID} when it does not say
 */
public record Usage(String profile, Mode mode, int natLimitSeconds) {
  /** Longest name of a profile. */
  public static final int PROFILE_CHARS_MAX = 16;

  /** Longest limit. */
  public static final int NAT_SECONDS_MAX = 65_535;

  /** Of a limit: nothing was said. */
  public static final int UNSAID = -1;

  /** Nothing is said. */
  public static final Usage NONE = new Usage("", Mode.UNSAID, UNSAID);

  /** Whether anybody looks at the client. */
  public enum Mode {
    /** Nothing was said: as before, at first in the foreground. */
    UNSAID,
    /** In use. */
    FOREGROUND,
    /** Nobody looks; the battery counts more than quick detection. */
    BACKGROUND
  }

  /** Checks the bounds. */
  public Usage {
    if (!profile.isEmpty() && !isProfile(profile)) {
      throw new IllegalArgumentException(
          "profile must be up to 16 of a-z, 0-9 and -, was " + profile);
    }
    if (natLimitSeconds < UNSAID || natLimitSeconds > NAT_SECONDS_MAX) {
      throw new IllegalArgumentException(
          "natLimitSeconds must be 0 to " + NAT_SECONDS_MAX + ", was " + natLimitSeconds);
    }
  }

  /** True when anything is said. */
  public boolean isSaid() {
    return !equals(NONE);
  }

  /** This, and what was said before where this says nothing. */
  public Usage after(Usage before) {
    return new Usage(
        profile.isEmpty() ? before.profile : profile,
        mode == Mode.UNSAID ? before.mode : mode,
        natLimitSeconds == UNSAID ? before.natLimitSeconds : natLimitSeconds);
  }

  /** True for a text that can name a profile. */
  public static boolean isProfile(String text) {
    return !text.isEmpty()
        && text.length() <= PROFILE_CHARS_MAX
        && text.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
  }
}
