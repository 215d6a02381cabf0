package io.phial.core.wire;

import org.jspecify.annotations.Nullable;

/**
 * A client's {@link Usage} as keys and values of text: {@code profile}, {@code mode}, {@code nat}.
 */
public final class UsageText {
  private static final String PROFILE = "profile";
  private static final String MODE = "mode";
  private static final String NAT = "nat";

  private UsageText() {}

  /** True for a key that says something about the usage. */
  public static boolean isKey(String key) {
    return key.equals(PROFILE) || key.equals(MODE) || key.equals(NAT);
  }

  /** What a value must be, a sentence for the client. */
  public static String bound(String key) {
    return switch (key) {
      case PROFILE -> "profile must be 1 to 16 of a-z 0-9 -";
      case MODE -> "mode must be foreground or background";
      default -> "nat must be 0s to 18h (digits and s, m or h)";
    };
  }

  /** What one key says, or null when the value is out of its bound. */
  public static @Nullable Usage parse(String key, String value) {
    return switch (key) {
      case PROFILE ->
          Usage.isProfile(value) ? new Usage(value, Usage.Mode.UNSAID, Usage.UNSAID) : null;
      case MODE -> mode(value);
      case NAT -> nat(value);
      default -> null;
    };
  }

  private static @Nullable Usage mode(String value) {
    return switch (value) {
      case "foreground" -> new Usage("", Usage.Mode.FOREGROUND, Usage.UNSAID);
      case "background" -> new Usage("", Usage.Mode.BACKGROUND, Usage.UNSAID);
      default -> null;
    };
  }

  private static @Nullable Usage nat(String value) {
    long millis = BeatLine.millis(value);
    boolean fits = millis >= 0 && millis % 1000 == 0 && millis / 1000 <= Usage.NAT_SECONDS_MAX;
    return fits ? new Usage("", Usage.Mode.UNSAID, (int) (millis / 1000)) : null;
  }
}
