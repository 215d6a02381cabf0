package io.phial.node.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpConnection;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what happens at the API's port. Thread-safe. */
final class HttpMeters {
  private final MeterRegistry registry;
  private final AtomicInteger connections = new AtomicInteger();
  private final Counter invalid;
  private final Counter refused;

  HttpMeters(MeterRegistry registry) {
    this.registry = registry;
    this.invalid =
        Counter.builder("phial.http.invalid")
            .description("What came to the API's port and was no HTTP request.")
            .register(registry);
    this.refused =
        Counter.builder("phial.http.connections.refused")
            .description("Connections beyond http.connections-max, closed at once.")
            .register(registry);
    Gauge.builder("phial.http.connections", connections, AtomicInteger::get)
        .description("Open connections to the API.")
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
    Counter.builder("phial.http.requests")
        .description("Requests by route.")
        .tag("route", route)
        .register(registry)
        .increment();
  }

  /** Counts an answer by its status. */
  void answered(int status) {
    Counter.builder("phial.http.answers")
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
