package io.phial.node.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpConnection;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what happens at one HTTP port. Thread-safe. */
final class HttpMeters {
  private final MeterRegistry registry;
  private final String prefix;
  private final AtomicInteger connections = new AtomicInteger();
  private final Counter invalid;
  private final Counter refused;

  /**
   * Registers the counters.
   *
   * @param prefix what their names begin with
   */
  HttpMeters(MeterRegistry registry, String prefix) {
    this.registry = registry;
    this.prefix = prefix;
    this.invalid =
        Counter.builder(prefix + ".invalid")
            .description("What came to this port and was no HTTP request.")
            .register(registry);
    this.refused =
        Counter.builder(prefix + ".connections.refused")
            .description("Connections beyond the limit, closed at once.")
            .register(registry);
    Gauge.builder(prefix + ".connections", connections, AtomicInteger::get)
        .description("Open connections to this port.")
        .register(registry);
  }

  /** Counts a connection; closes it when it is one too many. */
  void connected(HttpConnection connection, int connectionsMax) {
    int open = connections.incrementAndGet();
    connection.closeHandler(nothing -> connections.decrementAndGet());
    if (open > connectionsMax) {
      refused.increment();
      connection.close();
    }
  }

  /** Counts a request for a known route. */
  void asked(String route) {
    Counter.builder(prefix + ".requests")
        .description("Requests by route.")
        .tag("route", route)
        .register(registry)
        .increment();
  }

  /** Counts an answer by its status. */
  void answered(int status) {
    Counter.builder(prefix + ".answers")
        .description("Answers by status.")
        .tag("status", Integer.toString(status))
        .register(registry)
        .increment();
  }

  /** Counts bytes that were no request. */
  void broken() {
    invalid.increment();
  }
}
