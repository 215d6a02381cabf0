package io.phial.node.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.placement.Slots;
import io.phial.core.placement.ViewCodec;
import io.phial.core.registry.ClientRecordCodec;
import io.phial.node.cluster.ClusterCodecs;
import io.phial.node.cluster.ClusterOptions;
import io.phial.node.cluster.ClusterStore;
import io.phial.node.cluster.Codec;
import io.phial.node.cluster.EmbeddedCluster;
import io.phial.node.cluster.HazelcastCluster;
import io.phial.node.cluster.NodeBus;
import io.phial.node.config.NodeConfig;
import io.phial.node.config.ViewKind;
import io.vertx.core.Vertx;

/**
 * The store and the bus that the configuration asks for.
 *
 * @param store view and records
 * @param bus rare messages between nodes
 */
record ClusterLink(ClusterStore store, NodeBus bus) {
  static ClusterLink of(NodeConfig config, Vertx vertx, MeterRegistry meters) {
    ClusterCodecs codecs =
        new ClusterCodecs(
            Codec.of(ViewCodec::encode, Records::decodeView),
            Codec.of(ClientRecordCodec::encode, Records::decode),
            Slots::slotOf);
    String id = config.node().id();
    if (config.cluster().view() == ViewKind.EMBEDDED) {
      EmbeddedCluster embedded =
          new EmbeddedCluster(
              id, vertx, codecs, config.clients().max(), config.events().capacity(), meters);
      return new ClusterLink(embedded, embedded);
    }
    HazelcastCluster hazelcast = new HazelcastCluster(options(config), vertx, codecs, meters);
    return new ClusterLink(hazelcast, hazelcast);
  }

  private static ClusterOptions options(NodeConfig config) {
    ClusterOptions defaults =
        ClusterOptions.of(
            config.node().id(),
            config.cluster().name(),
            config.node().advertise(),
            config.hazelcast().port(),
            config.hazelcast().members());
    return new ClusterOptions(
        defaults.nodeId(),
        defaults.clusterName(),
        defaults.bindAddress(),
        defaults.hazelcastPort(),
        config.hazelcast().busPort(),
        defaults.members(),
        config.cluster().operationTimeout(),
        config.cluster().startTimeout(),
        defaults.recordQueueMax(),
        defaults.recordBatchMax(),
        defaults.busRequestsMax(),
        defaults.busBodyBytesMax(),
        config.events().capacity());
  }
}
