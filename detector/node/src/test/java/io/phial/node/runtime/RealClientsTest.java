package io.phial.node.runtime;

import static io.phial.node.runtime.NodeFixture.await;
import static io.phial.node.runtime.NodeFixture.config;
import static io.phial.node.runtime.NodeFixture.freePort;
import static io.phial.node.runtime.NodeFixture.json;
import static io.phial.node.runtime.NodeFixture.told;
import static io.phial.node.runtime.NodeFixture.until;
import static io.phial.node.runtime.NodeFixture.untilLast;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that others wrote, unchanged, against a lone node over real sockets. */
@Timeout(120)
class RealClientsTest {
  private static final int TARGET_PORT = freePort();
  private static final int HTTP_PORT = freePort();
  private static final int GRPC_PORT = freePort();

  private static PhialNode node =
      new PhialNode(
          config(
              "n1",
              Map.of(
                  "mqtt.port",
                  "0",
                  "websocket.port",
                  "0",
                  "http.port",
                  Integer.toString(HTTP_PORT),
                  "grpc.port",
                  Integer.toString(GRPC_PORT),
                  "clients.grace-intervals",
                  "2",
                  "probe.targets",
                  "probed-tcp tcp://127.0.0.1:%d interval=200ms timeout=200ms,"
                          .formatted(TARGET_PORT)
                      + "probed-http http://127.0.0.1:%d/livez interval=1s,".formatted(HTTP_PORT)
                      + "probed-404 http://127.0.0.1:%d/no interval=1s,".formatted(HTTP_PORT)
                      + "probed-grpc grpc://127.0.0.1:%d interval=1s".formatted(GRPC_PORT))),
          "test");

  @BeforeAll
  static void start() throws Exception {
    await(node.start());
  }

  @AfterAll
  static void stop() throws Exception {
    await(node.stop());
  }

  private static String mqttPort() {
    return Integer.toString(node.ports().mqtt());
  }

  private static Program paho(String body) throws Exception {
    Program.needModule("paho.mqtt", "python3-paho-mqtt");
    String head = "import paho.mqtt.client as m, time, sys\nport = " + mqttPort() + "\n";
    return Program.start(List.of(Program.PYTHON, "-u", "-c", head + body));
  }

  @Test
  void shouldTellTheWillOfAKilledMosquittoClient() throws Exception {
    Program.need("mosquitto_sub", "mosquitto-clients");
    try (Program watcher =
            Program.start(
                List.of(
                    "mosquitto_sub",
                    "-p",
                    mqttPort(),
                    "-v",
                    "-t",
                    "lwt/#",
                    "-t",
                    "phial/clients/+/status"));
        Program client =
            Program.start(
                List.of(
                    "mosquitto_sub",
                    "-p",
                    mqttPort(),
                    "-i",
                    "mosquitto",
                    "-t",
                    "none",
                    "--will-topic",
                    "lwt/mosquitto",
                    "--will-payload",
                    "gone"))) {
      untilLast(node, "mosquitto", "ALIVE");
      until("watcher: " + watcher.output(), () -> watcher.output().contains("mosquitto/status"));
      assertThat(watcher.output()).doesNotContain("lwt/mosquitto gone");
      client.signal("KILL");
      untilLast(node, "mosquitto", "DEAD");
      until("watcher: " + watcher.output(), () -> watcher.output().contains("lwt/mosquitto gone"));
      until("status", () -> watcher.output().contains("\"verdict\":\"DEAD\""));
      assertThat(told(node, "mosquitto")).contains("ALIVE SUSPECT", "SUSPECT DEAD");
    }
  }

  @Test
  void shouldHearAPayloadThatMosquittoPublishes() throws Exception {
    Program.need("mosquitto_pub", "mosquitto-clients");
    try (Program once =
        Program.start(
            List.of(
                "mosquitto_pub",
                "-p",
                mqttPort(),
                "-i",
                "pub-1",
                "-q",
                "1",
                "-V",
                "mqttv5",
                "-t",
                "phial/beats/pub-1",
                "-m",
                "{\"battery\":80}"))) {
      assertThat(once.exit()).as(once.output()).isZero();
    }
    untilLast(node, "pub-1", "LEFT");
    assertThat(json(node, "/v1/clients/pub-1").path("payload").asText())
        .isEqualTo("{\"battery\":80}");
  }

