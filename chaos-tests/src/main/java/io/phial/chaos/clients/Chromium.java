package io.phial.chaos.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.phial.demo.DemoException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A browser without a window, and what people do to its pages, by its debugging protocol. */
final class Chromium {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private final int debugPort;

  Chromium(int debugPort) {
    this.debugPort = debugPort;
  }

  List<String> command(Path profile, String url) {
    return List.of(
        "chromium",
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--remote-allow-origins=*",
        "--remote-debugging-port=" + debugPort,
        "--user-data-dir=" + profile,
        url);
  }

  /** Freezes the first page, as browsers do to hidden tabs; returns when. */
  long freeze() throws Exception {
    String address = page("").path("webSocketDebuggerUrl").asText();
    WebSocket socket =
        HTTP.newWebSocketBuilder()
            .buildAsync(URI.create(address), new WebSocket.Listener() {})
            .get(10, TimeUnit.SECONDS);
    long atMillis = System.currentTimeMillis();
    socket
        .sendText(
            "{\"id\":1,\"method\":\"Page.setWebLifecycleState\",\"params\":{\"state\":\"frozen\"}}",
            true)
        .get(10, TimeUnit.SECONDS);
    return atMillis;
  }

  void open(String url) throws IOException, InterruptedException {
    String encoded = java.net.URLEncoder.encode(url, java.nio.charset.StandardCharsets.UTF_8);
    send(
        HttpRequest.newBuilder(at("/json/new?" + encoded))
            .PUT(HttpRequest.BodyPublishers.noBody()));
  }

  /** Closes the page whose address holds this text; returns when. */
  long close(String part) throws IOException, InterruptedException {
    String id = page(part).path("id").asText();
    long atMillis = System.currentTimeMillis();
    send(HttpRequest.newBuilder(at("/json/close/" + id)).GET());
    return atMillis;
  }

  private JsonNode page(String part) throws IOException, InterruptedException {
    for (JsonNode page : JSON.readTree(send(HttpRequest.newBuilder(at("/json")).GET()))) {
      if (page.path("type").asText().equals("page") && page.path("url").asText().contains(part)) {
        return page;
      }
    }
    throw new DemoException("the browser has no such page");
  }

  private static String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return HTTP.send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString())
        .body();
  }

  private URI at(String path) {
    return URI.create("http://127.0.0.1:" + debugPort + path);
  }
}
