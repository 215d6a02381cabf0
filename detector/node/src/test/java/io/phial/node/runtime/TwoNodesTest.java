package io.phial.node.runtime;

import static io.phial.node.runtime.NodeFixture.await;
import static io.phial.node.runtime.NodeFixture.config;
import static io.phial.node.runtime.NodeFixture.connect;
import static io.phial.node.runtime.NodeFixture.freePort;
import static io.phial.node.runtime.NodeFixture.json;
import static io.phial.node.runtime.NodeFixture.metric;
import static io.phial.node.runtime.NodeFixture.told;
import static io.phial.node.runtime.NodeFixture.until;
import static io.phial.node.runtime.NodeFixture.untilLast;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.phial.client.Phial;
import io.phial.core.placement.Slots;
import io.phial.core.registry.Transport;
import io.phial.node.config.NodeConfig;
import java.io.BufferedReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** Two nodes around a real store. The second one leaves in the last test. */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoNodesTest {
  private static final Duration INTERVAL = Duration.ofMillis(250);

  private static PhialNode first = new PhialNode(config("n1", Map.of()), "test");
  private static PhialNode second = first;
  private static boolean secondLeft;

  private final List<Phial> clients = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    int gossip = freePort();
    int hazelcast = freePort();
    int otherHazelcast = freePort();
    Map<String, String> both = new HashMap<>();
    both.put("cluster.view", "hazelcast");
    both.put("cluster.name", "t" + UUID.randomUUID());
    both.put("gossip.seeds", "127.0.0.1:" + gossip);
    both.put("hazelcast.members", "127.0.0.1:" + hazelcast + ",127.0.0.1:" + otherHazelcast);
    first = node("n1", both, Map.of("gossip.port", "" + gossip, "hazelcast.port", "" + hazelcast));
    await(first.start());
    second = node("n2", both, Map.of("hazelcast.port", "" + otherHazelcast));
    await(second.start());
    for (PhialNode node : List.of(first, second)) {
      until(
          "a view of two at " + node.info().id(),
          () -> {
            JsonNode nodes = json(node, "/v1/nodes");
            return nodes.at("/nodes/0/slots").asInt() > 0 && nodes.at("/nodes/1/slots").asInt() > 0;
          });
    }
  }

  private static PhialNode node(String id, Map<String, String> both, Map<String, String> own) {
    Map<String, String> options = new HashMap<>(both);
    options.putAll(own);
    NodeConfig config = config(id, options);
    return new PhialNode(config, "test");
  }

  @AfterAll
  static void stop() throws Exception {
    if (!secondLeft) {
      await(second.stop());
    }
    await(first.stop());
  }

  @AfterEach
  void abandon() {
    clients.forEach(Phial::abandon);
  }

  private Phial client(String id, Transport transport, Duration interval, PhialNode... nodes) {
    Phial phial = connect(id, transport, interval, nodes);
    clients.add(phial);
    return phial;
  }

  /** Some id whose slot that node owns. */
  private static String idAt(PhialNode owner, String prefix) {
    for (int i = 0; ; i++) {
      String id = prefix + i;
      if (owner.isOwnerOf(Slots.slotOf(id))) {
        return id;
      }
    }
  }

  @Test
  @Order(1)
  void shouldJudgeAtTheOwnerWhatBeatsAtTheOtherNode() throws Exception {
    String id = idAt(second, "forwarded");
    double before = metric(first, "phial_forwarded_beats_total");
    Phial phial = client(id, Transport.UDP, INTERVAL, first);
    for (PhialNode node : List.of(first, second)) {
      untilLast(node, id, "ALIVE");
    }
    until("forwarding", () -> metric(first, "phial_forwarded_beats_total") >= before + 5);
    JsonNode row = json(first, "/v1/clients/" + id);
    assertThat(row.at("/home").asText()).isEqualTo("n2");
    until("beats at the owner", () -> json(second, "/v1/clients/" + id).at("/beats").asInt() >= 5);
    assertThat(phial.standing().registrations()).isEqualTo(1);

    phial.close();
    for (PhialNode node : List.of(first, second)) {
      untilLast(node, id, "LEFT");
      assertThat(told(node, id)).startsWith("UNKNOWN ALIVE").doesNotHaveDuplicates();
    }
  }

  /** Ids and events of a stream, from after that id until the client is told as that verdict. */
  private static List<String> log(PhialNode node, String after, String client, String verdict)
      throws Exception {
    List<String> lines = new ArrayList<>();
    try (BufferedReader stream = NodeFixture.stream(node, "/v1/events?after=" + after)) {
      for (String line = stream.readLine(); line != null; line = stream.readLine()) {
        if (line.startsWith("id: ") || line.startsWith("data: ")) {
          lines.add(line);
        }
        if (line.contains("\"id\":\"" + client + "\"") && line.contains("\"to\":\"" + verdict)) {
          return lines;
        }
      }
    }
    throw new IllegalStateException("the stream ended");
  }

  @Test
  @Order(2)
  void shouldServeOneLogOnEveryNodeAndResumeItOnTheOther() throws Exception {
    String id = idAt(second, "logged");
    Phial phial = client(id, Transport.UDP, INTERVAL, first);
    untilLast(second, id, "ALIVE");
    List<String> upToAlive = log(first, "0", id, "ALIVE");
    assertThat(upToAlive).anyMatch(line -> line.contains("\"kind\":\"node\",\"id\":\"n2\""));
    String last = upToAlive.get(upToAlive.size() - 2).substring(4);
    assertThat(upToAlive.get(upToAlive.size() - 1)).contains("\"judge\":\"n2\"");
    phial.close();
    List<String> resumed = log(second, last, id, "LEFT");
    assertThat(resumed).noneMatch(line -> line.contains("\"to\":\"ALIVE\"") && line.contains(id));
    List<String> whole = log(second, "0", id, "LEFT");
    assertThat(whole).startsWith(upToAlive.toArray(String[]::new));
    assertThat(whole).endsWith(resumed.toArray(String[]::new));
    assertThat(whole).doesNotHaveDuplicates().noneMatch(line -> line.contains("{\"missed\""));
  }

  @Test
  @Order(2)
  void shouldRegisterAgainWhenTheOwnerForgotTheSession() throws Exception {
    String id = idAt(second, "forgotten");
    Phial phial = client(id, Transport.UDP, INTERVAL, first);
    untilLast(second, id, "ALIVE");
    second.forgetClients();
    until("registered again", () -> phial.standing().registrations() >= 2);
    until(
        "judged again",
        () -> json(second, "/v1/clients/" + id).at("/verdict").asText().equals("ALIVE"));
    until("acknowledged", () -> phial.standing().registered());
  }

  @Test
  @Order(3)
  void shouldListTheClientsOfBoth() throws Exception {
    List<String> ids = new ArrayList<>();
    for (PhialNode owner : List.of(first, second)) {
      String udp = idAt(owner, "listed");
      String tcp = "connected-" + owner.info().id();
      client(udp, Transport.UDP, INTERVAL, first);
      client(tcp, Transport.TCP, INTERVAL, owner);
      ids.addAll(List.of(udp, tcp));
    }
    for (PhialNode node : List.of(first, second)) {
      until("all listed", () -> alive(node).containsAll(ids));
      JsonNode answer = json(node, "/v1/clients?verdict=ALIVE");
      assertThat(answer.at("/partial").asBoolean()).isFalse();
      assertThat(answer.at("/clients").findValuesAsText("home")).contains("n1", "n2");
      assertThat(answer.at("/clients").findValuesAsText("id")).isSorted().doesNotHaveDuplicates();
    }
    assertThat(json(first, "/v1/clients?local=true").at("/clients").findValuesAsText("home"))
        .containsOnly("n1");
    for (String id : ids) {
      assertThat(told(first, id)).as(id).containsOnlyOnce("UNKNOWN ALIVE");
      assertThat(told(second, id)).as(id).containsOnlyOnce("UNKNOWN ALIVE");
    }
  }

  private static List<String> alive(PhialNode node) throws Exception {
    return json(node, "/v1/clients?verdict=ALIVE").at("/clients").findValuesAsText("id");
  }

  @Test
  @Order(4)
  void shouldHandItsClientsOverWhenItLeaves() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      String udp = idAt(second, "handed-" + i + "-");
      String tcp = "moving-" + i;
      client(udp, Transport.UDP, Duration.ofSeconds(1), second, first);
      client(tcp, Transport.TCP, Duration.ofSeconds(1), second, first);
      ids.addAll(List.of(udp, tcp));
    }
    for (String id : ids) {
      untilLast(first, id, "ALIVE");
    }
    await(second.stop());
    secondLeft = true;
    for (String id : ids) {
      until(
          id + " judged by the other node",
          () -> {
            JsonNode row = json(first, "/v1/clients/" + id + "?local=true");
            return row.at("/verdict").asText().equals("ALIVE");
          });
      List<String> told = told(first, id);
      assertThat(told).as(id).startsWith("UNKNOWN ALIVE");
      assertThat(told).as(id).noneMatch(words -> words.endsWith("SUSPECT"));
      assertThat(told).as(id).noneMatch(words -> words.endsWith("DEAD"));
      if (id.startsWith("handed")) {
        assertThat(told).as(id).contains("ALIVE UNKNOWN").endsWith("UNKNOWN ALIVE");
      }
    }
    JsonNode nodes = json(first, "/v1/nodes");
    assertThat(nodes.at("/nodes/0/slots").asInt()).isEqualTo(4096);
  }
}