  @Test
  void shouldFindAStoppedPahoClientDeadByItsKeepAlive() throws Exception {
    try (Program client =
        paho(
            """
            c = m.Client("paho-stopped", protocol=m.MQTTv5)
            c.connect("127.0.0.1", port, keepalive=1)
            c.loop_forever()
            """)) {
      untilLast(node, "paho-stopped", "ALIVE");
      client.signal("STOP");
      untilLast(node, "paho-stopped", "DEAD");
      assertThat(json(node, "/v1/clients/paho-stopped").path("reason").asText())
          .contains("1 s interval");
    }
  }

  @Test
  void shouldTellPahoWhyAndTakeTheSessionOver() throws Exception {
    try (Program client =
        paho(
            """
            def end(c, u, rc, p=None):
                print("code", int(rc.value) if hasattr(rc, "value") else rc); sys.exit()
            def on(i):
                c = m.Client("paho-twice", protocol=m.MQTTv5)
                c.on_connect = lambda *a: print("connected", i)
                c.connect("127.0.0.1", port, keepalive=60); c.loop_start(); return c
            a = on(1); a.on_disconnect = end; time.sleep(0.5)
            b = on(2); time.sleep(0.5); b.disconnect(); time.sleep(0.2)
            """)) {
      client.exit();
      assertThat(client.output()).contains("connected 1", "connected 2", "code 142");
      untilLast(node, "paho-twice", "LEFT");
      assertThat(told(node, "paho-twice")).containsExactly("UNKNOWN ALIVE", "ALIVE LEFT");
    }
  }

  @Test
  void shouldJudgePythonWebSockets() throws Exception {
    Program.needModule("websockets", "python3-websockets");
    String url = "ws://127.0.0.1:" + node.ports().webSocket() + "/v1/beat?interval=200ms&id=";
    String body =
        """
        import asyncio, websockets
        async def main():
            async with websockets.connect("%s") as a:
                await a.send('{"from":"python"}'); print(await a.recv())
                await asyncio.sleep(60)
        asyncio.run(main())
        """;
    try (Program client =
        Program.start(List.of(Program.PYTHON, "-u", "-c", body.formatted(url + "python-ws")))) {
      untilLast(node, "python-ws", "ALIVE");
      until("beats", () -> json(node, "/v1/clients/python-ws").path("beats").asLong() >= 4);
      assertThat(json(node, "/v1/clients/python-ws").path("protocol").asText())
          .isEqualTo("websocket");
      client.signal("KILL");
      untilLast(node, "python-ws", "DEAD");
    }
  }

  @Test
  void shouldTakeCurlsBeats() throws Exception {
    Program.need("curl", "curl");
    String url = "http://127.0.0.1:" + HTTP_PORT + "/v1/clients/cron-1/beat";
    for (int i = 0; i < 2; i++) {
      try (Program curl =
          Program.start(
              List.of("curl", "-sf", "-X", "PUT", "--data", "disk 81%", url + "?interval=500ms"))) {
        assertThat(curl.exit()).as(curl.output()).isZero();
      }
    }
    assertThat(json(node, "/v1/clients/cron-1").path("payload").asText()).isEqualTo("disk 81%");
    untilLast(node, "cron-1", "DEAD");
    try (Program curl = Program.start(List.of("curl", "-sf", "-X", "DELETE", url))) {
      assertThat(curl.exit()).as(curl.output()).isZero();
    }
    untilLast(node, "cron-1", "LEFT");
  }

