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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The readers of the event stream: their number is bounded and each is cleaned up. */
final class EventStreams {
  private static final Set<String> PARAMETERS = new LinkedHashSet<>(List.of("after", "local"));

  private final Vertx vertx;
  private final EventJournal journal;
  private final EventSource live;
  private final int readersMax;
  private final long keepAliveMillis;
  private final Set<EventReader> readers = ConcurrentHashMap.newKeySet();
  private final Counter missed;
  private final Counter refused;
  private long timer = -1;

  /**
   * Creates it.
   *
   * @param journal the cluster's log
   * @param stream what this node hears
   */
  EventStreams(
      Vertx vertx,
      NodeConfig.Http http,
      EventJournal journal,
      VerdictStream stream,
      MeterRegistry registry) {
    this.vertx = vertx;
    this.journal = journal;
    // Its positions start anew with the process; this keeps old ones from being taken for new ones.
    this.live =
        new LiveEvents(stream, Long.toString(System.currentTimeMillis(), Character.MAX_RADIX));
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
    Map<String, String> parameters = RequestText.parameters(request.query(), PARAMETERS);
    EventSource source = RequestText.truth("local", parameters.get("local")) ? live : journal;
    EventSource.Start start = start(request, parameters.get("after"), source);
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
    EventReader reader = new EventReader(context, response, source, start, missed::increment);
    readers.add(reader);
    response.closeHandler(nothing -> remove(reader));
    response.exceptionHandler(cause -> remove(reader));
    reader.start();
  }

  /**
   * Where a returning reader goes on. The header wins over the parameter: a browser that reconnects
   * sends both, and the address stays the first one.
   */
  private EventSource.Start start(
      HttpServerRequest request, @Nullable String after, EventSource source) {
    String lastId = request.getHeader("last-event-id");
    boolean resumes = after != null || (lastId != null && !lastId.isEmpty());
    if (resumes && source == journal && !journal.isLoaded()) {
      throw new RequestException(503, "the log of events is still being read, try again later");
    }
    if (lastId != null && !lastId.isEmpty()) {
      return source.after(lastId);
    }
    if (after == null) {
      return new EventSource.Start(source.end(), 0);
    }
    if (!EventJournal.isId(after)) {
      throw RequestException.bad("after", "an id of this stream, or 0 for all that is held", after);
    }
    return source.after(after);
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
