package io.phial.node.cluster;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Rare messages between nodes, over the clustered event bus. Never per beat. Thread-safe; nothing
 * blocks.
 */
public interface NodeBus {
  /** Answers a request from a node. */
  @FunctionalInterface
  interface Handler {
    /** Answers; a failed future is told to the asker as its message. */
    Future<Buffer> handle(Buffer request);
  }

  /** Registers the answer to an operation of this node; call before the store starts. */
  void serve(String operation, Handler handler);

  /** Asks a node; fails after the time-out or when the node is not known. */
  Future<Buffer> request(String nodeId, String operation, Buffer body, Duration timeout);

  /** Tells all nodes, this one included; may be lost. */
  void publish(String topic, Buffer body);

  /** Listens to a topic; call before the store starts. */
  void listen(String topic, Consumer<Buffer> listener);
}
