package io.phial.agent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.phial.client.Standing;
import io.phial.core.wire.BeatLine;
import io.phial.core.wire.ClientIds;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the program beside the agent may ask and say, on the loopback only: {@code GET /v1/self},
 * {@code GET /v1/peers?group=…}, {@code PUT /v1/beat}, {@code PUT /v1/leave}.
 */
final class LocalApi {
  private static final int THREADS_MAX = 4;
  private static final int WAITING_MAX = 64;
  private static final JsonFactory JSON = new JsonFactory();

  private final AgentConfig config;
  private final Keeper keeper;
  private final Peers peers;
  private final HttpServer server;
  private final ThreadPoolExecutor threads;

  /** An answer. */
  private record Answer(int status, String json) {}

  /** Writes an object's fields. */
  @FunctionalInterface
  private interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  LocalApi(AgentConfig config, Keeper keeper, Peers peers) throws IOException {
    this.config = config;
    this.keeper = keeper;
    this.peers = peers;
    this.threads =
        new ThreadPoolExecutor(
            THREADS_MAX,
            THREADS_MAX,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            task -> {
              Thread thread = new Thread(task, "phial-agent-api");
              thread.setDaemon(true);
              return thread;
            },
            new ThreadPoolExecutor.CallerRunsPolicy());
    threads.allowCoreThreadTimeOut(true);
    this.server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), config.port()), WAITING_MAX);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  void start() {
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  void stop() {
    server.stop(0);
    threads.shutdown();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer;
      try {
        answer = answer(exchange);
      } catch (IllegalArgumentException e) {
        answer = error(400, String.valueOf(e.getMessage()));
      } catch (IllegalStateException e) {
        answer = error(409, String.valueOf(e.getMessage()));
      }
      byte[] bytes = answer.json.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("content-type", "application/json");
      exchange.getResponseHeaders().set("cache-control", "no-store");
      exchange.sendResponseHeaders(answer.status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private Answer answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String wanted =
        switch (path) {
          case "/v1/self", "/v1/peers" -> "GET";
          case "/v1/beat", "/v1/leave" -> "PUT";
          default -> "";
        };
    if (wanted.isEmpty()) {
      return error(404, "no such path");
    }
    if (!exchange.getRequestMethod().equals(wanted)) {
      return error(405, "method must be " + wanted);
    }
    return switch (path) {
      case "/v1/self" -> self();
      case "/v1/peers" -> peers(group(exchange.getRequestURI().getRawQuery()));
      case "/v1/beat" -> beat(body(exchange));
      default -> leave();
    };
  }

  private static String body(HttpExchange exchange) throws IOException {
    byte[] bytes = exchange.getRequestBody().readNBytes(BeatLine.PAYLOAD_CHARACTERS_MAX + 3);
    return new String(bytes, StandardCharsets.UTF_8).strip();
  }

  private Answer beat(String payload) {
    if (!BeatLine.isPayload(payload)) {
      throw new IllegalArgumentException(
          "payload must be at most 64 printable characters without blanks");
    }
    keeper.push(payload);
    return self();
  }

  private Answer leave() {
    keeper.leave();
    return self();
  }

  private String group(@Nullable String query) {
    if (query == null || query.isEmpty()) {
      return config.group();
    }
    if (!query.startsWith("group=") || query.indexOf('&') >= 0) {
      throw new IllegalArgumentException("parameter must be group, was " + query);
    }
    String group = URLDecoder.decode(query.substring("group=".length()), StandardCharsets.UTF_8);
    if (!group.isEmpty() && !ClientIds.isValid(group)) {
      throw new IllegalArgumentException("group must be printable without blanks, was " + group);
    }
    return group;
  }

  private Answer self() {
    Keeper.Now now = keeper.now();
    Mouth mouth = now.mouth();
    Standing standing = mouth == null ? null : mouth.standing();
    Peer verdict = peers.self(config.id());
    return object(
        200,
        json -> {
          json.writeStringField("id", config.id());
          json.writeStringField("group", config.group());
          json.writeStringField("phase", now.phase().name());
          json.writeStringField("detail", now.detail());
          json.writeBooleanField("leaving", now.leaving());
          json.writeNumberField("lives", now.lives());
          json.writeBooleanField("registered", standing != null && standing.registered());
          json.writeNumberField("beats", standing == null ? 0 : standing.beats());
          json.writeNumberField("acknowledged", standing == null ? 0 : standing.acknowledged());
          json.writeStringField("verdict", verdict == null ? "UNKNOWN" : verdict.verdict());
          json.writeNumberField("phi", verdict == null ? 0 : verdict.phi());
        });
  }

  private Answer peers(String group) {
    Peers.Known known = peers.of(group);
    if (known == null) {
      return error(503, "no node has answered yet");
    }
    return object(
        200,
        json -> {
          json.writeStringField("group", group);
          json.writeBooleanField("stale", known.stale());
          json.writeNumberField("ageMs", known.ageNanos() / 1_000_000);
          json.writeBooleanField("partial", known.group().partial());
          json.writeNumberField("total", known.group().total());
          json.writeStringField("node", known.group().node());
          json.writeArrayFieldStart("peers");
          for (Peer peer : known.group().peers()) {
            json.writeStartObject();
            json.writeStringField("id", peer.id());
            json.writeStringField("verdict", peer.verdict());
            json.writeNumberField("phi", peer.phi());
            json.writeNumberField("silenceMs", peer.silenceMs());
            if (peer.payload() != null) {
              json.writeStringField("payload", peer.payload());
            }
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  private static Answer error(int status, String message) {
    return object(status, json -> json.writeStringField("error", message));
  }

  private static Answer object(int status, Body body) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      body.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("a string takes everything", e);
    }
    return new Answer(status, text.toString());
  }
}
