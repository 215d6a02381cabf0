package io.phial.node.cluster;

import io.vertx.core.Vertx;
import java.util.List;

final class HazelcastClusterTest extends ClusterContract<HazelcastCluster> {
  @Override
  HazelcastCluster create(Vertx vertx) {
    int port = ClusterFixture.freePort();
    return ClusterFixture.hazelcast(SELF, "contract-" + port, port, List.of(port), vertx);
  }
}
