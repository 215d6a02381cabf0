package io.phial.node.cluster;

import static io.phial.node.cluster.ClusterFixture.allSlots;
import static io.phial.node.cluster.ClusterFixture.await;
import static io.phial.node.cluster.ClusterFixture.freePorts;
import static io.phial.node.cluster.ClusterFixture.record;
import static io.phial.node.cluster.ClusterFixture.until;
import static io.phial.node.cluster.ClusterFixture.view;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import io.phial.core.placement.View;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Two backups: two of four members in processes of their own are killed at once. */
@Timeout(180)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no SIGKILL")
final class HazelcastClusterLossTest {
  private static final int RECORDS = 5_000;

  @Test
  void shouldLoseNoRecordWhenTwoOfFourAreKilledAtOnce() throws Exception {
    ClusterFixture.quiet();
    Vertx vertx = Vertx.vertx();
    List<Integer> ports = freePorts(4);
    String name = "loss-" + ports.get(0);
    HazelcastCluster first = ClusterFixture.hazelcast("n1", name, ports.get(0), ports, vertx);
    HazelcastCluster second = ClusterFixture.hazelcast("n2", name, ports.get(1), ports, vertx);
    await(first.start());
    await(second.start());
    try (ClusterChild.Handle third = new ClusterChild.Handle("n3", name, ports.get(2), ports);
        ClusterChild.Handle fourth = new ClusterChild.Handle("n4", name, ports.get(3), ports)) {
      assertThat(third.answer()).startsWith("ok");
      assertThat(fourth.answer()).startsWith("ok");
      settled(first, 4);
      assertThat(await(first.writeView(0, view(1)))).isTrue();
      first.putRecords(
          IntStream.range(0, RECORDS).mapToObj(i -> record("c" + i, "n1", i)).toList());
      until("written", 60, () -> "5000".equals(third.ask("count")));
      settled(first, 4);

      third.signal("KILL");
      fourth.signal("KILL");
      for (HazelcastCluster node : List.of(first, second)) {
        node.memberDead("n3");
        node.memberDead("n4");
      }
      // No time for a migration between the two deaths: what is left are the second backups.
      settled(first, 2);
      for (HazelcastCluster node : List.of(first, second)) {
        until("usable", 30, node::isUsable);
        assertThat(await(node.readRecords(allSlots(), List.of()))).hasSize(RECORDS);
        assertThat(await(node.readView()).map(View::epoch)).contains(1L);
      }
    } finally {
      await(first.stop());
      await(second.stop());
      await(vertx.close());
    }
  }

  private static void settled(HazelcastCluster node, int size) throws Exception {
    HazelcastInstance hazelcast = node.hazelcast();
    assertThat(hazelcast).isNotNull();
    until("members", 60, () -> hazelcast.getCluster().getMembers().size() == size);
    until("safe partitions", 60, () -> hazelcast.getPartitionService().isClusterSafe());
  }
}
