/** What runs a node: shards on their event loops, gossip transport, takeover, wiring. */
@org.jspecify.annotations.NullMarked
package io.phial.node.runtime;
