package io.phial.core.phi.classic;

/**
 * Judges one sender by its beats. Times are nanoseconds of any monotonic clock, compared by
 * subtraction. Not thread-safe: one writer.
 *
 * <p>After any beats, whatever their gaps:
 *
 * <ol>
 *   <li>{@link #suspicion} is finite, 0 or more, never NaN, and does not fall while silence lasts
 *       (beyond a rounding of 1e-12 of its value, or of 1 where that is more);
 *   <li>{@link #deadlineNanos} is the first instant, not before the last beat, at which {@link
 *       #suspicion} reaches the threshold.
 * </ol>
 */
public interface Detector {
  /** No deadline lies further from the last beat than this: 73 years. */
  long SILENCE_NANOS_MAX = Long.MAX_VALUE / 4;

  /**
   * Takes a beat. One whose sequence number is not above every earlier one is stale and changes
   * nothing.
   *
   * @param sequence the sender's counter of beats
   * @param nowNanos when it arrived; a time before the last arrival counts as that
   */
  void onBeat(long sequence, long nowNanos);

  /**
   * The sender has said that from its last beat on it keeps another interval. Detectors whose paper
   * takes the interval as known start anew with it; the others find out by themselves.
   *
   * @param intervalNanos the agreed time between beats from now on, 1 or more
   * @param nowNanos when the word arrived
   */
  void onInterval(long intervalNanos, long nowNanos);

  /** Suspicion now, in the detector's own unit (see {@link DetectorKind}). */
  double suspicion(long nowNanos);

  /**
   * The first instant at which the suspicion reaches a threshold if no beat comes. With a threshold
   * of 0 or less that is the last arrival.
   */
  long deadlineNanos(double threshold);
}
