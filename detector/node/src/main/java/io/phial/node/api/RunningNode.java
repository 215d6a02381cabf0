package io.phial.node.api;

import io.phial.core.wire.NodeInfo;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * A node as the command line drives it: start, tell, stop. The command line knows no more of it.
 *
 * <p>{@link #start} and {@link #stop} are called once each, from a plain thread; {@code stop} may
 * come while {@code start} is under way or after it failed.
 */
public interface RunningNode {
  /** Opens the sockets and joins; completes when the node is ready. */
  Future<Void> start();

  /** Says goodbye, hands over and closes everything that {@link #start} opened. */
  Future<Void> stop();

  /** Who it is and where it listens; known once {@link #start} has completed. */
  NodeInfo info();

  /** Its verdicts. */
  VerdictStream events();

  /** Fails when the node cannot go on by itself; the process then ends with exit code 1. */
  default Future<Void> failure() {
    return Promise.<Void>promise().future();
  }
}
