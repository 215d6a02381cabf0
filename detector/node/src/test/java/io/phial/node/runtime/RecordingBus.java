package io.phial.node.runtime;

import io.phial.node.cluster.NodeBus;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A bus that calls the other nodes' handlers on the spot; nodes that are not linked fail. */
final class RecordingBus implements NodeBus {
  final List<String> asked = new ArrayList<>();
  final List<Buffer> published = new ArrayList<>();
  final Map<String, RecordingBus> others = new HashMap<>();
  private final Map<String, Handler> handlers = new HashMap<>();
  private final List<Consumer<Buffer>> listeners = new ArrayList<>();

  @Override
  public void serve(String operation, Handler handler) {
    handlers.put(operation, handler);
  }

  @Override
  public Future<Buffer> request(String nodeId, String operation, Buffer body, Duration timeout) {
    asked.add(nodeId + " " + operation);
    RecordingBus other = others.get(nodeId);
    if (other == null) {
      return Future.failedFuture("node " + nodeId + " is not known");
    }
    Handler handler = other.handlers.get(operation);
    return handler == null
        ? Future.failedFuture(operation + " is not served")
        : handler.handle(body);
  }

  @Override
  public void publish(String topic, Buffer body) {
    published.add(body);
  }

  @Override
  public void listen(String topic, Consumer<Buffer> listener) {
    listeners.add(listener);
  }

  /** As if a node had published this, this one included. */
  void hear(Buffer body) {
    listeners.forEach(listener -> listener.accept(body));
  }
}
