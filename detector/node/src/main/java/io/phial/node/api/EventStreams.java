package io.phial.node.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.phial.node.config.NodeConfig;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The readers of the event stream: their number is bounded and each is cleaned up. */
final class EventStreams {
  private final Vertx vertx;
  private final VerdictStream stream;
  private final int readersMax;
  private final long keepAliveMillis;
  private final Set<EventReader> readers = ConcurrentHashMap.newKeySet();
  private final Counter missed;
  private final Counter refused;

  // Positions start anew with the process; this keeps old ones from being taken for new ones.
  private final String boot = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
  private long timer = -1;

  EventStreams(Vertx vertx, NodeConfig.Http http, VerdictStream stream, MeterRegistry registry) {
    this.vertx = vertx;
    this.stream = stream;
    this.readersMax = http.eventReadersMax();
    this.keepAliveMillis = http.eventKeepAlive().toMillis();
    this.missed =
        Counter.builder("phial.http.events.missed")
            .description("Events that slow readers of the event stream missed.")
            .register(registry);
    this.refused =
        Counter.builder("phial.http.event.readers.refused")
            .description("Readers of the event stream beyond http.event-readers-max.")
            .register(registry);
    Gauge.builder("phial.http.event.readers", readers, Set::size)
        .description("Readers of the event stream.")
        .register(registry);
  }

  /** Begins the keep-alive lines. */
  void start() {
    timer = vertx.setPeriodic(keepAliveMillis, id -> readers.forEach(EventReader::keepAlive));
  }

  /** Answers a request with the stream. */
  void open(Context context, HttpServerRequest request) {
    RequestText.parameters(request.query(), Set.of());
    if (readers.size() >= readersMax) {
      refused.increment();
      throw new RequestException(
          503, "event readers must be at most " + readersMax + ", try again later");
    }
    HttpServerResponse response = request.response();
    response.putHeader("content-type", "text/event-stream");
    response.putHeader("cache-control", "no-store");
    // Proxies that buffer would hold events back.
    response.putHeader("x-accel-buffering", "no");
    if (request.method().equals(HttpMethod.HEAD)) {
      response.end().onFailure(cause -> response.reset());
      return;
    }
    response.setChunked(true);
    long position = position(request.getHeader("last-event-id"));
    EventReader reader =
        new EventReader(context, response, stream, boot, position, missed::increment);
    readers.add(reader);
    response.closeHandler(nothing -> remove(reader));
    response.exceptionHandler(cause -> remove(reader));
    reader.start();
  }

  /** Where a returning reader goes on; anything else begins with the next event. */
  private long position(@Nullable String lastEventId) {
    long next = stream.nextSequence();
    if (lastEventId == null || !lastEventId.startsWith(boot + "-")) {
      return next;
    }
    try {
      long last = Long.parseLong(lastEventId.substring(boot.length() + 1));
      return last >= 0 && last < next ? last + 1 : next;
    } catch (NumberFormatException e) {
      return next;
    }
  }

  private void remove(EventReader reader) {
    reader.close();
    readers.remove(reader);
  }

  /** Ends every stream. */
  void stop() {
    vertx.cancelTimer(timer);
    for (EventReader reader : Set.copyOf(readers)) {
      readers.remove(reader);
      reader.end();
    }
  }
}
