package io.phial.chaos.claim;

import java.util.Comparator;

/**
 * A number that a measurement must respect.
 *
 * @param comparison in which direction
 * @param value the number, finite
 */
public record Bound(Comparison comparison, double value) {
  /** Checks that the number is finite. */
  public Bound {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("value must be finite, was " + value);
    }
  }

  /** The measured number must not exceed this one. */
  public static Bound atMost(double value) {
    return new Bound(Comparison.AT_MOST, value);
  }

  /** The measured number must reach this one. */
  public static Bound atLeast(double value) {
    return new Bound(Comparison.AT_LEAST, value);
  }

  /** The measured number must be this one. */
  public static Bound exactly(double value) {
    return new Bound(Comparison.EXACTLY, value);
  }

  /** True when a measured number respects this bound; NaN never does. */
  public boolean holds(double measured) {
    return switch (comparison) {
      case AT_MOST -> measured <= value;
      case AT_LEAST -> measured >= value;
      case EXACTLY -> measured == value;
    };
  }

  /** Orders measured numbers from the best to the worst; NaN is the worst. */
  public Comparator<Double> bestFirst() {
    return Comparator.comparingDouble(this::badness);
  }

  private double badness(double measured) {
    return switch (comparison) {
      case AT_MOST -> measured;
      case AT_LEAST -> -measured;
      case EXACTLY -> Math.abs(measured - value);
    };
  }

  /** As printed, for example {@code <= 2000}. */
  @Override
  public String toString() {
    return comparison.sign() + " " + Numbers.text(value);
  }
}
