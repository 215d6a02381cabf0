package io.phial.chaos.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.phial.demo.DemoNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The log of events as a node serves it, up to now. */
final class EventFeed {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(3))
          .build();

  private EventFeed() {}

  /** Events after an id ("0" for all that is held); each with its id as {@code place}. */
  static List<JsonNode> after(DemoNode node, String id) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(node.ports().url() + "/v1/events?after=" + id)).build();
    List<JsonNode> events = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                HTTP.send(request, BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
      String place = "";
      // Every event that there is comes before the first comment line.
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("id: ")) {
          place = line.substring("id: ".length());
        } else if (line.startsWith("data: {\"at\"")) {
          ObjectNode event = (ObjectNode) JSON.readTree(line.substring("data: ".length()));
          events.add(event.put("place", place));
        } else if (line.startsWith(": keep-alive")) {
          break;
        }
      }
    }
    return events;
  }

  /** The id of the newest event. */
  static String lastId(DemoNode node) throws IOException, InterruptedException {
    List<JsonNode> all = after(node, "0");
    return all.isEmpty() ? "0" : all.get(all.size() - 1).path("place").asText();
  }
}
