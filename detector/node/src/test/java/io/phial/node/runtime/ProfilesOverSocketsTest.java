package io.phial.node.runtime;

import static io.phial.node.runtime.NodeFixture.await;
import static io.phial.node.runtime.NodeFixture.config;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.Registration;
import io.phial.core.wire.Usage;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients name their profile over real sockets. */
@Timeout(120)
class ProfilesOverSocketsTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final PhialNode NODE =
      new PhialNode(config("n1", Map.of("profiles.iot.ids", "pump-")), "test");

  @BeforeAll
  static void start() throws Exception {
    await(NODE.start());
  }

  @AfterAll
  static void stop() throws Exception {
    await(NODE.stop());
  }

  @Test
  void shouldTellADatagramClientItsIntervalAndFirstBeat() throws Exception {
    Registration.Welcome foreground =
        register("udp-1", 1_000, new Usage("im", Usage.Mode.UNSAID, Usage.UNSAID));
    assertThat(foreground.intervalMillis()).as("the shortest of im").isEqualTo(20_000);
    assertThat(foreground.firstBeatMillis()).isBetween(0, 19_999);
    Registration.Welcome background =
        register("udp-1", 1_000, new Usage("im", Usage.Mode.BACKGROUND, 100));
    assertThat(background.session()).isEqualTo(foreground.session());
    assertThat(background.intervalMillis()).as("0.9 of the NAT limit").isEqualTo(90_000);
    JsonNode row = client("udp-1");
    assertThat(row.get("profile").asText()).isEqualTo("im");
    assertThat(row.get("intervalMs").asLong()).isEqualTo(90_000);
    assertThat(row.get("verdict").asText()).isEqualTo("ALIVE");
  }

  @Test
  void shouldLeaveOldDatagramClientsAsTheyWere() throws Exception {
    Registration.Welcome welcome = register("udp-2", 1_500, Usage.NONE);
    assertThat(welcome.intervalMillis()).isEqualTo(1_500);
    assertThat(welcome.firstBeatMillis()).isEqualTo(-1);
    assertThat(client("udp-2").has("profile")).isFalse();
  }

  @Test
  void shouldTakeTheProfileOfALineAndAnswerAsEver() throws Exception {
    Endpoint tcp = NODE.info().tcp();
    try (Socket socket = new Socket(tcp.host(), tcp.port())) {
      socket
          .getOutputStream()
          .write("HEARTBEAT tcp-1 interval=2s profile=game\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().readNBytes(4)).asString().isEqualTo("ACK\n");
      JsonNode row = client("tcp-1");
      assertThat(row.get("profile").asText()).isEqualTo("game");
      assertThat(row.get("intervalMs").asLong()).isEqualTo(2_000);
    }
  }

  @Test
  void shouldGiveTheProfileOfAnIdToWhoNamesNone() throws Exception {
    Endpoint tcp = NODE.info().tcp();
    try (Socket socket = new Socket(tcp.host(), tcp.port())) {
      socket
          .getOutputStream()
          .write("HEARTBEAT pump-9 interval=2s\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().readNBytes(4)).asString().isEqualTo("ACK\n");
      assertThat(client("pump-9").get("profile").asText()).isEqualTo("iot");
    }
  }

  @Test
  void shouldTellAnHttpClientItsIntervalAndRefuseTooLongAPayload() throws Exception {
    HttpResponse<String> answer = put("http-1?interval=1s&profile=im", "x");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(new ObjectMapper().readTree(answer.body()).get("intervalMs").asLong())
        .isEqualTo(20_000);
    assertThat(client("http-1").get("profile").asText()).isEqualTo("im");
    HttpResponse<String> tooLong = put("http-2?interval=1s&profile=game", "x".repeat(65));
    assertThat(tooLong.statusCode()).isEqualTo(413);
    assertThat(tooLong.body()).contains("64 bytes");
    assertThat(put("http-2?profile=GAME", "").statusCode()).isEqualTo(400);
  }

  @Test
  void shouldCountANameThatNobodyKnowsAndJudgeAsWithout() throws Exception {
    assertThat(put("http-3?interval=1s&profile=nobody", "").statusCode()).isEqualTo(200);
    assertThat(client("http-3").has("profile")).isFalse();
    Endpoint http = NODE.info().http();
    HttpResponse<String> metrics = get("http://" + http + "/metrics");
    assertThat(metrics.body().lines().filter(l -> l.startsWith("phial_profiles_unknown_total")))
        .singleElement()
        .satisfies(line -> assertThat(line).doesNotEndWith(" 0.0"));
  }

  private static Registration.Welcome register(String id, int intervalMillis, Usage usage)
      throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      socket.setSoTimeout(20_000);
      var hello = new Registration.Hello(42, 0, 7, intervalMillis, id, usage);
      var challenge = (Registration.Challenge) ask(socket, hello.encode());
      return (Registration.Welcome) ask(socket, hello.withCookie(challenge.cookie()).encode());
    }
  }

  private static Registration ask(DatagramSocket socket, byte[] data) throws Exception {
    Endpoint udp = NODE.info().udp();
    InetSocketAddress to = new InetSocketAddress(udp.host(), udp.port());
    socket.send(new DatagramPacket(data, data.length, to));
    DatagramPacket answer = new DatagramPacket(new byte[256], 256);
    socket.receive(answer);
    byte[] received = Arrays.copyOf(answer.getData(), answer.getLength());
    return Registration.decode(received, received.length);
  }

  private static HttpResponse<String> put(String idAndQuery, String body) throws Exception {
    int query = idAndQuery.indexOf('?');
    String path = "/v1/clients/" + idAndQuery.substring(0, query) + "/beat";
    URI uri = URI.create("http://" + NODE.info().http() + path + idAndQuery.substring(query));
    return HTTP.send(
        HttpRequest.newBuilder(uri).PUT(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode client(String id) throws Exception {
    return new ObjectMapper()
        .readTree(get("http://" + NODE.info().http() + "/v1/clients/" + id).body());
  }

  private static HttpResponse<String> get(String uri) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString());
  }
}
