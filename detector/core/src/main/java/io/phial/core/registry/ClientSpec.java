package io.phial.core.registry;

/**
 * What a client declares when it registers.
 *
 * @param id 1 to 128 characters, printable ASCII without blanks
 * @param session the 32-bit handle that its datagrams carry, or 0 for a client without one; the low
 *     12 bits are its slot
 * @param incarnation grows with every start of the client; 0 when the client does not know
 * @param transport how its beats travel
 * @param intervalNanos the agreed time between beats, or 0 when it is to be learned from its beats
 * @param anonymous true when the id is only its connection: nobody can take it over
 * @param profile number of its kind, 0 to {@value #PROFILE_MAX}: clients of one profile and
 *     transport share the statistics of their arrivals
 * @param zone failure domain that it shares with others, up to {@value #ZONE_CHARS_MAX} characters
 *     of printable ASCII without blanks; empty when it has none
 */
public record ClientSpec(
    String id,
    int session,
    long incarnation,
    Transport transport,
    long intervalNanos,
    boolean anonymous,
    int profile,
    String zone) {
  /** The highest profile. */
  public static final int PROFILE_MAX = 15;

  /** Longest zone. */
  public static final int ZONE_CHARS_MAX = 64;

  /** A client of profile 0 without a zone. */
  public ClientSpec(
      String id,
      int session,
      long incarnation,
      Transport transport,
      long intervalNanos,
      boolean anonymous) {
    this(id, session, incarnation, transport, intervalNanos, anonymous, 0, "");
  }

  /** The same with a profile and an interval. */
  public ClientSpec withProfile(int newProfile, long newIntervalNanos) {
    return new ClientSpec(
        id, session, incarnation, transport, newIntervalNanos, anonymous, newProfile, zone);
  }

  /** The same with a session and an interval. */
  public ClientSpec withSession(int newSession, long newIntervalNanos) {
    return new ClientSpec(
        id, newSession, incarnation, transport, newIntervalNanos, anonymous, profile, zone);
  }
}
