package io.phial.node.ingress.grpc;

import io.phial.node.ingress.StatusFeed;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One Watch call. After each change that may concern its service it asks what is true now, one
 * question at a time, and tells the client if that differs from what it told last: so nothing piles
 * up for a slow reader. Belongs to the event loop of its call.
 */
final class Watch {
  private static final int READ_MAX = 256;
  private static final long RETRY_MILLIS = 1000;
  // A group may change often; each question goes to all nodes.
  private static final long GAP_MILLIS = 100;

  private final Vertx vertx;
  private final Context context;
  private final String service;
  private final HealthService health;
  private final StatusFeed feed;
  private final HttpServerResponse response;
  private final Consumer<Watch> onEnd;
  private final AtomicBoolean woken = new AtomicBoolean();
  private StatusFeed.@Nullable Subscription subscription;
  private @Nullable Serving told;
  private long position;
  private boolean asking;
  private boolean askAgain;
  private boolean isClosed;

  Watch(
      Vertx vertx,
      String service,
      HealthService health,
      StatusFeed feed,
      HttpServerResponse response,
      Consumer<Watch> onEnd) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.service = service;
    this.health = health;
    this.feed = feed;
    this.response = response;
    this.onEnd = onEnd;
  }

  void start() {
    position = feed.position();
    subscription = feed.subscribe(this::wake);
    response.drainHandler(nothing -> ask());
    ask();
  }

  private void wake() {
    if (woken.compareAndSet(false, true)) {
      context.runOnContext(
          nothing -> {
            woken.set(false);
            read();
          });
    }
  }

  private void read() {
    boolean concerned = service.isEmpty();
    while (true) {
      StatusFeed.Changes changes = feed.read(position, READ_MAX);
      concerned |= changes.missed() > 0;
      for (StatusFeed.Status change : changes.changes()) {
        concerned |= HealthService.concerns(service, change);
      }
      if (changes.next() == position) {
        break;
      }
      position = changes.next();
    }
    if (concerned) {
      ask();
    }
  }

  private void ask() {
    if (isClosed || response.writeQueueFull()) {
      return;
    }
    if (asking) {
      askAgain = true;
      return;
    }
    asking = true;
    askAgain = false;
    health
        .check(service)
        .onComplete(
            done ->
                context.runOnContext(
                    nothing -> {
                      if (done.succeeded()) {
                        tell(done.result());
                      }
                      vertx.setTimer(
                          done.succeeded() ? GAP_MILLIS : RETRY_MILLIS,
                          timer -> {
                            asking = false;
                            if (askAgain || done.failed()) {
                              ask();
                            }
                          });
                    }));
  }

  private void tell(Serving status) {
    if (!isClosed && status != told) {
      told = status;
      response
          .write(HealthMessages.framed(HealthMessages.response(status)))
          .onFailure(failure -> close());
    }
  }

  /** Stops; the call itself is over already. */
  void close() {
    if (!isClosed) {
      isClosed = true;
      if (subscription != null) {
        subscription.close();
      }
      onEnd.accept(this);
    }
  }

  /** Ends the call: the node stops, and the client shall ask another one. */
  void end() {
    close();
    response.putTrailer("grpc-status", "14").end().onFailure(failure -> response.reset());
  }
}
