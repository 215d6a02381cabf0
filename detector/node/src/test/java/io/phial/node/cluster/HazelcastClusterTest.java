package io.phial.node.cluster;

import static io.phial.node.cluster.ClusterFixture.await;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/** The contract in a cluster of three members, as one of them sees it. */
final class HazelcastClusterTest extends ClusterContract<HazelcastCluster> {
  private final List<HazelcastCluster> others = new ArrayList<>();

  @Override
  int eventsMax() {
    return 16_384;
  }

  @Override
  HazelcastCluster create(Vertx vertx) throws Exception {
    List<Integer> ports = ClusterFixture.freePorts(3);
    String name = "contract-" + ports.get(0);
    for (int i = 1; i < ports.size(); i++) {
      HazelcastCluster other =
          ClusterFixture.hazelcast("n" + (i + 1), name, ports.get(i), ports, vertx);
      await(other.start());
      others.add(other);
    }
    return ClusterFixture.hazelcast(SELF, name, ports.get(0), ports, vertx);
  }

  @Override
  @AfterAll
  void stop() throws Exception {
    for (HazelcastCluster other : others) {
      await(other.stop());
    }
    super.stop();
  }
}
