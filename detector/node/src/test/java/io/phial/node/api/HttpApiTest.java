package io.phial.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.phial.core.registry.Verdict;
import io.phial.node.config.NodeConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpApiTest {
  private ApiFixture api;

  @BeforeEach
  void start() throws Exception {
    api = new ApiFixture();
    api.queries
        .client("a", Verdict.ALIVE)
        .client("b/1", Verdict.DEAD)
        .client("tcp:127.0.0.1:5000", Verdict.ALIVE);
  }

  @AfterEach
  void stop() throws Exception {
    api.close();
  }

  private static List<String> keys(JsonNode json) {
    List<String> keys = new ArrayList<>();
    json.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  private JsonNode json(String path) throws Exception {
    HttpResponse<String> response = api.get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    return Json.MAPPER.readTree(response.body());
  }

  @Test
  void shouldTellWhoOwnsWhichSlot() throws Exception {
    assertThat(api.get("/v1/view").body())
        .isEqualTo("{\"epoch\":3,\"partial\":false,\"nodes\":[\"n1\",\"n2\"],\"owners\":[0,1,1]}");
  }

  @Test
  void shouldListNodes() throws Exception {
    JsonNode answer = json("/v1/nodes");

    assertThat(keys(answer)).containsExactly("self", "epoch", "usable", "nodes");
    assertThat(answer.path("nodes")).hasSize(2);
    JsonNode node = answer.path("nodes").get(0);
    assertThat(keys(node))
        .containsExactly(
            "id",
            "zone",
            "state",
            "incarnation",
            "phi",
            "silenceMs",
            "roundTripMs",
            "observed",
            "slots",
            "endpoints",
            "reason");
    assertThat(node.path("phi").doubleValue()).isEqualTo(2.0);
    assertThat(node.path("silenceMs").longValue()).isEqualTo(120);
    assertThat(node.path("roundTripMs").doubleValue()).isEqualTo(0.346);
    assertThat(keys(node.path("endpoints"))).containsExactly("gossip", "tcp", "udp", "http");
    assertThat(node.path("endpoints").path("http").textValue()).isEqualTo("[::1]:4");
  }

  @Test
  void shouldListClients() throws Exception {
    JsonNode answer = json("/v1/clients");

    assertThat(keys(answer)).containsExactly("total", "partial", "clients");
    assertThat(answer.path("total").longValue()).isEqualTo(3);
    assertThat(keys(answer.path("clients").get(0)))
        .containsExactly(
            "id",
            "verdict",
            "phi",
            "transport",
            "intervalMs",
            "silenceMs",
            "beats",
            "lossRate",
            "home",
            "slot",
            "reason");
  }

  @Test
  void shouldFilterAndPageClients() throws Exception {
    assertThat(json("/v1/clients?verdict=dead").path("clients")).hasSize(1);
    JsonNode page = json("/v1/clients?verdict=ALIVE&limit=1&after=a&local=true");

    assertThat(page.path("total").longValue()).isEqualTo(2);
    assertThat(page.path("clients").get(0).path("id").textValue()).isEqualTo("tcp:127.0.0.1:5000");
    assertThat(api.queries.asked.get(1)).isEqualTo(new ClientsQuery(Verdict.ALIVE, 1, "a", true));
  }

  @Test
  void shouldListManyClients() throws Exception {
    for (int i = 0; i < 3000; i++) {
      api.queries.client("c" + i, Verdict.ALIVE);
    }
    assertThat(json("/v1/clients?limit=10000").path("clients")).hasSize(3003);
    assertThat(json("/v1/clients").path("clients")).hasSize(ClientsQuery.LIMIT_DEFAULT);
  }

  @Test
  void shouldExplainAClient() throws Exception {
    JsonNode client = json("/v1/clients/tcp:127.0.0.1:5000?local=false");

    assertThat(keys(client)).endsWith("reason", "suspectInMs", "deadInMs");
    assertThat(client.path("suspectInMs").longValue()).isEqualTo(1500);
    assertThat(client.path("deadInMs").longValue()).isEqualTo(-3);
    assertThat(json("/v1/clients/b%2F1").path("id").textValue()).isEqualTo("b/1");
  }

  @Test
  void shouldReadBackWhatNodesTellEachOther() {
    ClientRow row = api.queries.clients.get("a");
    ClientsAnswer answer = new ClientsAnswer(1, true, List.of(row, row.inList()));
    ClientsQuery query = new ClientsQuery(Verdict.DEAD, 5, "x", true);

    assertThat(Json.decode(Json.encode(answer), ClientsAnswer.class)).isEqualTo(answer);
    assertThat(Json.decode(Json.encode(query), ClientsQuery.class)).isEqualTo(query);
    assertThat(Json.decode(Json.encode(row), ClientRow.class)).isEqualTo(row);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/clients?limit=0|limit must be 1 to 10000, was 0",
        "/v1/clients?limit=10001|limit must be 1 to 10000, was 10001",
        "/v1/clients?limit=|limit must be 1 to 10000, was empty",
        "/v1/clients?limit=9999999999|limit must be 1 to 10000, was 9999999999",
        "/v1/clients?limit=1&limit=2|limit must be given once, was given again",
        "/v1/clients?local=1|local must be true or false, was 1",
        "/v1/clients?verdict=ill|verdict must be one of UNKNOWN, ALIVE, SUSPECT, DEAD, LEFT, was ill",
        "/v1/clients?verdct=DEAD|parameter must be one of verdict, limit, after, local, prefix, was verdct",
        "/v1/clients?after=a%20b|after must be 1 to 128 printable ASCII characters without blanks, was a b",
        "/v1/nodes?x=1|parameter must be absent, was x",
        "/v1/clients/a%20b|id must be 1 to 128 printable ASCII characters without blanks, was a b"
      })
  void shouldRefuseBadParametersWithOptionBoundAndValue(String path, String message)
      throws Exception {
    HttpResponse<String> response = api.get(path);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Json.MAPPER.readTree(response.body()).path("error").textValue()).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v1",
        "/v1/nodes/",
        "/v1/clients/",
        "/v1/clients/a/b",
        "/V1/nodes",
        "/v1/clients/nobody"
      })
  void shouldAnswer404ForWhatIsNotThere(String path) throws Exception {
    HttpResponse<String> response = api.get(path);

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(keys(Json.MAPPER.readTree(response.body()))).containsExactly("error");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"})
  void shouldAnswer405ForOtherMethods(String method) throws Exception {
    HttpRequest request =
        api.request("/v1/nodes")
            .method(method, HttpRequest.BodyPublishers.ofString("x".repeat(100_000)))
            .build();
    HttpResponse<String> response = api.client.send(request, HttpResponse.BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).hasValue("GET, HEAD");
  }

  @Test
  void shouldAnswerHead() throws Exception {
    HttpRequest head =
        api.request("/v1/nodes").method("HEAD", HttpRequest.BodyPublishers.noBody()).build();
    HttpResponse<String> response = api.client.send(head, HttpResponse.BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/nodes", "/v1/clients", "/v1/clients/a"})
  void shouldAnswer503WithoutDetailsWhenTheNodeFails(String path) throws Exception {
    api.queries.isFailing = true;
    HttpResponse<String> response = api.get(path);

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).isEqualTo("{\"error\":\"the node cannot answer now, try again\"}");
  }

  @Test
  void shouldAnswer503WhenTheNodeIsSilent() throws Exception {
    NodeConfig.Http impatient =
        new NodeConfig.Http(
            0,
            -1,
            64,
            Duration.ofSeconds(30),
            Duration.ofMillis(300),
            2,
            16,
            Duration.ofSeconds(5));
    try (ApiFixture silent = new ApiFixture(impatient)) {
      silent.queries.isSilent = true;

      assertThat(silent.get("/v1/nodes").statusCode()).isEqualTo(503);
      HttpResponse<String> live = silent.get("/livez");
      assertThat(live.statusCode()).isEqualTo(503);
      assertThat(live.body()).contains("\"status\":\"failing\"", "no answer within 300 ms");
    }
  }

  @Test
  void shouldTellHealth() throws Exception {
    assertThat(api.get("/livez").body())
        .isEqualTo("{\"status\":\"ok\",\"checks\":{\"loops\":\"ok\"}}");
    assertThat(api.get("/readyz").statusCode()).isEqualTo(200);
    api.queries.ready = new Health(Map.of("view", "not written yet", "gossip", Health.OK));
    HttpResponse<String> response = api.get("/readyz");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body())
        .isEqualTo(
            "{\"status\":\"failing\",\"checks\":{\"gossip\":\"ok\",\"view\":\"not written yet\"}}");
  }

  @Test
  void shouldServeMetricsWithoutClientIds() throws Exception {
    api.get("/v1/clients/tcp:127.0.0.1:5000");
    HttpResponse<String> response = api.get("/metrics");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type").orElseThrow())
        .startsWith("text/plain; version=0.0.4");
    assertThat(response.body())
        .contains("phial_http_requests_total{route=\"/v1/clients/{}\"} 1.0")
        .contains("phial_build_info")
        .doesNotContain("tcp:127.0.0.1:5000");
  }

  @Test
  void shouldTakeRandomBytesForNothing() throws Exception {
    Random random = new Random(20261123);
    for (int i = 0; i < 30; i++) {
      byte[] bytes = new byte[1 + random.nextInt(2000)];
      random.nextBytes(bytes);
      send(bytes);
    }
    assertThat(api.get("/v1/nodes").statusCode()).isEqualTo(200);
    // Bytes that end before a line does are no request and no fault either.
    assertThat(api.counter("phial.http.invalid")).isPositive();
  }

  @ParameterizedTest
  @CsvSource({"5000,0", "10,20000"})
  void shouldBoundLinesAndHeaders(int pathCharacters, int headerCharacters) throws Exception {
    String request =
        "GET /"
            + "x".repeat(pathCharacters)
            + " HTTP/1.1\r\nhost: a\r\nx: "
            + "y".repeat(headerCharacters)
            + "\r\n\r\n";
    String answer = send(request.getBytes(StandardCharsets.US_ASCII));

    assertThat(answer).matches("(?s)HTTP/1.[01] 4(14|31|00) .*");
    assertThat(answer).doesNotContain("Exception");
    assertThat(api.counter("phial.http.invalid")).isPositive();
  }

  private String send(byte[] bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port)) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    } catch (SocketException e) {
      return "";
    }
  }
}
