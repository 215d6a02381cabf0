package io.phial.chaos.qos;

import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The way between one sender and the observer. */
@FunctionalInterface
interface Network {
  /** The delay of a lost beat. */
  long LOST = -1;

  /** Nanoseconds in a millisecond. */
  double MILLI = 1e6;

  /** The delay of the next beat in nanoseconds, or {@link #LOST}. */
  long delayNanos(RandomGenerator random);

  /** A quiet local network: lognormal, mean 1 ms, coefficient of variation 1, loss 0.01 %. */
  static Network lan() {
    return lossy(1e-4, lognormal(0, 1, 1));
  }

  /**
   * A long way with a heavy tail: 125 ms and a lognormal 17 ms; one beat in fifty waits longer, by
   * a Pareto time from 60 ms with exponent 1.5, 30 s at most; loss 0.4 %.
   */
  static Network wan() {
    Network usual = lognormal(125, 17, 1);
    return lossy(
        0.004,
        random -> {
          double late = random.nextDouble() < 0.02 ? pareto(random, 60, 1.5, 30_000) : 0;
          return usual.delayNanos(random) + (long) (late * MILLI);
        });
  }

  /** Lognormal 5 ms, coefficient of variation 1, and independent loss. */
  static Network losing(double share) {
    return lossy(share, lognormal(0, 5, 1));
  }

  /**
   * Gilbert and Elliott: in the good state one beat in a thousand is lost, in the bad one 80 %. The
   * bad state begins with one beat in 200 and lasts 5 beats on average. Delay lognormal 20 ms.
   */
  static Network bursty() {
    Network delay = lognormal(0, 20, 1);
    boolean[] bad = new boolean[1];
    return random -> {
      bad[0] = random.nextDouble() < (bad[0] ? 0.8 : 0.005);
      boolean lost = random.nextDouble() < (bad[0] ? 0.8 : 0.001);
      return lost ? LOST : delay.delayNanos(random);
    };
  }

  /** A mobile network: 50 ms and a lognormal 300 ms, coefficient of variation 2, loss 3 %. */
  static Network mobile() {
    return lossy(0.03, lognormal(50, 300, 2));
  }

  /** One network for the first beats, another one after them. */
  static Network shifting(Supplier<Network> first, long beats, Supplier<Network> then) {
    Network before = first.get();
    Network after = then.get();
    long[] sent = new long[1];
    return random -> (sent[0]++ < beats ? before : after).delayNanos(random);
  }

  /** A network that loses this share of its beats, each on its own. */
  static Network lossy(double share, Network delay) {
    return random -> random.nextDouble() < share ? LOST : delay.delayNanos(random);
  }

  /** A constant and a lognormal part, the latter by its mean and coefficient of variation. */
  static Network lognormal(double baseMillis, double meanMillis, double variation) {
    double sigma = Math.sqrt(Math.log1p(variation * variation));
    double mu = Math.log(meanMillis) - sigma * sigma / 2;
    return random -> (long) (MILLI * (baseMillis + Math.exp(mu + sigma * random.nextGaussian())));
  }

  private static double pareto(RandomGenerator random, double least, double exponent, double most) {
    return Math.min(most, least * Math.pow(1 - random.nextDouble(), -1 / exponent));
  }
}
