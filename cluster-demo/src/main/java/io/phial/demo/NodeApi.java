package io.phial.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One node's HTTP API. A node that does not answer in time gives an empty answer. Thread-safe. */
public final class NodeApi {
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
  private static final int PAGE = 500;
  private static final int PAGES_MAX = 1_000;

  private final String base;

  NodeApi(String base) {
    this.base = base;
  }

  /** True when {@code /readyz} says 200. */
  public boolean isReady() throws InterruptedException {
    return get("/readyz").map(answer -> answer.statusCode() == 200).orElse(false);
  }

  /** The nodes as this one sees them. */
  public Optional<NodesView> nodes() throws InterruptedException {
    return json("/v1/nodes").map(NodeApi::readNodes);
  }

  /** All clients by id; empty when there is no answer or only a partial one. */
  public Optional<Map<String, ClientRow>> clients() throws InterruptedException {
    Map<String, ClientRow> all = new LinkedHashMap<>();
    String after = "";
    for (int page = 0; page < PAGES_MAX; page++) {
      Optional<JsonNode> answer = json("/v1/clients?limit=" + PAGE + "&after=" + after);
      if (answer.isEmpty() || answer.get().path("partial").asBoolean(true)) {
        return Optional.empty();
      }
      JsonNode rows = answer.get().path("clients");
      rows.forEach(row -> all.put(row.path("id").asText(), readClient(row)));
      if (rows.size() < PAGE) {
        return Optional.of(all);
      }
      String last = rows.get(rows.size() - 1).path("id").asText();
      after = java.net.URLEncoder.encode(last, StandardCharsets.UTF_8);
    }
    return Optional.empty();
  }

  /**
   * How many clients the whole cluster holds with this verdict; empty when the answer is partial.
   */
  public java.util.OptionalLong count(String verdict) throws InterruptedException {
    Optional<JsonNode> answer = json("/v1/clients?limit=1&verdict=" + verdict);
    return answer.isEmpty() || answer.get().path("partial").asBoolean(true)
        ? java.util.OptionalLong.empty()
        : java.util.OptionalLong.of(answer.get().path("total").asLong());
  }

  /** The owner of each slot; empty when there is no view or no answer. */
  public List<String> owners() throws InterruptedException {
    List<String> owners = new ArrayList<>();
    json("/v1/view")
        .ifPresent(
            view ->
                view.path("owners")
                    .forEach(owner -> owners.add(view.path("nodes").path(owner.asInt()).asText())));
    return owners;
  }

  /** One client; empty when unknown here. */
  public Optional<ClientRow> client(String id) throws InterruptedException {
    String path = java.net.URLEncoder.encode(id, StandardCharsets.UTF_8);
    return json("/v1/clients/" + path).map(NodeApi::readClient);
  }

  private static NodesView readNodes(JsonNode json) {
    List<NodesView.Row> rows = new ArrayList<>();
    for (JsonNode row : json.path("nodes")) {
      rows.add(
          new NodesView.Row(
              row.path("id").asText(),
              row.path("state").asText(),
              row.path("incarnation").asLong(),
              row.path("slots").asInt(),
              row.path("reason").asText("")));
    }
    return new NodesView(
        json.path("self").asText(),
        json.path("epoch").asLong(),
        json.path("usable").asBoolean(),
        List.copyOf(rows));
  }

  private static ClientRow readClient(JsonNode row) {
    return new ClientRow(
        row.path("id").asText(),
        row.path("verdict").asText(),
        row.path("home").asText(""),
        row.path("beats").asLong(),
        row.path("reason").asText(""));
  }

  private Optional<JsonNode> json(String path) throws InterruptedException {
    Optional<HttpResponse<String>> answer = get(path).filter(a -> a.statusCode() == 200);
    if (answer.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readTree(answer.get().body()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Optional<HttpResponse<String>> get(String path) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(ANSWER_LIMIT).GET().build();
    try {
      return Optional.of(HTTP.send(request, BodyHandlers.ofString()));
    } catch (IOException e) {
      // Refused, reset or too late: the caller asks again or gives up by its own limit.
      return Optional.empty();
    }
  }
}
