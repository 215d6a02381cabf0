package io.phial.client;

import io.phial.core.wire.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Which node a client uses and what came of its beats; tells its listener. */
final class Tally {
  private final List<Endpoint> nodes;
  private final int configured;
  private final StandingListener listener;
  private int node;
  private int unanswered;
  private boolean registered;
  private long beats;
  private long acknowledged;
  private long registrations;

  Tally(List<Endpoint> nodes, StandingListener listener) {
    this.nodes = new ArrayList<>(nodes);
    this.configured = nodes.size();
    this.listener = listener;
  }

  int node() {
    return node;
  }

  /**
   * The index of a node that the cluster named. One that is not among those configured becomes an
   * additional last one, in place of the one learned before.
   */
  int indexOf(Endpoint named) {
    int known = nodes.indexOf(named);
    if (known >= 0) {
      return known;
    }
    if (nodes.size() > configured) {
      nodes.set(configured, named);
    } else {
      nodes.add(named);
    }
    return configured;
  }

  int after(int index) {
    return (index + 1) % nodes.size();
  }

  int size() {
    return nodes.size();
  }

  boolean isRegistered() {
    return registered;
  }

  /** Beats in a row that the node in use left unanswered. */
  int unanswered() {
    return unanswered;
  }

  void beat() {
    beats++;
  }

  void registered(int index, long intervalNanos) {
    redirect(index);
    unanswered = 0;
    registered = true;
    registrations++;
    listener.onRegistered(nodes.get(index), Duration.ofNanos(intervalNanos));
  }

  void unregistered() {
    registered = false;
  }

  void acknowledged(int index, long roundTripNanos) {
    acknowledged++;
    if (index == node) {
      unanswered = 0;
    }
    listener.onAcknowledged(nodes.get(index), Duration.ofNanos(roundTripNanos));
  }

  /** The node in use left another beat unanswered. */
  void silent() {
    unanswered++;
    listener.onSilent(nodes.get(node), unanswered);
  }

  /** A node that is not (yet) in use did not answer. */
  void unreachable(int index, int attempts) {
    listener.onSilent(nodes.get(index), attempts);
  }

  void refused(int index, String reason, long retryAfterNanos) {
    listener.onRefused(nodes.get(index), reason, Duration.ofNanos(retryAfterNanos));
  }

  void redirect(int index) {
    if (index != node) {
      int from = node;
      node = index;
      unanswered = 0;
      listener.onRedirected(nodes.get(from), nodes.get(index));
    }
  }

  Standing standing(long intervalNanos) {
    return new Standing(
        registered,
        nodes.get(node),
        Duration.ofNanos(intervalNanos),
        beats,
        acknowledged,
        registrations);
  }
}
