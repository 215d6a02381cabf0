package io.phial.node.runtime;

import io.phial.core.wire.Endpoint;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connection kept open to one observed node, so that the end of its process shows at once. It
 * says who it is when it opens and now and then, or the other side would close it as a stranger's.
 * Lives on the gossip loop.
 */
final class Lifeline {
  private static final long RETRY_MILLIS = 500;

  private final Vertx vertx;
  private final NetClient client;
  private final Endpoint to;
  private final Supplier<Buffer> keepAlive;
  private final long keepAliveMillis;
  private final Runnable onLost;
  private @Nullable NetSocket connection;
  private boolean ended;

  /**
   * Describes it; opens nothing.
   *
   * @param keepAlive makes a frame that says who is there, afresh for each time
   * @param onLost it was open and has ended
   */
  Lifeline(
      Vertx vertx,
      NetClient client,
      Endpoint to,
      Supplier<Buffer> keepAlive,
      long keepAliveMillis,
      Runnable onLost) {
    this.vertx = vertx;
    this.client = client;
    this.to = to;
    this.keepAlive = keepAlive;
    this.keepAliveMillis = keepAliveMillis;
    this.onLost = onLost;
  }

  Endpoint to() {
    return to;
  }

  void connect() {
    client.connect(to.port(), to.host()).onSuccess(this::onConnected).onFailure(e -> retry());
  }

  private void onConnected(NetSocket opened) {
    if (ended) {
      opened.close().otherwiseEmpty();
      return;
    }
    connection = opened;
    opened.exceptionHandler(e -> {});
    opened.closeHandler(
        v -> {
          connection = null;
          if (!ended) {
            onLost.run();
            retry();
          }
        });
    speak(opened);
  }

  // A reader that takes nothing is stopped or gone: more would only pile up.
  private void speak(NetSocket opened) {
    if (connection == opened) {
      if (!opened.writeQueueFull()) {
        opened.write(keepAlive.get()).otherwiseEmpty();
      }
      vertx.setTimer(keepAliveMillis, id -> speak(opened));
    }
  }

  private void retry() {
    if (!ended) {
      vertx.setTimer(
          RETRY_MILLIS,
          id -> {
            if (!ended && connection == null) {
              connect();
            }
          });
    }
  }

  void end() {
    ended = true;
    if (connection != null) {
      connection.close().otherwiseEmpty();
    }
  }
}
