package io.phial.demo;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What a datagram suffers on its way.
 *
 * @param loss share that never arrives, 0 to 1
 * @param jitter mean of the extra delay, which is exponential and cut at {@value #CUT} means; later
 *     datagrams may overtake
 */
public record Link(double loss, Duration jitter) {
  /** The longest delay in means. */
  static final int CUT = 10;

  /** What {@link #fateNanos} answers for a lost datagram. */
  static final long LOST = -1;

  /** Nothing is lost or late. */
  public static final Link PERFECT = new Link(0, Duration.ZERO);

  /** Nothing arrives. */
  public static final Link CUT_OFF = new Link(1, Duration.ZERO);

  /** Checks the bounds. */
  public Link {
    if (!(loss >= 0 && loss <= 1)) {
      throw new IllegalArgumentException("loss must be 0 to 1, was " + loss);
    }
    if (jitter.isNegative() || jitter.toSeconds() > 10) {
      throw new IllegalArgumentException(
          "jitter must be 0 s to 10 s, was " + jitter.toMillis() + " ms");
    }
  }

  /** How much later a datagram arrives, or {@link #LOST}. Two draws for each, whatever the link. */
  long fateNanos(RandomGenerator random) {
    boolean lost = random.nextDouble() < loss;
    double means = Math.min(CUT, -Math.log1p(-random.nextDouble()));
    return lost ? LOST : (long) (means * jitter.toNanos());
  }
}
