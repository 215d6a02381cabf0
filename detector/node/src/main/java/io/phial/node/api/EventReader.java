package io.phial.node.api;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;

/**
 * One reader of the event stream. It pulls from the shared ring as fast as its own connection
 * drains, so what is buffered for it is one small write queue; everything else waits in the source
 * or is told as missed.
 *
 * <p>All but {@link #wake} runs on the connection's context.
 */
final class EventReader {
  private static final int WRITE_QUEUE_BYTES_MAX = 32 * 1024;
  private static final int BATCH_EVENTS = 64;
  private static final String RETRY_MILLIS = "2000";

  private final Context context;
  private final HttpServerResponse response;
  private final EventSource source;
  private final LongConsumer onMissed;
  private final AtomicBoolean isWoken = new AtomicBoolean();
  private final VerdictStream.Subscription subscription;
  private long position;
  private final long missedBefore;
  private boolean isClosed;

  /**
   * Creates a reader; {@link #start} begins to write.
   *
   * @param start where to begin, and what was missed before that
   * @param onMissed told how many events were skipped
   */
  EventReader(
      Context context,
      HttpServerResponse response,
      EventSource source,
      EventSource.Start start,
      LongConsumer onMissed) {
    this.context = context;
    this.response = response;
    this.source = source;
    this.position = start.position();
    this.missedBefore = start.missed();
    this.onMissed = onMissed;
    this.subscription = source.subscribe(this::wake);
  }

  void start() {
    response.setWriteQueueMaxSize(WRITE_QUEUE_BYTES_MAX);
    response.drainHandler(nothing -> pump());
    // Written at once, so that the reader sees the stream open before the first event.
    write("retry: " + RETRY_MILLIS + "\n\n");
    if (missedBefore != 0) {
      write(gap(missedBefore));
    }
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
      EventSource.Page page = source.read(position, BATCH_EVENTS);
      if (page.missed() == 0 && page.items().isEmpty()) {
        return;
      }
      write(text(page));
      position = page.next();
    }
  }

  private String text(EventSource.Page page) {
    StringBuilder text = new StringBuilder();
    if (page.missed() > 0) {
      text.append(gap(page.missed()));
    }
    for (EventSource.Item item : page.items()) {
      VerdictEvent event = item.event();
      if (event == null) {
        text.append(gap(item.missed()));
      } else {
        text.append("event: verdict\nid: ").append(item.id());
        text.append("\ndata: ").append(EventLine.encode(event)).append("\n\n");
      }
    }
    return text.toString();
  }

  /** What the reader will never see; null when nobody can tell how many. */
  private String gap(long missed) {
    boolean known = missed != EventSource.Start.UNKNOWN;
    if (known) {
      onMissed.accept(missed);
    }
    return "event: missed\ndata: {\"missed\":" + (known ? missed : "null") + "}\n\n";
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
