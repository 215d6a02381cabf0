package io.phial.node.ingress.mqtt;

import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/** Brings last wills to the subscribers at other nodes. Thread-safe; a message may be lost. */
public interface WillExchange {
  /** Tells the other nodes; may come back to this one, which is harmless. */
  void publish(Buffer message);

  /** Listens to the others; called once, before the node joins. */
  void listen(Consumer<Buffer> listener);
}
