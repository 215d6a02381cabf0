package io.phial.node.runtime;

import static io.phial.node.runtime.NodeFixture.await;
import static io.phial.node.runtime.NodeFixture.config;
import static io.phial.node.runtime.NodeFixture.connect;
import static io.phial.node.runtime.NodeFixture.freePort;
import static io.phial.node.runtime.NodeFixture.get;
import static io.phial.node.runtime.NodeFixture.isFree;
import static io.phial.node.runtime.NodeFixture.json;
import static io.phial.node.runtime.NodeFixture.told;
import static io.phial.node.runtime.NodeFixture.until;
import static io.phial.node.runtime.NodeFixture.untilLast;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.phial.client.Phial;
import io.phial.core.registry.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A lone node over real sockets. */
@Timeout(120)
class PhialNodeTest {
  private static final Duration INTERVAL = Duration.ofMillis(100);

  private static PhialNode node = new PhialNode(config("n1", Map.of()), "test");

  @BeforeAll
  static void start() throws Exception {
    await(node.start());
  }

  @AfterAll
  static void stop() throws Exception {
    await(node.stop());
  }

  @Test
  void shouldJudgeAPlainSocketThatSendsHeartbeats() throws Exception {
    String client;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.info().tcp().port())) {
      socket.setSoTimeout(20_000);
      client = "tcp:127.0.0.1:" + socket.getLocalPort();
      socket.getOutputStream().write("HEARTBEAT\n".getBytes(StandardCharsets.UTF_8));
      InputStream in = socket.getInputStream();
      assertThat(new String(in.readNBytes(3), StandardCharsets.UTF_8)).isEqualTo("ACK");
      untilLast(node, client, "ALIVE");
    }
    untilLast(node, client, "DEAD");
    assertThat(told(node, client)).containsExactly("UNKNOWN ALIVE", "ALIVE DEAD");
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void shouldCallAClientAliveAndLeft(Transport transport) throws Exception {
    String id = "leaving-" + transport;
    try (Phial phial = connect(id, transport, INTERVAL, node)) {
      assertThat(phial.awaitRegistered(Duration.ofSeconds(20))).isTrue();
      untilLast(node, id, "ALIVE");
      until("beats", () -> phial.standing().acknowledged() >= 3);
    }
    untilLast(node, id, "LEFT");
    assertThat(told(node, id).get(0)).isEqualTo("UNKNOWN ALIVE");
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void shouldCallAnAbandonedClientDead(Transport transport) throws Exception {
    String id = "abandoned-" + transport;
    Phial phial = connect(id, transport, INTERVAL, node);
    untilLast(node, id, "ALIVE");
    phial.abandon();
    untilLast(node, id, "DEAD");
    assertThat(told(node, id))
        .startsWith("UNKNOWN ALIVE")
        .endsWith("ALIVE SUSPECT", "SUSPECT DEAD");
  }

  @Test
  void shouldAnswerQuestions() throws Exception {
    try (Phial phial = connect("asked", Transport.UDP, INTERVAL, node)) {
      assertThat(phial.awaitRegistered(Duration.ofSeconds(20))).isTrue();
      untilLast(node, "asked", "ALIVE");
      JsonNode nodes = json(node, "/v1/nodes");
      assertThat(nodes.at("/self").asText()).isEqualTo("n1");
      assertThat(nodes.at("/usable").asBoolean()).isTrue();
      assertThat(nodes.at("/nodes/0/state").asText()).isEqualTo("ALIVE");
      assertThat(nodes.at("/nodes/0/slots").asInt()).isEqualTo(4096);
      assertThat(nodes.at("/nodes/0/endpoints/udp").asText())
          .isEqualTo(node.info().udp().toString());

      JsonNode client = json(node, "/v1/clients/asked");
      assertThat(client.at("/verdict").asText()).isEqualTo("ALIVE");
      assertThat(client.at("/home").asText()).isEqualTo("n1");
      assertThat(client.at("/intervalMs").asInt()).isEqualTo(100);
      assertThat(json(node, "/v1/clients?verdict=ALIVE").at("/clients").findValuesAsText("id"))
          .contains("asked");
      assertThat(get(node, "/v1/clients/nobody").statusCode()).isEqualTo(404);
    }
    assertThat(get(node, "/livez").statusCode()).isEqualTo(200);
    assertThat(get(node, "/readyz").statusCode()).isEqualTo(200);
    assertThat(get(node, "/metrics").body()).contains("phial_clients ", "node=\"n1\"");
  }

  @Test
  void shouldCloseItsPortsAndEndItsThreadsWhenItStops() throws Exception {
    Set<Thread> before = threads();
    for (int turn = 0; turn < 2; turn++) {
      PhialNode own = new PhialNode(config("n2", Map.of()), "test");
      await(own.start());
      List<Integer> ports =
          List.of(
              own.info().gossip().port(),
              own.info().tcp().port(),
              own.info().udp().port(),
              own.info().http().port());
      Phial tcp = connect("c1", Transport.TCP, Duration.ofSeconds(1), own);
      Phial udp = connect("c2", Transport.UDP, Duration.ofSeconds(1), own);
      untilLast(own, tcp.id(), "ALIVE");
      untilLast(own, udp.id(), "ALIVE");
      await(own.stop());
      tcp.abandon();
      udp.abandon();
      assertThat(ports).allMatch(port -> isFree(port));
      assertThat(told(own, "c1")).as("a stop is nobody's death").containsExactly("UNKNOWN ALIVE");
      assertThat(told(own, "c2")).containsExactly("UNKNOWN ALIVE");
    }
    until(
        "no threads left",
        () -> {
          Set<Thread> left = threads();
          left.removeAll(before);
          return left.isEmpty();
        });
  }

  private static Set<Thread> threads() {
    Set<Thread> ours = new HashSet<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      String name = thread.getName();
      boolean shared = name.equals("phial-beats");
      if (!shared && (name.startsWith("vert") || name.startsWith("phial") || name.contains("hz"))) {
        ours.add(thread);
      }
    }
    return ours;
  }

  @ParameterizedTest
  @ValueSource(strings = {"gossip.port", "tcp.port", "udp.port", "http.port"})
  void shouldFailAndReleaseWhatItOpenedWhenAPortIsInUse(String option) throws Exception {
    Map<String, String> ports = new HashMap<>();
    for (String name : List.of("gossip.port", "tcp.port", "udp.port", "http.port")) {
      ports.put(name, Integer.toString(freePort()));
    }
    int taken = Integer.parseInt(ports.get(option));
    InetAddress loopback = InetAddress.getLoopbackAddress();
    PhialNode own = new PhialNode(config("n3", ports), "test");
    try (ServerSocket stream = new ServerSocket(taken, 1, loopback);
        DatagramSocket datagram = new DatagramSocket(new InetSocketAddress(loopback, taken))) {
      assertThat(stream.isBound() && datagram.isBound()).isTrue();
      assertThatThrownBy(() -> await(own.start()))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .hasMessageContaining(option + " " + taken)
          .rootCause()
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use");
      await(own.stop());
    }
    List<String> stillOpen = new ArrayList<>();
    ports.forEach(
        (name, port) -> {
          if (!isFree(Integer.parseInt(port))) {
            stillOpen.add(name);
          }
        });
    assertThat(stillOpen).isEmpty();
  }
}
