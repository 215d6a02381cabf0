package io.phial.node.cli;

import io.phial.core.wire.Endpoint;
import io.phial.core.wire.NodeInfo;
import io.phial.node.api.RunningNode;
import io.phial.node.api.VerdictEvent;
import io.phial.node.api.VerdictStream;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** A node that does as a test says. */
final class PuppetNode implements RunningNode {
  final Promise<Void> started = Promise.promise();
  final Promise<Void> stopped = Promise.promise();
  final Promise<Void> failure = Promise.promise();
  final VerdictStream events = new VerdictStream(64);
  volatile boolean isStopWanted;

  /** One that starts and stops at once. */
  static PuppetNode willing() {
    PuppetNode node = new PuppetNode();
    node.started.complete();
    node.stopped.complete();
    return node;
  }

  static VerdictEvent event(String id) {
    return new VerdictEvent(
        1, VerdictEvent.Kind.CLIENT, id, "UNKNOWN", "ALIVE", "registered", 0, 0);
  }

  @Override
  public Future<Void> start() {
    return started.future();
  }

  @Override
  public Future<Void> stop() {
    isStopWanted = true;
    return stopped.future();
  }

  @Override
  public NodeInfo info() {
    return new NodeInfo(
        "n1",
        "",
        new Endpoint("127.0.0.1", 1),
        new Endpoint("127.0.0.1", 2),
        new Endpoint("127.0.0.1", 3),
        new Endpoint("127.0.0.1", 4),
        100);
  }

  @Override
  public VerdictStream events() {
    return events;
  }

  @Override
  public Future<Void> failure() {
    return failure.future();
  }
}
