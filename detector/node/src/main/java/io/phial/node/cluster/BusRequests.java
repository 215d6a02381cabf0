package io.phial.node.cluster;

import io.phial.node.cluster.ClusterException.Reason;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Requests and publications of this node: to itself directly, to others over the bus of the life
 * under way. Bounded in number and size.
 */
final class BusRequests {
  private final ClusterOptions options;
  private final BusDesk desk;
  private final ClusterMeters meters;
  private final Executor worker;
  private final Supplier<@Nullable HazelcastLink> link;
  private final AtomicInteger underWay = new AtomicInteger();

  BusRequests(
      ClusterOptions options,
      BusDesk desk,
      ClusterMeters meters,
      Executor worker,
      Supplier<@Nullable HazelcastLink> link) {
    this.options = options;
    this.desk = desk;
    this.meters = meters;
    this.worker = worker;
    this.link = link;
  }

  Future<Buffer> request(String nodeId, String operation, Buffer body, Duration timeout) {
    String what = operation + " of " + nodeId;
    CompletableFuture<Buffer> answer;
    if (underWay.incrementAndGet() > options.busRequestsMax()) {
      answer =
          CompletableFuture.failedFuture(
              new ClusterException(Reason.REFUSED, what + ": too many requests under way"));
    } else if (body.length() > options.busBodyBytesMax()) {
      answer = desk.bounded(body).toCompletionStage().toCompletableFuture();
    } else {
      answer = ask(what, nodeId, new BusFrame(operation, body.copy()), timeout);
    }
    return Completions.toCaller(
        Completions.within(what, timeout, answer, worker)
            .whenComplete(
                (value, failure) -> {
                  underWay.decrementAndGet();
                  meters.operation("request", failure == null);
                }));
  }

  private CompletableFuture<Buffer> ask(
      String what, String nodeId, BusFrame frame, Duration timeout) {
    if (nodeId.equals(options.nodeId())) {
      return desk.answer(frame).toCompletionStage().toCompletableFuture();
    }
    HazelcastLink joined = link.get();
    HazelcastBus bus = joined == null ? null : joined.bus();
    if (joined == null || bus == null || !joined.isRunning()) {
      return CompletableFuture.failedFuture(ClusterException.away(what));
    }
    String life = joined.lifeOf(nodeId);
    if (life == null) {
      return CompletableFuture.failedFuture(
          new ClusterException(Reason.UNKNOWN, "node " + nodeId + " is not known"));
    }
    return bus.request(nodeId, life, frame.encode(), timeout);
  }

  void publish(String topic, Buffer body) {
    if (body.length() > options.busBodyBytesMax()) {
      meters.publicationsDropped.increment();
      return;
    }
    BusFrame frame = new BusFrame(topic, body.copy());
    desk.hear(frame);
    HazelcastLink joined = link.get();
    HazelcastBus bus = joined == null ? null : joined.bus();
    if (bus == null) {
      meters.publicationsDropped.increment();
    } else {
      bus.publish(frame.encode());
    }
  }
}
