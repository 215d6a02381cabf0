package io.phial.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.phial.node.metrics.Metrics;
import io.vertx.core.Vertx;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthApiTest {
  private final Vertx vertx = Vertx.vertx();
  private final Metrics metrics = new Metrics("test", "n1");
  private final FakeQueries queries = new FakeQueries();
  private final HttpClient client = HttpClient.newHttpClient();
  private int port;
  private HealthApi health;

  @BeforeEach
  void start() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    health = new HealthApi(vertx, "127.0.0.1", port, queries, metrics);
    ApiFixture.await(health.start());
  }

  @AfterEach
  void stop() {
    ApiFixture.await(health.stop());
    ApiFixture.await(vertx.close());
    metrics.close();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(30))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void shouldTellHealthAndMetrics() throws Exception {
    assertThat(get("/livez").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    HttpResponse<String> scrape = get("/metrics");
    assertThat(scrape.body()).contains("phial_build_info").contains("phial_health_requests_total");
    assertThat(scrape.headers().firstValue("content-type")).contains(Metrics.CONTENT_TYPE);
  }

  @Test
  void shouldTellNothingElse() throws Exception {
    assertThat(get("/v1/nodes").statusCode()).isEqualTo(404);
    assertThat(get("/v1/clients").statusCode()).isEqualTo(404);
    assertThat(get("/").statusCode()).isEqualTo(404);
  }

  @Test
  void shouldNotOpenAPortWhenNoneIsGiven() {
    try (Metrics own = new Metrics("test", "n2")) {
      HealthApi none = new HealthApi(vertx, "127.0.0.1", 0, queries, own);
      ApiFixture.await(none.start());
      ApiFixture.await(none.stop());
      assertThat(own.registry().get("phial.health.connections").gauge().value()).isZero();
    }
  }
}
