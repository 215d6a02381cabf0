/**
 * The view, the client records and the bus between nodes: Hazelcast, or embedded for a lone node.
 *
 * <p>Hazelcast follows gossip, never leads it, and is never asked anything on a beat's path.
 * Nothing here blocks its caller. Two implementations are held to one contract suite: {@link
 * io.phial.node.cluster.EmbeddedCluster} and {@link io.phial.node.cluster.HazelcastCluster}.
 * Imports the core's placement and registry and no other package of the node.
 */
@org.jspecify.annotations.NullMarked
package io.phial.node.cluster;
