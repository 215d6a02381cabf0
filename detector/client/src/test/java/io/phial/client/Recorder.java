package io.phial.client;

import io.phial.core.wire.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Notes what a client was told, and where its outputs went. */
final class Recorder implements StandingListener {
  final List<String> told = new ArrayList<>();

  @Override
  public void onRegistered(Endpoint node, Duration interval) {
    told.add("registered " + node.port() + " " + interval.toMillis());
  }

  @Override
  public void onAcknowledged(Endpoint node, Duration roundTrip) {
    told.add("acknowledged " + node.port() + " " + roundTrip.toMillis());
  }

  @Override
  public void onSilent(Endpoint node, int unacknowledged) {
    told.add("silent " + node.port() + " " + unacknowledged);
  }

  @Override
  public void onRedirected(Endpoint from, Endpoint to) {
    told.add("redirected " + from.port() + " " + to.port());
  }

  @Override
  public void onRefused(Endpoint node, String reason, Duration retryAfter) {
    told.add("refused " + node.port() + " " + reason + " " + retryAfter.toMillis());
  }

  /** What was told since the last call. */
  List<String> drain() {
    List<String> result = List.copyOf(told);
    told.clear();
    return result;
  }
}
