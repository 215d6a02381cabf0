package io.phial.node.api;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;

/**
 * One reader of the event stream. It pulls from the shared ring as fast as its own connection
 * drains, so what is buffered for it is one small write queue; everything else waits in the ring or
 * is counted as missed.
 *
 * <p>All but {@link #wake} runs on the connection's context.
 */
final class EventReader {
  private static final int WRITE_QUEUE_BYTES_MAX = 32 * 1024;
  private static final int BATCH_EVENTS = 64;
  private static final String RETRY_MILLIS = "2000";

  private final Context context;
  private final HttpServerResponse response;
  private final VerdictStream stream;
  private final String boot;
  private final LongConsumer onMissed;
  private final AtomicBoolean isWoken = new AtomicBoolean();
  private final VerdictStream.Subscription subscription;
  private long position;
  private boolean isClosed;

  /**
   * Creates a reader; {@link #start} begins to write.
   *
   * @param boot tells the positions of this start of the node from those of earlier ones
   * @param position where to begin in the stream
   * @param onMissed told how many events were skipped
   */
  EventReader(
      Context context,
      HttpServerResponse response,
      VerdictStream stream,
      String boot,
      long position,
      LongConsumer onMissed) {
    this.context = context;
    this.response = response;
    this.stream = stream;
    this.boot = boot;
    this.position = position;
    this.onMissed = onMissed;
    this.subscription = stream.subscribe(this::wake);
  }

  void start() {
    response.setWriteQueueMaxSize(WRITE_QUEUE_BYTES_MAX);
    response.drainHandler(nothing -> pump());
    // Written at once, so that the reader sees the stream open before the first event.
    write("retry: " + RETRY_MILLIS + "\n\n");
    pump();
  }

  /** There may be something new. Any thread; costs one task at most, however many events. */
  private void wake() {
    if (isWoken.compareAndSet(false, true)) {
      context.runOnContext(
          nothing -> {
            isWoken.set(false);
            pump();
          });
    }
  }

  private void pump() {
    while (!isClosed && !response.writeQueueFull()) {
      VerdictStream.Batch batch = stream.read(position, BATCH_EVENTS);
      if (batch.missed() == 0 && batch.events().isEmpty()) {
        return;
      }
      write(text(batch));
      position = batch.nextSequence();
    }
  }

  private String text(VerdictStream.Batch batch) {
    StringBuilder text = new StringBuilder();
    long sequence = batch.nextSequence() - batch.events().size();
    if (batch.missed() > 0) {
      onMissed.accept(batch.missed());
      text.append("event: missed\ndata: ").append(batch.missed()).append("\n\n");
    }
    for (VerdictEvent event : batch.events()) {
      text.append("event: verdict\nid: ").append(boot).append('-').append(sequence++);
      text.append("\ndata: ").append(EventLine.encode(event)).append("\n\n");
    }
    return text.toString();
  }

  /** A comment line, unless the connection is busy or stuck: then it needs none. */
  void keepAlive() {
    if (!isClosed && !response.writeQueueFull()) {
      write(": keep-alive\n\n");
    }
  }

  private void write(String text) {
    response.write(Buffer.buffer(text)).onFailure(cause -> close());
  }

  /** Stops; the connection itself is the caller's. */
  void close() {
    isClosed = true;
    subscription.close();
  }

  /** Ends the response as well: the node stops. */
  void end() {
    close();
    response.end().onFailure(cause -> response.reset());
  }
}