  @Test
  void shouldAnswerGrpcJava() throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", GRPC_PORT).usePlaintext().build();
    try {
      HealthGrpc.HealthBlockingStub health =
          HealthGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
      until("ready", () -> check(health, "") == ServingStatus.SERVING);
      assertThatThrownBy(() -> check(health, "client/grpc-watched"))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("NOT_FOUND");
      Iterator<HealthCheckResponse> one = health.watch(request("client/grpc-watched"));
      Iterator<HealthCheckResponse> group = health.watch(request("group/grpc-"));
      assertThat(one.next().getStatus()).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
      assertThat(group.next().getStatus()).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
      beat("grpc-watched?interval=200ms");
      assertThat(one.next().getStatus()).isEqualTo(ServingStatus.SERVING);
      assertThat(group.next().getStatus()).isEqualTo(ServingStatus.SERVING);
      assertThat(one.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
      assertThat(group.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
      assertThat(check(health, "client/grpc-watched")).isEqualTo(ServingStatus.NOT_SERVING);
      assertThat(list(channel)).contains("client/grpc-watched");
    } finally {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  // grpc-java has no stub for List yet.
  private static String list(ManagedChannel channel) {
    MethodDescriptor.Marshaller<byte[]> bytes =
        new MethodDescriptor.Marshaller<>() {
          @Override
          public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
          }

          @Override
          public byte[] parse(InputStream stream) {
            try {
              return stream.readAllBytes();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.newBuilder(bytes, bytes)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("grpc.health.v1.Health/List")
            .build();
    return new String(
        ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, new byte[0]),
        StandardCharsets.ISO_8859_1);
  }

  private static void beat(String idAndQuery) throws Exception {
    String[] parts = idAndQuery.split("\\?", 2);
    URI uri =
        URI.create(
            "http://127.0.0.1:" + HTTP_PORT + "/v1/clients/" + parts[0] + "/beat?" + parts[1]);
    HttpRequest put = HttpRequest.newBuilder(uri).PUT(HttpRequest.BodyPublishers.noBody()).build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(put, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static HealthCheckRequest request(String service) {
    return HealthCheckRequest.newBuilder().setService(service).build();
  }

  private static ServingStatus check(HealthGrpc.HealthBlockingStub health, String service) {
    return health.check(request(service)).getStatus();
  }

  @Test
  void shouldProbeWhatDoesNotBeat() throws Exception {
    untilLast(node, "probed-http", "ALIVE");
    untilLast(node, "probed-grpc", "ALIVE");
    assertThat(told(node, "probed-tcp")).isEmpty();
    try (ServerSocket target = new ServerSocket(TARGET_PORT)) {
      assertThat(target.isBound()).isTrue();
      untilLast(node, "probed-tcp", "ALIVE");
      assertThat(json(node, "/v1/clients/probed-tcp").path("protocol").asText()).isEqualTo("probe");
    }
    untilLast(node, "probed-tcp", "DEAD");
    assertThat(told(node, "probed-404")).isEmpty();
  }

  @Test
  void shouldJudgeAPageInChromium(@TempDir Path profile) throws Exception {
    Program.need("chromium", "chromium");
    int debugPort = freePort();
    String url =
        "http://127.0.0.1:"
            + node.ports().webSocket()
            + "/?id=chromium&interval=500ms&count=messages";
    try (Program browser = chromium(profile, debugPort, url)) {
      untilLast(node, "chromium", "ALIVE");
      until("beats", () -> json(node, "/v1/clients/chromium").path("beats").asLong() >= 3);
      DevTools.freeze(debugPort);
      // The browser still answers pings; the page says nothing.
      untilLast(node, "chromium", "DEAD");
      assertThat(json(node, "/v1/clients/chromium").path("reason").asText()).contains("silent");
      browser.signal("TERM");
    }
  }

  @Test
  void shouldHearThatAPageWasClosed(@TempDir Path profile) throws Exception {
    Program.need("chromium", "chromium");
    int debugPort = freePort();
    String url = "http://127.0.0.1:" + node.ports().webSocket() + "/?id=tab&interval=500ms";
    try (Program browser = chromium(profile, debugPort, url)) {
      untilLast(node, "tab", "ALIVE");
      DevTools.close(debugPort);
      untilLast(node, "tab", "LEFT");
      browser.signal("TERM");
    }
  }

  private static Program chromium(Path profile, int debugPort, String url) throws IOException {
    Files.createDirectories(profile);
    return Program.start(
        List.of(
            "chromium",
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--remote-allow-origins=*",
            "--remote-debugging-port=" + debugPort,
            "--user-data-dir=" + profile,
            url));
  }

  /** What it takes to do to a page what a person does. */
  private static final class DevTools {
    private static final HttpClient HTTP =
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    static void freeze(int port) throws Exception {
      java.net.http.WebSocket socket =
          HTTP.newWebSocketBuilder()
              .buildAsync(
                  URI.create(page(port).path("webSocketDebuggerUrl").asText()),
                  new java.net.http.WebSocket.Listener() {})
              .get(20, TimeUnit.SECONDS);
      String freeze =
          "{\"id\":1,\"method\":\"Page.setWebLifecycleState\",\"params\":{\"state\":\"frozen\"}}";
      socket.sendText(freeze, true).get(20, TimeUnit.SECONDS);
    }

    static void close(int port) throws Exception {
      get(port, "/json/close/" + page(port).path("id").asText());
    }

    // The browser has pages of its own beside ours.
    private static JsonNode page(int port) throws Exception {
      for (JsonNode page : new ObjectMapper().readTree(get(port, "/json"))) {
        if (page.path("url").asText().contains("?id=")) {
          return page;
        }
      }
      throw new AssertionError("the browser has no page of ours");
    }

    private static String get(int port, String path) throws Exception {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }
}
