package io.phial.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.phial.client.Standing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

/**
 * {@code /livez} and {@code /metrics} for a supervisor and a scraper. There is no readiness: the
 * agent must never take the program beside it out of service.
 */
final class HealthPort {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final Keeper keeper;
  private final LongSupplier sinceTurnNanos;
  private final long stuckNanos;
  private final HttpServer server;

  /**
   * Creates it; listens from {@link #start} on.
   *
   * @param sinceTurnNanos how long ago the agent's loop turned last
   * @param stuckNanos after this long it is called stuck
   */
  HealthPort(String bind, int port, Keeper keeper, LongSupplier sinceTurnNanos, long stuckNanos)
      throws IOException {
    this.keeper = keeper;
    this.sinceTurnNanos = sinceTurnNanos;
    this.stuckNanos = stuckNanos;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(bind), port), 16);
    server.createContext("/livez", this::live);
    server.createContext("/metrics", this::metrics);
  }

  void start() {
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  void stop() {
    server.stop(0);
  }

  private void live(HttpExchange exchange) throws IOException {
    boolean turns = sinceTurnNanos.getAsLong() < stuckNanos;
    send(exchange, turns ? 200 : 503, turns ? "ok\n" : "the watch is stuck\n");
  }

  private void metrics(HttpExchange exchange) throws IOException {
    Keeper.Now now = keeper.now();
    Mouth mouth = now.mouth();
    Standing standing = mouth == null ? null : mouth.standing();
    StringBuilder text = new StringBuilder();
    for (Keeper.Phase phase : Keeper.Phase.values()) {
      text.append("phial_agent_app{phase=\"").append(phase).append("\"} ");
      text.append(now.phase() == phase ? 1 : 0).append('\n');
    }
    text.append("phial_agent_app_lives_total ").append(now.lives()).append('\n');
    text.append("phial_agent_registered ");
    text.append(standing != null && standing.registered() ? 1 : 0).append('\n');
    text.append("phial_agent_beats ").append(standing == null ? 0 : standing.beats()).append('\n');
    text.append("phial_agent_acknowledged ");
    text.append(standing == null ? 0 : standing.acknowledged()).append('\n');
    send(exchange, 200, text.toString());
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("content-type", TEXT);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
