package io.phial.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.phial.node.api.EventLine;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands that question a node, against answers written by hand, byte for byte. */
@Timeout(60)
class QueryCommandsTest {
  private static final String NODES =
      """
      {"self":"n1","epoch":7,"usable":true,"nodes":[{"id":"n1","zone":"","state":"ALIVE",
      "incarnation":5,"phi":0.25,"silenceMs":-1,"roundTripMs":-1,"observed":false,"slots":4096,
      "endpoints":{"gossip":"127.0.0.1:7946","tcp":"a","udp":"b","http":"c"},"reason":"self"}]}
      """;
  private static final String CLIENT =
      """
      {"id":"%s","verdict":"ALIVE","phi":0.1,"transport":"UDP","intervalMs":1000,"silenceMs":12,
      "beats":3,"lossRate":0.0,"home":"n1","slot":3,"reason":"beat 12 ms ago"}
      """;

  private final CommandLineFixture phial = new CommandLineFixture();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  private String api() {
    return "--api=http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    asked.add(path);
    if (path.equals("/v1/nodes")) {
      send(exchange, 200, NODES);
    } else if (path.equals("/v1/clients/a%2F1")) {
      send(exchange, 200, CLIENT.formatted("a/1"));
    } else if (path.startsWith("/v1/clients?limit=10000&local=false")) {
      send(exchange, 200, clients(path.contains("after=") ? 5 : 10_000));
    } else if (path.startsWith("/v1/clients?")) {
      send(exchange, 200, clients(2));
    } else if (path.equals("/v1/events")) {
      events(exchange);
    } else {
      send(exchange, 404, "{\"error\":\"no client nobody\"}");
    }
  }

  private static String clients(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> CLIENT.formatted("c" + i))
        .collect(Collectors.joining(",", "{\"total\":10005,\"partial\":true,\"clients\":[", "]}"));
  }

  private void events(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    String id = exchange.getRequestHeaders().getFirst("last-event-id");
    String event = EventLine.encode(PuppetNode.event(id == null ? "first" : "after " + id));
    try (OutputStream body = exchange.getResponseBody()) {
      body.write(
          (": hello\n\nevent: missed\ndata: 3\n\nevent: verdict\nid: x-1\ndata: " + event + "\n\n")
              .getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream body = exchange.getResponseBody()) {
      body.write(bytes);
    }
  }

  @Test
  void shouldListMembers() {
    assertThat(phial.run("members", api())).isZero();
    assertThat(phial.out)
        .hasToString(
            """
            self n1  epoch 7  view usable
            ID  ZONE  STATE  PHI   SILENCE  RTT  SLOTS  GOSSIP          REASON
            n1  -     ALIVE  0.25  -        -    4096   127.0.0.1:7946  self
            """);
  }

  @Test
  void shouldPrintMembersAsJson() throws IOException {
    assertThat(phial.run("members", api(), "--json")).isZero();
    assertThat(phial.out.toString().lines()).hasSize(1);
    JsonMapper mapper = JsonMapper.builder().build();
    assertThat(mapper.readTree(phial.out.toString())).isEqualTo(mapper.readTree(NODES));
  }

  @Test
  void shouldListClientsPageByPage() throws IOException {
    assertThat(phial.run("clients", api(), "--limit", "20000", "--json", "--verdict", "alive"))
        .isZero();
    JsonNode answer = JsonMapper.builder().build().readTree(phial.out.toString());

    assertThat(answer.path("clients")).hasSize(10_005);
    assertThat(answer.path("partial").booleanValue()).isTrue();
    assertThat(asked)
        .containsExactly(
            "/v1/clients?limit=10000&local=false&verdict=alive",
            "/v1/clients?limit=10000&local=false&after=c9999&verdict=alive");
  }

  @Test
  void shouldListClientsAsATable() {
    assertThat(phial.run("clients", api(), "--local")).isZero();
    assertThat(phial.out.toString())
        .startsWith("ID  VERDICT  PHI   VIA  INTERVAL  SILENCE  BEATS  HOME  REASON\n")
        .contains("c1  ALIVE    0.10  UDP  1000 ms   12 ms    3      n1    beat 12 ms ago\n")
        .endsWith("2 of 10005 clients; some nodes did not answer\n");
    assertThat(asked).containsExactly("/v1/clients?limit=1000&local=true");
  }

  @Test
  void shouldExplainAClient() {
    assertThat(phial.run("clients", api(), "a/1")).isZero();
    assertThat(phial.out.toString())
        .contains("verdict     ALIVE\n", "reason      beat 12 ms ago\n");
    assertThat(phial.run("clients", api(), "nobody")).isEqualTo(Main.FAILED);
    assertThat(phial.err).hasToString("no client nobody\n");
  }

  @Test
  void shouldWatchAndComeBackWhereItWas() {
    assertThat(phial.run("watch", api(), "--count", "2", "--json")).isZero();
    assertThat(phial.out)
        .hasToString(
            EventLine.encode(PuppetNode.event("first"))
                + "\n"
                + EventLine.encode(PuppetNode.event("after x-1"))
                + "\n");
    assertThat(phial.err.toString())
        .contains("3 changes were missed", "the node ended the stream", "connected again");
  }

  @Test
  void shouldWatchAsText() {
    assertThat(phial.run("watch", api(), "--count", "1")).isZero();
    assertThat(phial.out)
        .hasToString(
            "1970-01-01T00:00:00.001Z  client  first  UNKNOWN -> ALIVE  phi 0.00  registered\n");
  }

  @Test
  void shouldFailOnAnswersOfOthers() {
    assertThat(phial.run("clients", "--api", "http://127.0.0.1:1")).isEqualTo(Main.FAILED);
    assertThat(phial.run("members", api() + "v2")).isEqualTo(Main.FAILED);
  }
}
