package io.phial.node.cluster;

import io.phial.node.cluster.ClusterException.Reason;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.MessageProducer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The clustered event bus of one life: exactly two registrations per node, its own address and the
 * common one of all topics, because every lost member makes every survivor go through all of them.
 */
final class HazelcastBus {
  private static final String TOPICS = "phial.topics";
  private static final String NODE = "phial.node.";
  private static final String FROM = "from";

  private final ClusterOptions options;
  private final String ownAddress;
  private final BusDesk desk;
  private final ClusterMeters meters;
  private final Vertx vertx;
  private final Context context;
  private final AtomicInteger publishing = new AtomicInteger();
  private @Nullable MessageProducer<Buffer> topics;

  HazelcastBus(
      ClusterOptions options, String life, Vertx vertx, BusDesk desk, ClusterMeters meters) {
    this.options = options;
    this.ownAddress = address(options.nodeId(), life);
    this.desk = desk;
    this.meters = meters;
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
  }

  /**
   * The address of one life of a node. Not of the node: registrations of its former lives may
   * linger, and requests would go to them in turn.
   */
  private static String address(String nodeId, String life) {
    return NODE + nodeId + "." + life;
  }

  String ownAddress() {
    return ownAddress;
  }

  /** Registers both consumers; completes when the cluster knows them. */
  Future<Void> open() {
    topics =
        vertx.eventBus().publisher(TOPICS, new DeliveryOptions().addHeader(FROM, options.nodeId()));
    MessageConsumer<Buffer> own = vertx.eventBus().consumer(ownAddress, this::onRequest);
    MessageConsumer<Buffer> common = vertx.eventBus().consumer(TOPICS, this::onPublication);
    return Future.all(own.completion(), common.completion()).mapEmpty();
  }

  /** Asks another node. The result completes on any thread. */
  CompletableFuture<Buffer> request(String nodeId, String life, Buffer frame, Duration timeout) {
    CompletableFuture<Buffer> answer = new CompletableFuture<>();
    DeliveryOptions delivery = new DeliveryOptions().setSendTimeout(timeout.toMillis());
    onLoop(
        () ->
            vertx
                .eventBus()
                .<Buffer>request(address(nodeId, life), frame, delivery)
                .onSuccess(reply -> answer.complete(reply.body()))
                .onFailure(e -> answer.completeExceptionally(explain(nodeId, timeout, e))),
        answer);
    return answer;
  }

  private static ClusterException explain(String nodeId, Duration timeout, Throwable failure) {
    if (!(failure instanceof ReplyException reply)) {
      return ClusterException.failed("request to " + nodeId, failure);
    }
    if (reply.failureType() == ReplyFailure.NO_HANDLERS) {
      return new ClusterException(Reason.UNKNOWN, "node " + nodeId + " is not known");
    }
    if (reply.failureType() == ReplyFailure.TIMEOUT) {
      return ClusterException.timeout("request to " + nodeId, timeout.toMillis());
    }
    String message = reply.getMessage();
    return new ClusterException(
        Reason.ofCode(reply.failureCode()), message == null ? "no reason given" : message);
  }

  /** Tells the other nodes; dropped and counted when too many are still being written. */
  void publish(Buffer frame) {
    MessageProducer<Buffer> producer = topics;
    if (producer == null || publishing.get() >= options.busRequestsMax()) {
      meters.publicationsDropped.increment();
      return;
    }
    publishing.incrementAndGet();
    CompletableFuture<Void> written = new CompletableFuture<>();
    var unused =
        written.whenComplete(
            (none, failure) -> {
              publishing.decrementAndGet();
              if (failure != null) {
                meters.publicationsDropped.increment();
              }
            });
    onLoop(
        () ->
            producer
                .write(frame)
                .onSuccess(written::complete)
                .onFailure(written::completeExceptionally),
        written);
  }

  private void onRequest(Message<Buffer> message) {
    BusFrame frame;
    try {
      frame = BusFrame.decode(message.body());
    } catch (IllegalArgumentException e) {
      message.fail(Reason.REFUSED.code(), "the request is malformed");
      return;
    }
    desk.answer(frame).onComplete(answer -> reply(message, answer.result(), answer.cause()));
  }

  private void reply(Message<Buffer> message, @Nullable Buffer body, @Nullable Throwable failure) {
    CompletableFuture<Void> ignored = new CompletableFuture<>();
    onLoop(
        () -> {
          if (failure == null) {
            message.reply(body);
          } else {
            message.fail(code(failure), ClusterException.brief(failure));
          }
        },
        ignored);
  }

  private static int code(Throwable failure) {
    Reason reason = failure instanceof ClusterException known ? known.reason() : Reason.FAILED;
    return reason.code();
  }

  private void onPublication(Message<Buffer> message) {
    if (options.nodeId().equals(message.headers().get(FROM))) {
      return; // it was handed over when it was published
    }
    try {
      desk.hear(BusFrame.decode(message.body()));
    } catch (IllegalArgumentException e) {
      meters.publicationsDropped.increment();
    }
  }

  private void onLoop(Runnable task, CompletableFuture<?> otherwise) {
    try {
      context.runOnContext(v -> task.run());
    } catch (RejectedExecutionException e) {
      otherwise.completeExceptionally(ClusterException.away("event bus"));
    }
  }
}
