package io.phial.demo;

import java.time.Duration;

/**
 * How long the tour waits and watches.
 *
 * @param limit for every verdict and state: far beyond any promise, so that a slow machine fails no
 *     step and its measured times tell
 * @param pause of the client that comes back: within its grace, as DEAD takes four intervals
 * @param calm how long nobody may say anything wrong before the cluster counts as healed
 */
record Patience(Duration limit, Duration pause, Duration calm) {
  /** What the demo uses. */
  static final Patience USUAL =
      new Patience(Duration.ofSeconds(60), Duration.ofSeconds(2), Duration.ofSeconds(5));
}
