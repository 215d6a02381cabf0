package io.phial.core.phi;

/**
 * A model of when the beats of a client arrive. The state of one client lives in {@link #WORDS}
 * longs of the caller, so that a million clients are a flat array; what clients share lives in the
 * model. Not thread-safe: one writer. No method allocates but {@link #exported}.
 *
 * <p>Times are nanoseconds of any monotonic clock, compared by subtraction. For every state:
 *
 * <ol>
 *   <li>{@link #phi} is finite, never negative, never NaN, and does not fall while silence lasts;
 *   <li>{@link #deadlineNanos} is the first instant at which {@link #phi} reaches the threshold.
 * </ol>
 */
public interface ArrivalModel {
  /** Longs of state per client. */
  int WORDS = 4;

  /** Bytes of an exported estimate at most. */
  int EXPORT_BYTES_MAX = 40;

  /** Longest and shortest interval that a model takes; others are brought into the range. */
  long INTERVAL_NANOS_MAX = 7L * 86_400_000_000_000L;

  /** Shortest interval that a model takes. */
  long INTERVAL_NANOS_MIN = 1_000_000L;

  /**
   * Starts a fresh estimate as if a beat had just come. The first arrival after it only sets the
   * schedule, for its phase is arbitrary.
   */
  void start(long[] state, int at, long intervalNanos, long nowNanos);

  /** Takes an announced change of interval: the schedule is set anew, the relative jitter kept. */
  void changeInterval(long[] state, int at, long intervalNanos, long nowNanos);

  /**
   * Takes an announced quiet: the next beat is due an interval after the given time, as if one had
   * come then. Interval, relative jitter and loss are kept; a beat that comes sooner ends it.
   *
   * @param untilNanos until when the client will be quiet; a time in the past means now
   */
  default void quietUntil(long[] state, int at, long untilNanos, long nowNanos) {
    changeInterval(state, at, intervalNanos(state, at), nowNanos);
    shift(state, at, Math.max(0, untilNanos - nowNanos));
  }

  /**
   * Takes an arrival.
   *
   * @param beats how far the client's counter went since the last arrival; 0 when unknown: the gap
   *     rounded to intervals
   * @param learn false when the client was suspected: the client's own estimate then learns
   *     nothing, and what it shares with others only when the silence ended soon after
   */
  void onArrival(long[] state, int at, long nowNanos, int beats, boolean learn);

  /** Takes an arrival that teaches nothing: only the schedule moves (queued during a stall). */
  void onQueued(long[] state, int at, long nowNanos, int beats);

  /** Suspicion now: -log10 of the probability that a living client is silent this long. */
  double phi(long[] state, int at, long nowNanos);

  /** The first instant at which phi reaches the threshold, if no beat comes. */
  long deadlineNanos(long[] state, int at, double threshold);

  /** Moves the schedule by a time in which the observer itself stood still. */
  void shift(long[] state, int at, long stallNanos);

  /** Due times passed since the last arrival. */
  double beatsMissed(long[] state, int at, long nowNanos);

  /** The client's decayed share of lost beats, 0 to 1. */
  double lossRate(long[] state, int at);

  /** When the last beat came. */
  long lastArrivalNanos(long[] state, int at);

  /** The interval in force. */
  long intervalNanos(long[] state, int at);

  /** What was learned of the client, without any clock reading; {@link #EXPORT_BYTES_MAX} bytes. */
  byte[] exported(long[] state, int at);

  /**
   * Starts from an exported estimate as if a beat had just come.
   *
   * @return false when the bytes are of another model or version or malformed: the state is then
   *     unchanged
   */
  boolean restore(long[] state, int at, byte[] exported, long nowNanos);
}
