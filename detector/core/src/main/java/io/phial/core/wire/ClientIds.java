package io.phial.core.wire;

/** What clients may call themselves and how often they may promise to beat. */
public final class ClientIds {
  /** Longest id, in characters: {@value}. */
  public static final int LENGTH_MAX = 128;

  /** Anonymous connections are named by nodes with this prefix; nobody else may use it. */
  public static final String ANONYMOUS_PREFIX = "tcp:";

  /** Shortest interval that may be declared, in milliseconds: {@value}. */
  public static final int INTERVAL_MILLIS_MIN = 10;

  /** Longest interval that may be declared, in milliseconds (24 hours): {@value}. */
  public static final int INTERVAL_MILLIS_MAX = 86_400_000;

  private ClientIds() {}

  /**
   * True for 1 to {@value #LENGTH_MAX} printable ASCII characters without blanks that do not begin
   * with {@code tcp:}.
   */
  public static boolean isValid(String id) {
    if (id.isEmpty() || id.length() > LENGTH_MAX || id.startsWith(ANONYMOUS_PREFIX)) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      if (id.charAt(i) <= ' ' || id.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  /** True for an interval within the bounds, and for 0: to be learned from the beats. */
  public static boolean isInterval(long intervalMillis) {
    return intervalMillis == 0
        || (intervalMillis >= INTERVAL_MILLIS_MIN && intervalMillis <= INTERVAL_MILLIS_MAX);
  }
}
