package io.phial.node.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How commands reach a running node. */
final class ApiOptions {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  @Option(
      names = "--api",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:8080",
      description = "A node's HTTP API (default: ${DEFAULT-VALUE}).")
  private String api = "";

  @Option(names = "--json", description = "Print JSON.")
  private boolean isJson;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  boolean isJson() {
    return isJson;
  }

  /**
   * Asks a question.
   *
   * @throws IOException with a sentence for people when there is no good answer
   */
  JsonNode get(String path) throws IOException {
    HttpResponse<String> response =
        send(request(path).timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(error(response.statusCode(), response.body()));
    }
    try {
      return MAPPER.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new IOException(api + " must be the HTTP API of a Phial node: it sent no JSON", e);
    }
  }

  /** Opens the stream of events. */
  InputStream stream(String path, @Nullable String lastEventId) throws IOException {
    HttpRequest.Builder request = request(path).header("accept", "text/event-stream");
    if (lastEventId != null) {
      request.header("last-event-id", lastEventId);
    }
    HttpResponse<InputStream> response =
        send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      try (InputStream body = response.body()) {
        throw new IOException(
            error(
                response.statusCode(), new String(body.readNBytes(4096), StandardCharsets.UTF_8)));
      }
    }
    return response.body();
  }

  private HttpRequest.Builder request(String path) {
    try {
      URI base = URI.create(api.replaceAll("/+$", ""));
      if ("http".equals(base.getScheme()) && base.getHost() != null) {
        return HttpRequest.newBuilder(URI.create(base + path)).GET();
      }
    } catch (IllegalArgumentException e) {
      // Told below, with the bound.
    }
    throw new ParameterException(
        spec.commandLine(), "--api must be a URL such as http://127.0.0.1:8080, was " + api);
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws IOException {
    try {
      return client.send(request, handler);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (IOException e) {
      throw new IOException("no answer from " + api + ": " + cause(e), e);
    }
  }

  private static String cause(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static String error(int status, String body) {
    try {
      JsonNode error = MAPPER.readTree(body).path("error");
      if (error.isTextual()) {
        return error.textValue();
      }
    } catch (JsonProcessingException e) {
      // Not ours; the status has to do.
    }
    return "the node answered with status " + status;
  }
}
