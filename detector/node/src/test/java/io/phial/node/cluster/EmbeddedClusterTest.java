package io.phial.node.cluster;

import static io.phial.node.cluster.ClusterFixture.await;
import static io.phial.node.cluster.ClusterFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EmbeddedClusterTest extends ClusterContract<EmbeddedCluster> {
  @Override
  int eventsMax() {
    return 64;
  }

  @Override
  EmbeddedCluster create(Vertx vertx) {
    return new EmbeddedCluster(
        SELF, vertx, ClusterFixture.CODECS, 10_000, 64, new SimpleMeterRegistry());
  }

  @Test
  void shouldDropTheOldestRecordBeyondTheBound() throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Vertx vertx = Vertx.vertx();
    EmbeddedCluster cluster =
        new EmbeddedCluster(SELF, vertx, ClusterFixture.CODECS, 2, 64, registry);
    await(cluster.start());
    cluster.putRecords(List.of(record("a", "n1", 1), record("b", "n1", 2), record("c", "n1", 3)));
    assertThat(await(cluster.readRecord("a"))).isEmpty();
    assertThat(await(cluster.readRecord("c"))).isPresent();
    assertThat(registry.get("phial_cluster_records_dropped").counter().count()).isEqualTo(1);
    await(vertx.close());
  }
}
