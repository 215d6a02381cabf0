package io.phial.demo;

import java.time.Duration;

/** Waiting for something that cannot call back. */
public final class Poll {
  private static final long EVERY_MILLIS = 100;

  /** A question whose asking may take a while. */
  @FunctionalInterface
  public interface Question {
    /** Asks once. */
    boolean ask() throws InterruptedException;
  }

  private Poll() {}

  /** Asks until the answer is yes; false when the limit passes first. Asks at least once. */
  public static boolean until(Duration limit, Question question) throws InterruptedException {
    long startNanos = System.nanoTime();
    while (!question.ask()) {
      if (System.nanoTime() - startNanos > limit.toNanos()) {
        return false;
      }
      Thread.sleep(EVERY_MILLIS);
    }
    return true;
  }
}
