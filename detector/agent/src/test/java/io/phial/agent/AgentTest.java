package io.phial.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A whole agent against sockets that play a node. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AgentTest {
  private static final String ANSWER =
      "{\"total\":3,\"partial\":false,\"later\":{\"x\":[1]},\"clients\":["
          + "{\"id\":\"g/dead\",\"verdict\":\"DEAD\",\"phi\":99.5,\"silenceMs\":9},"
          + "{\"id\":\"g/b\",\"verdict\":\"ALIVE\",\"phi\":0.5,\"silenceMs\":3},"
          + "{\"id\":\"g/a\",\"verdict\":\"ALIVE\",\"phi\":0.1,\"silenceMs\":1,\"payload\":\"x\"}]}";

  private final HttpClient client = HttpClient.newHttpClient();

  private HttpResponse<String> send(String method, int port, String path, String body)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void shouldBeatForTheProgramAndAnswerFromItsLastKnowledge() throws Exception {
    HttpServer api =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    api.createContext(
        "/v1/clients",
        exchange -> {
          byte[] bytes = ANSWER.getBytes(StandardCharsets.UTF_8);
          boolean asked = exchange.getRequestURI().getQuery().contains("prefix=g/");
          exchange.sendResponseHeaders(asked ? 200 : 400, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    api.start();
    try (ServerSocket beats = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      String nodes = "127.0.0.1:" + beats.getLocalPort() + ":" + api.getAddress().getPort();
      AgentConfig config =
          AgentConfig.load(
              List.of("--nodes", nodes, "--group=g", "--name=a", "--port=0", "--poll=100ms"),
              Map.of());
      ByteArrayOutputStream log = new ByteArrayOutputStream();
      try (Agent agent =
          new Agent(
              config,
              Path.of("/proc"),
              new Log(new PrintStream(log, true, StandardCharsets.UTF_8)))) {
        agent.start();
        int port = agent.port();
        assertThat(send("PUT", port, "/v1/beat", "load=3").statusCode()).isEqualTo(200);
        try (Socket connection = beats.accept();
            BufferedReader lines =
                new BufferedReader(
                    new InputStreamReader(
                        connection.getInputStream(), StandardCharsets.US_ASCII))) {
          assertThat(lines.readLine())
              .matches("HEARTBEAT g/a interval=1000ms incarnation=\\d+ payload=load=3 can=moved");
          connection.getOutputStream().write("ACK\n".getBytes(StandardCharsets.US_ASCII));
          send("PUT", port, "/v1/beat", "load=4");
          assertThat(lines.readLine()).isEqualTo("HEARTBEAT payload=load=4");
          assertThat(send("PUT", port, "/v1/beat", "two words").statusCode()).isEqualTo(400);
          shouldListTheLivingFirst(port);
          api.stop(0);
          while (!send("GET", port, "/v1/peers", "").body().contains("\"stale\":true")) {
            LockSupport.parkNanos(20_000_000);
          }
          shouldListTheLivingFirst(port);
          assertThat(send("PUT", port, "/v1/leave", "").statusCode()).isEqualTo(200);
          assertThat(lines.readLine()).isEqualTo("BYE");
        }
        assertThat(send("GET", port, "/v1/self", "").body())
            .contains("\"id\":\"g/a\"", "\"phase\":\"LEFT\"", "\"verdict\":\"ALIVE\"");
        assertThat(send("GET", port, "/v1/other", "").statusCode()).isEqualTo(404);
        assertThat(send("GET", port, "/v1/beat", "").statusCode()).isEqualTo(405);
        assertThat(send("GET", port, "/v1/peers?grp=x", "").statusCode()).isEqualTo(400);
        assertThat(send("GET", port, "/v1/peers?group=never", "").statusCode()).isEqualTo(503);
        assertThat(Leaving.tell(Integer.toString(port))).isTrue();
      }
    }
  }

  private void shouldListTheLivingFirst(int port) throws Exception {
    String body = send("GET", port, "/v1/peers?group=g", "").body();
    assertThat(body.indexOf("g/a")).isPositive().isLessThan(body.indexOf("g/b"));
    assertThat(body.indexOf("g/b")).isLessThan(body.indexOf("g/dead"));
    assertThat(body).contains("\"phi\":99.5", "\"payload\":\"x\"", "\"total\":3");
  }
}
