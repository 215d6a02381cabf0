package io.phial.node.runtime;

import static io.phial.node.runtime.NodeFixture.await;
import static io.phial.node.runtime.NodeFixture.config;
import static io.phial.node.runtime.NodeFixture.freePort;
import static io.phial.node.runtime.NodeFixture.json;
import static io.phial.node.runtime.NodeFixture.metric;
import static io.phial.node.runtime.NodeFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.phial.core.wire.FrameCodec;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that share nothing but gossip: no Hazelcast, real sockets, real seals. */
@Timeout(120)
class GossipNodesTest {
  private static final String OLD = "7: AAECAwQFBgcICQoLDA0ODw==\n";
  private static final String NEW = "8: AQIDBAUGBwgJCgsMDQ4PEA==\n";

  @TempDir Path folder;

  private final List<PhialNode> nodes = new ArrayList<>();
  private final int seed = freePort();

  @AfterEach
  void stop() throws Exception {
    for (PhialNode node : nodes) {
      await(node.stop());
    }
  }

  private PhialNode start(String id, Map<String, String> more) throws Exception {
    Map<String, String> options = new HashMap<>();
    options.put("gossip.seeds", "127.0.0.1:" + seed);
    options.put("gossip.port", Integer.toString(nodes.isEmpty() ? seed : freePort()));
    options.put("member.interval", "100ms");
    options.put("member.tick", "10ms");
    options.putAll(more);
    PhialNode node = new PhialNode(config(id, options), "test");
    nodes.add(node);
    await(node.start());
    return node;
  }

  private static Map<String, String> keys(Path file) {
    return Map.of(
        "gossip.keys", "", "gossip.keys-file", file.toString(), "gossip.keys-reload", "100ms");
  }

  private static List<String> states(PhialNode node) throws Exception {
    List<String> states = new ArrayList<>();
    for (JsonNode row : json(node, "/v1/nodes").at("/nodes")) {
      states.add(row.at("/id").asText() + " " + row.at("/state").asText());
    }
    return states;
  }

  private static void untilStates(PhialNode node, String... expected) throws Exception {
    until(
        List.of(expected) + " at " + node.info().id(),
        () -> states(node).equals(List.of(expected)));
  }

  @Test
  void shouldSeeEachOtherWithoutAStore() throws Exception {
    PhialNode first = start("n1", Map.of());
    PhialNode second = start("n2", Map.of());
    PhialNode third = start("n3", Map.of());
    // A gauge that holds its subject weakly would show nothing from now on.
    System.gc();
    for (PhialNode node : nodes) {
      untilStates(node, "n1 ALIVE", "n2 ALIVE", "n3 ALIVE");
      until("no longer impaired", () -> metric(node, "phial_gossip_impaired") == 0);
      // Each judges the clients that beat to it, all slots are its own.
      assertThat(json(node, "/v1/nodes").toString()).contains("\"slots\":4096");
      assertThat(json(node, "/v1/clients").at("/partial").asBoolean()).isFalse();
      until("counted", () -> metric(node, "phial_gossip_members{state=\"alive\"}") == 3);
      assertThat(metric(node, "phial_gossip_bytes_in_total{transport=\"udp\"}")).isPositive();
      assertThat(metric(node, "phial_gossip_bytes_out_total{transport=\"udp\"}")).isPositive();
      assertThat(metric(node, "phial_gossip_key_used")).isEqualTo(7);
      assertThat(metric(node, "phial_gossip_frames_dropped_total{reason=\"wrong_key\"}")).isZero();
    }
    nodes.remove(third);
    await(third.stop());
    untilStates(first, "n1 ALIVE", "n2 ALIVE", "n3 LEFT");
    untilStates(second, "n1 ALIVE", "n2 ALIVE", "n3 LEFT");
  }

  @Test
  void shouldKeepStrangersOutAndCountWhy() throws Exception {
    PhialNode node = start("n1", Map.of("gossip.idle-timeout", "3s"));
    start("n2", Map.of("gossip.keys", "9:AQIDBAUGBwgJCgsMDQ4PEA=="));
    start("n3", Map.of("gossip.seal", "plain"));
    until("wrong key", () -> dropped(node, "wrong_key") > 0);
    until("unsealed", () -> dropped(node, "unsealed") > 0);
    try (DatagramSocket socket = new DatagramSocket()) {
      InetAddress here = InetAddress.getLoopbackAddress();
      byte[] large = new byte[FrameCodec.DATAGRAM_BYTES_MAX + 1];
      socket.send(new DatagramPacket(large, large.length, here, seed));
      socket.send(new DatagramPacket(new byte[20], 20, here, seed));
    }
    until("too big", () -> dropped(node, "too_big") > 0);
    until("foreign", () -> dropped(node, "foreign") > 0);
    try (Socket silent = new Socket()) {
      silent.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), seed));
      until("accepted", () -> metric(node, "phial_gossip_connections") > 0);
      assertThat(silent.getInputStream().read()).as("closed by the node").isEqualTo(-1);
    }
    assertThat(states(node)).containsExactly("n1 ALIVE");
  }

  private static double dropped(PhialNode node, String reason) throws Exception {
    return metric(node, "phial_gossip_frames_dropped_total{reason=\"" + reason + "\"}");
  }

  @Test
  void shouldTurnKeysWhileRunning() throws Exception {
    Path one = Files.writeString(folder.resolve("one"), OLD);
    Path two = Files.writeString(folder.resolve("two"), OLD);
    PhialNode first = start("n1", keys(one));
    PhialNode second = start("n2", keys(two));
    for (PhialNode node : nodes) {
      untilStates(node, "n1 ALIVE", "n2 ALIVE");
    }
    for (String step : List.of(OLD + NEW, NEW + OLD, NEW)) {
      Files.writeString(one, step);
      until("first turned", () -> metric(first, "phial_gossip_keys") == step.lines().count());
      until(
          "first uses",
          () -> metric(first, "phial_gossip_key_used") == (step.startsWith("7") ? 7 : 8));
      Files.writeString(two, step);
      until(
          "second uses",
          () -> metric(second, "phial_gossip_key_used") == (step.startsWith("7") ? 7 : 8));
      until("second turned", () -> metric(second, "phial_gossip_keys") == step.lines().count());
    }
    Files.writeString(one, "nonsense");
    until("told", () -> metric(first, "phial_gossip_key_reloads_total{result=\"failed\"}") > 0);
    assertThat(metric(first, "phial_gossip_key_used")).isEqualTo(8);
    double heard = metric(second, "phial_gossip_frames_in_total");
    until("still heard", () -> metric(second, "phial_gossip_frames_in_total") > heard + 10);
    for (PhialNode node : nodes) {
      assertThat(dropped(node, "wrong_key")).isZero();
      assertThat(states(node)).containsExactly("n1 ALIVE", "n2 ALIVE");
    }
  }
}
