package io.phial.core.phi.classic;

/**
 * The last so many samples with their mean and variance, in constant time. Sums run over
 * differences to a recent mean and are taken anew each time the ring is full, so that rounding
 * neither grows nor makes a variance negative.
 */
final class Window {
  private final double[] samples;
  private int size;
  private int next;
  private double origin;
  private double sum;
  private double squares;

  /**
   * Creates an empty window.
   *
   * @param samplesMax 1 or more
   */
  Window(int samplesMax) {
    if (samplesMax < 1) {
      throw new IllegalArgumentException("samplesMax must be 1 or more, was " + samplesMax);
    }
    samples = new double[samplesMax];
  }

  void add(double sample) {
    if (size == 0) {
      origin = sample;
    }
    if (size == samples.length) {
      double gone = samples[next] - origin;
      sum -= gone;
      squares -= gone * gone;
    } else {
      size++;
    }
    samples[next] = sample;
    next = (next + 1) % samples.length;
    double come = sample - origin;
    sum += come;
    squares += come * come;
    if (next == 0) {
      sumAnew();
    }
  }

  private void sumAnew() {
    origin = mean();
    sum = 0;
    squares = 0;
    for (int i = 0; i < size; i++) {
      double difference = samples[i] - origin;
      sum += difference;
      squares += difference * difference;
    }
  }

  void clear() {
    size = 0;
    next = 0;
    sum = 0;
    squares = 0;
  }

  int size() {
    return size;
  }

  /** The mean; 0 of an empty window. */
  double mean() {
    return size == 0 ? 0 : origin + sum / size;
  }

  /** The variance of these samples, 0 or more. */
  double variance() {
    if (size == 0) {
      return 0;
    }
    double shift = sum / size;
    return Math.max(0, squares / size - shift * shift);
  }
}
