package io.phial.node.cluster;

import static io.phial.node.cluster.ClusterFixture.allSlots;
import static io.phial.node.cluster.ClusterFixture.await;
import static io.phial.node.cluster.ClusterFixture.freePorts;
import static io.phial.node.cluster.ClusterFixture.record;
import static io.phial.node.cluster.ClusterFixture.until;
import static io.phial.node.cluster.ClusterFixture.view;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import io.phial.core.registry.ClientRecord;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A member in a process of its own hangs with its connections open, and comes back. */
@Timeout(120)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no SIGSTOP")
final class HazelcastClusterHangTest {
  private static final Logger LOG = LoggerFactory.getLogger(HazelcastClusterHangTest.class);
  private static final int RECORDS = 2_000;

  private final List<HazelcastCluster> nodes = new ArrayList<>();
  private Vertx vertx;

  @BeforeEach
  void start() {
    ClusterFixture.quiet();
    vertx = Vertx.vertx();
  }

  @AfterEach
  void stop() throws Exception {
    for (HazelcastCluster node : nodes) {
      await(node.stop());
    }
    await(vertx.close());
  }

  /** With the master hung the survivors have to agree on another one, a different way through. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldGoOnWithoutAHungMemberAndTakeItBack(boolean masterHangs) throws Exception {
    List<Integer> ports = freePorts(3);
    String cluster = "hang-" + ports.get(0);
    if (!masterHangs) {
      join("n1", cluster, ports.get(0), ports);
      join("n2", cluster, ports.get(1), ports);
    }
    try (ClusterChild.Handle child = new ClusterChild.Handle("n3", cluster, ports.get(2), ports)) {
      assertThat(child.answer()).startsWith("ok");
      if (masterHangs) {
        join("n1", cluster, ports.get(0), ports);
        join("n2", cluster, ports.get(1), ports);
      }
      settled(3);
      assertThat(await(nodes.get(0).writeView(0, view(1)))).isTrue();
      nodes.get(0).putRecords(records(0));
      until("written", 30, () -> "2000".equals(child.ask("count")));

      child.signal("STOP");
      nodes.get(0).putRecords(records(1));
      long begun = System.nanoTime();
      nodes.forEach(node -> node.memberDead("n3"));
      for (HazelcastCluster node : nodes) {
        until("reads without the hung member", 20, () -> readsAll(node));
        until("usable", 20, node::isUsable);
      }
      assertThat(await(nodes.get(1).writeView(1, view(2)))).isTrue();
      until("writes without the hung member", 20, () -> newest(nodes.get(1)) == RECORDS);
      long ms = (System.nanoTime() - begun) / 1_000_000;
      LOG.info("measured masterHangs={} memberDeadToUsableMs={}", masterHangs, ms);
      settled(2);

      child.signal("CONT");
      if (masterHangs) {
        // What it would do if nobody told it: evict its healthy peers. Rejoining must still work.
        until("the woken member is alone", 20, () -> !"3".equals(child.ask("members")));
      }
      String rejoined = child.ask("rejoin");
      LOG.info("measured masterHangs={} rejoin={}", masterHangs, rejoined);
      assertThat(rejoined).startsWith("ok");
      settled(3);
      assertThat(child.ask("members")).isEqualTo("3");
      assertThat(child.ask("view")).isEqualTo("2");
      assertThat(child.ask("count")).isEqualTo(String.valueOf(RECORDS));
      assertThat(child.ask("n1")).isEqualTo("from n1");
      Duration patience = Duration.ofSeconds(10);
      assertThat(
              await(nodes.get(1).request("n3", "echo", Buffer.buffer("hi"), patience)).toString())
          .isEqualTo("hi");
    }
  }

  private void join(String id, String cluster, int port, List<Integer> ports) throws Exception {
    HazelcastCluster node = ClusterFixture.hazelcast(id, cluster, port, ports, vertx);
    node.serve("echo", Future::succeededFuture);
    nodes.add(node);
    await(node.start());
  }

  private void settled(int size) throws Exception {
    for (HazelcastCluster node : nodes) {
      HazelcastInstance hazelcast = node.hazelcast();
      assertThat(hazelcast).isNotNull();
      until("members", 60, () -> hazelcast.getCluster().getMembers().size() == size);
      until("safe partitions", 60, () -> hazelcast.getPartitionService().isClusterSafe());
    }
  }

  private static List<ClientRecord> records(long lastSeen) {
    return IntStream.range(0, RECORDS)
        .mapToObj(i -> record("c" + i, "n" + (1 + i % 3), lastSeen))
        .toList();
  }

  private static boolean readsAll(HazelcastCluster node) throws Exception {
    return await(node.readRecords(allSlots(), List.of())).size() == RECORDS;
  }

  private static long newest(HazelcastCluster node) throws Exception {
    return await(node.readRecords(allSlots(), List.of())).stream()
        .filter(record -> record.lastSeenEpochMillis() == 1)
        .count();
  }
}
