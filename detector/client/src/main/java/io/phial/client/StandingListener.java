package io.phial.client;

import io.phial.core.wire.Endpoint;
import java.time.Duration;

/**
 * Is told how a client stands with the cluster. All calls come from the one thread that serves
 * every client of the process: return at once. What a listener throws goes to that thread's
 * uncaught exception handler and changes nothing else.
 */
public interface StandingListener {
  /**
   * The cluster judges this client from now on. Called again after each re-registration.
   *
   * @param node who answered
   * @param interval the time between beats that the cluster asks for
   */
  default void onRegistered(Endpoint node, Duration interval) {}

  /** A beat was acknowledged. */
  default void onAcknowledged(Endpoint node, Duration roundTrip) {}

  /**
   * A beat was not acknowledged in time, or a node could not be reached.
   *
   * @param unacknowledged beats in a row that this node left unanswered
   */
  default void onSilent(Endpoint node, int unacknowledged) {}

  /** Beats go to another node from now on. */
  default void onRedirected(Endpoint from, Endpoint to) {}

  /** A node refused to register this client; it tries again by itself. */
  default void onRefused(Endpoint node, String reason, Duration retryAfter) {}
}
