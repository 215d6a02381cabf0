package io.phial.chaos.container;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.phial.demo.DemoException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.StringJoiner;
import java.util.function.BooleanSupplier;

/** Questions to nodes over HTTP; no answer is an empty one. */
final class Ask {
  private static final Duration LIMIT = Duration.ofMillis(1500);
  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(LIMIT).build();
  private static final ObjectMapper JSON = new ObjectMapper();

  private Ask() {}

  /** Waits for a condition. */
  static long until(Duration limit, String what, BooleanSupplier condition)
      throws InterruptedException {
    long begun = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begun > limit.toNanos()) {
        throw new DemoException("not " + what + " within " + limit.toSeconds() + " s");
      }
      Thread.sleep(20);
    }
    return (System.nanoTime() - begun) / 1_000_000;
  }

  private static HttpResponse<String> get(String url) {
    try {
      return HTTP.send(
          HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static int status(String url) {
    try {
      return get(url).statusCode();
    } catch (IllegalStateException e) {
      return 0;
    }
  }

  static JsonNode json(String url) {
    try {
      HttpResponse<String> answer = get(url);
      return answer.statusCode() == 200 ? JSON.readTree(answer.body()) : JSON.createObjectNode();
    } catch (IllegalStateException | IOException e) {
      return JSON.createObjectNode();
    }
  }

  static JsonNode parse(String text) throws IOException {
    return JSON.readTree(text);
  }

  /** The states of all nodes as one node sees them, in the order of their ids. */
  static String states(String api) {
    StringJoiner states = new StringJoiner(" ");
    json(api + "/v1/nodes").path("nodes").forEach(node -> states.add(node.path("state").asText()));
    return states.toString();
  }

  /** The state of a node as another one sees it. */
  static String state(String api, String id) {
    for (JsonNode node : json(api + "/v1/nodes").path("nodes")) {
      if (node.path("id").asText().equals(id)) {
        return node.path("state").asText();
      }
    }
    return "";
  }

  static String verdict(String api, String id) {
    String encoded = URLEncoder.encode(id, StandardCharsets.UTF_8);
    return json(api + "/v1/clients/" + encoded).path("verdict").asText("");
  }

  /** How many clients have a verdict; -1 without an answer. */
  static long count(String api, String verdict) {
    return json(api + "/v1/clients?limit=1&verdict=" + verdict).path("total").asLong(-1);
  }
}
