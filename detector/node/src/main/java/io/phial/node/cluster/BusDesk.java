package io.phial.node.cluster;

import io.phial.node.cluster.ClusterException.Reason;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node answers and listens to. Handlers and listeners run on one context of the node's
 * own Vert.x, never on the bus's: that one may be torn down under them.
 */
final class BusDesk {
  private static final Logger LOG = LoggerFactory.getLogger(BusDesk.class);
  private static final int HANDLER_SECONDS_MAX = 60;

  private final int requestsMax;
  private final int bodyBytesMax;
  private final Context context;
  private final Map<String, NodeBus.Handler> handlers = new ConcurrentHashMap<>();
  private final Map<String, List<Consumer<Buffer>>> listeners = new ConcurrentHashMap<>();
  private final AtomicInteger serving = new AtomicInteger();

  BusDesk(Vertx vertx, int requestsMax, int bodyBytesMax) {
    this.context = vertx.getOrCreateContext();
    this.requestsMax = requestsMax;
    this.bodyBytesMax = bodyBytesMax;
  }

  void serve(String operation, NodeBus.Handler handler) {
    if (handlers.putIfAbsent(operation, handler) != null) {
      throw new IllegalArgumentException("operation must be served once, was " + operation);
    }
  }

  void listen(String topic, Consumer<Buffer> listener) {
    listeners.computeIfAbsent(topic, t -> new CopyOnWriteArrayList<>()).add(listener);
  }

  /** Runs something on the context of the handlers; dropped when the node's Vert.x is closed. */
  void run(Runnable task) {
    context.runOnContext(v -> task.run());
  }

  /** Answers one request; refused beyond the bound. The future completes on any thread. */
  Future<Buffer> answer(BusFrame request) {
    NodeBus.Handler handler = handlers.get(request.name());
    if (handler == null) {
      return Future.failedFuture(
          new ClusterException(Reason.UNKNOWN, request.name() + " is not served here"));
    }
    if (serving.incrementAndGet() > requestsMax) {
      serving.decrementAndGet();
      return Future.failedFuture(
          new ClusterException(Reason.REFUSED, "too many requests under way"));
    }
    Promise<Buffer> answer = Promise.promise();
    context.runOnContext(
        v ->
            handle(handler, request.body())
                .timeout(HANDLER_SECONDS_MAX, TimeUnit.SECONDS)
                .compose(this::bounded)
                .onComplete(answer));
    return answer.future().onComplete(done -> serving.decrementAndGet());
  }

  private static Future<Buffer> handle(NodeBus.Handler handler, Buffer body) {
    try {
      return handler.handle(body);
    } catch (RuntimeException e) {
      LOG.warn("a bus handler threw: {}", ClusterException.brief(e));
      return Future.failedFuture(e);
    }
  }

  /** The same body, or a failure when it is larger than the bound. */
  Future<Buffer> bounded(Buffer body) {
    if (body.length() <= bodyBytesMax) {
      return Future.succeededFuture(body);
    }
    return Future.failedFuture(
        new ClusterException(
            Reason.REFUSED,
            "body must be at most " + bodyBytesMax + " bytes, was " + body.length()));
  }

  /** Hands a publication to the listeners of its topic. */
  void hear(BusFrame publication) {
    List<Consumer<Buffer>> topic = listeners.get(publication.name());
    if (topic != null) {
      run(() -> topic.forEach(listener -> tell(listener, publication.body())));
    }
  }

  private static void tell(Consumer<Buffer> listener, Buffer body) {
    try {
      listener.accept(body);
    } catch (RuntimeException e) {
      LOG.warn("a bus listener threw: {}", ClusterException.brief(e));
    }
  }
}
