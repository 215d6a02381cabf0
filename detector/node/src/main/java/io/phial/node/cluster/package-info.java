/**
 * The view, the client records and the bus between nodes: Hazelcast, or embedded for a lone node.
 */
@org.jspecify.annotations.NullMarked
package io.phial.node.cluster;
