package io.phial.client;

import io.phial.core.wire.Endpoint;
import java.time.Duration;

/** Keeps what the program's listener throws away from the state machine. */
final class GuardedListener implements StandingListener {
  private final StandingListener listener;
  private final Runnable onFirstRegistered;

  GuardedListener(StandingListener listener, Runnable onFirstRegistered) {
    this.listener = listener;
    this.onFirstRegistered = onFirstRegistered;
  }

  @Override
  public void onRegistered(Endpoint node, Duration interval) {
    onFirstRegistered.run();
    guard(() -> listener.onRegistered(node, interval));
  }

  @Override
  public void onAcknowledged(Endpoint node, Duration roundTrip) {
    guard(() -> listener.onAcknowledged(node, roundTrip));
  }

  @Override
  public void onSilent(Endpoint node, int unacknowledged) {
    guard(() -> listener.onSilent(node, unacknowledged));
  }

  @Override
  public void onRedirected(Endpoint from, Endpoint to) {
    guard(() -> listener.onRedirected(from, to));
  }

  @Override
  public void onRefused(Endpoint node, String reason, Duration retryAfter) {
    guard(() -> listener.onRefused(node, reason, retryAfter));
  }

  private static void guard(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      BeatLoop.report(e);
    }
  }
}
