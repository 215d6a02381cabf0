package io.phial.core.wire;

/**
 * How many bytes of membership a node sends per second, and what gives way when that is not enough:
 * first the exchange of rosters, then rumours, never beats. Beats are bounded already, by observers
 * and interval, and a node that saves its beats looks dead; they are charged, so the others wait
 * for them. A token bucket that holds one second's worth. Not thread-safe.
 */
public final class ByteBudget {
  /** What a frame is for, in the order in which they give way, the last first. */
  public enum Share {
    /** Beats, echoes and goodbyes: always go. */
    BEATS,
    /** Rumours and joins: go while there is anything left. */
    RUMOURS,
    /** Rosters: go while half of a second's worth is left after them. */
    EXCHANGE,
    /** Clients' beats for other nodes: not of the membership, bounded elsewhere, not charged. */
    CLIENTS
  }

  private static final double NANOS_PER_SECOND = 1e9;

  private final double bytesPerSecond;
  private double left;
  private long filledNanos;
  private boolean filled;

  /**
   * A full bucket.
   *
   * @param bytesPerSecond what may be sent on average, and at once, 1 or more
   */
  public ByteBudget(long bytesPerSecond) {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException("bytesPerSecond must be 1 or more, was " + bytesPerSecond);
    }
    this.bytesPerSecond = bytesPerSecond;
    this.left = bytesPerSecond;
  }

  /** Which share a frame belongs to. */
  public static Share shareOf(Frame frame) {
    if (frame instanceof Frame.Gossip || frame instanceof Frame.Join) {
      return Share.RUMOURS;
    }
    if (frame instanceof Frame.JoinReply || frame instanceof Frame.Sync) {
      return Share.EXCHANGE;
    }
    return frame instanceof ForwardedBeats
            || frame instanceof ForwardedWord
            || frame instanceof UnknownSessions
        ? Share.CLIENTS
        : Share.BEATS;
  }

  /**
   * Takes what a frame costs.
   *
   * @param bytes its length, headers of IP and UDP included
   * @param nowNanos of a monotonic clock
   * @return false when it has to give way; nothing was taken then
   */
  public boolean take(Share share, int bytes, long nowNanos) {
    refill(nowNanos);
    boolean goes =
        switch (share) {
          case BEATS, CLIENTS -> true;
          case RUMOURS -> left >= bytes;
          // A roster larger than half a second's worth must go some time, too.
          case EXCHANGE -> left - bytes >= bytesPerSecond / 2 || left >= bytesPerSecond;
        };
    if (goes && share != Share.CLIENTS) {
      left -= bytes;
    }
    return goes;
  }

  private void refill(long nowNanos) {
    double seconds = filled ? Math.max(0, nowNanos - filledNanos) / NANOS_PER_SECOND : 0;
    filled = true;
    filledNanos = nowNanos;
    left = Math.min(bytesPerSecond, left + seconds * bytesPerSecond);
  }
}
