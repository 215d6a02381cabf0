package io.phial.core.phi;

import java.util.random.RandomGenerator;

/** A synthetic network between one sender and the observer. */
interface Trace {
  long MILLI = 1_000_000L;
  long SECOND = 1_000 * MILLI;

  /** The delay of the next beat in nanoseconds, or -1 when it is lost. */
  long delayNanos(RandomGenerator random);

  /** Lognormal delay with the given mean and coefficient of variation, and independent loss. */
  static Trace lognormal(double meanMillis, double variation, double loss) {
    double sigma = Math.sqrt(Math.log(1 + variation * variation));
    double mu = Math.log(meanMillis * MILLI) - sigma * sigma / 2;
    return random ->
        random.nextDouble() < loss ? -1 : (long) Math.exp(mu + sigma * random.nextGaussian());
  }

  /** Loss that comes in bursts (Gilbert): start and continuation probabilities. */
  static Trace bursty(Trace base, double start, double go) {
    boolean[] lost = new boolean[1];
    return random -> {
      lost[0] = random.nextDouble() < (lost[0] ? go : start);
      long delay = base.delayNanos(random);
      return lost[0] ? -1 : delay;
    };
  }
}
