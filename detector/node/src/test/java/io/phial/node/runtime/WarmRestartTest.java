package io.phial.node.runtime;

import static io.phial.node.runtime.NodeFixture.await;
import static io.phial.node.runtime.NodeFixture.config;
import static io.phial.node.runtime.NodeFixture.connect;
import static io.phial.node.runtime.NodeFixture.json;
import static io.phial.node.runtime.NodeFixture.until;
import static io.phial.node.runtime.NodeFixture.untilLast;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.phial.client.Phial;
import io.phial.core.registry.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole cluster (of one node) goes and comes back. */
@Timeout(90)
class WarmRestartTest {
  private static final Duration INTERVAL = Duration.ofMillis(200);

  @TempDir Path directory;

  private PhialNode node(Map<String, String> more) {
    Map<String, String> options = new HashMap<>(more);
    options.put("node.data-dir", directory.toString());
    return new PhialNode(config("n1", options), "test");
  }

  private static String verdict(PhialNode node, String id) throws Exception {
    return json(node, "/v1/clients/" + id).at("/verdict").asText();
  }

  @Test
  void shouldTellLeftDeadAndUnknownApartAfterARestart() throws Exception {
    PhialNode first = node(Map.of());
    await(first.start());
    Phial left = connect("left", Transport.UDP, INTERVAL, first);
    Phial dead = connect("dead", Transport.UDP, INTERVAL, first);
    Phial named = connect("named", Transport.TCP, Duration.ofSeconds(20), first);
    Phial alive = connect("alive", Transport.UDP, Duration.ofSeconds(20), first);
    for (String id : new String[] {"left", "dead", "alive", "named"}) {
      untilLast(first, id, "ALIVE");
    }
    left.close();
    dead.abandon();
    untilLast(first, "left", "LEFT");
    untilLast(first, "dead", "DEAD");
    alive.abandon();
    long incarnation = json(first, "/v1/nodes").at("/nodes/0/incarnation").asLong();
    await(first.stop());
    named.abandon();

    PhialNode second = node(Map.of());
    await(second.start());
    until("alive is back", () -> verdict(second, "alive").equals("UNKNOWN"));
    until("named is back", () -> verdict(second, "named").equals("UNKNOWN"));
    assertThat(verdict(second, "left")).isEqualTo("LEFT");
    assertThat(verdict(second, "dead")).isEqualTo("DEAD");
    JsonNode nodes = json(second, "/v1/nodes");
    assertThat(nodes.at("/nodes/0/incarnation").asLong()).isGreaterThan(incarnation);
    Phial again = connect("alive", Transport.UDP, INTERVAL, second);
    untilLast(second, "alive", "ALIVE");
    again.close();
    await(second.stop());
  }

  @Test
  void shouldStartWithoutADamagedSnapshot() throws Exception {
    Files.write(directory.resolve("clients.snapshot"), new byte[] {1, 2, 3});
    Files.write(directory.resolve("nodes.snapshot"), new byte[100]);
    PhialNode node = node(Map.of());
    await(node.start());
    assertThat(json(node, "/v1/clients").at("/total").asInt()).isZero();
    await(node.stop());
  }
}
