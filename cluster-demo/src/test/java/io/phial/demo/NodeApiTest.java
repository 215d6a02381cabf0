package io.phial.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NodeApiTest {
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private HttpServer server;
  private NodeApi api;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String body = answers.get(exchange.getRequestURI().toString());
          byte[] bytes = (body == null ? "{}" : body).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(body == null ? 503 : 200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    api = new NodeApi("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static String row(int number) {
    return "{\"id\":\"c%04d\",\"verdict\":\"ALIVE\",\"home\":\"n1\",\"beats\":7}".formatted(number);
  }

  private static String page(int from, int to, boolean partial) {
    String rows =
        IntStream.range(from, to).mapToObj(NodeApiTest::row).collect(Collectors.joining(","));
    return "{\"total\":501,\"partial\":" + partial + ",\"clients\":[" + rows + "]}";
  }

  @Test
  void shouldTellReadyFromNot() throws InterruptedException {
    assertThat(api.isReady()).isFalse();
    answers.put("/readyz", "{\"status\":\"UP\"}");

    assertThat(api.isReady()).isTrue();
  }

  @Test
  void shouldReadNodes() throws InterruptedException {
    answers.put(
        "/v1/nodes",
        "{\"self\":\"n1\",\"epoch\":7,\"usable\":true,\"nodes\":[{\"id\":\"n1\",\"state\":\"ALIVE\","
            + "\"incarnation\":3,\"slots\":1400,\"reason\":\"is me\"},{\"id\":\"n2\","
            + "\"state\":\"DEAD\",\"incarnation\":2}]}");

    NodesView view = api.nodes().orElseThrow();
    assertThat(view.count("ALIVE")).isEqualTo(1);
    assertThat(view.row("n1")).contains(new NodesView.Row("n1", "ALIVE", 3, 1400, "is me"));
    assertThat(view.epoch()).isEqualTo(7);
  }

  @Test
  void shouldReadClientsPageByPage() throws InterruptedException {
    answers.put("/v1/clients?limit=500&after=", page(0, 500, false));
    answers.put("/v1/clients?limit=500&after=c0499", page(500, 501, false));

    assertThat(api.clients().orElseThrow()).hasSize(501).containsKey("c0500");
  }

  @Test
  void shouldNotTakeAPartialAnswerForAWholeOne() throws InterruptedException {
    answers.put("/v1/clients?limit=500&after=", page(0, 3, true));

    assertThat(api.clients()).isEmpty();
  }

  @Test
  void shouldKnowAClientByItsAddress() throws InterruptedException {
    answers.put("/v1/clients/tcp%3A127.0.0.1%3A4711", row(1));

    assertThat(api.client("tcp:127.0.0.1:4711")).map(ClientRow::beats).contains(7L);
    assertThat(api.client("stranger")).isEmpty();
  }

  @Test
  void shouldGiveNoAnswerWhenTheNodeIsGone() throws InterruptedException {
    server.stop(0);

    assertThat(api.isReady()).isFalse();
    assertThat(api.nodes()).isEmpty();
    assertThat(api.clients()).isEmpty();
  }
}
