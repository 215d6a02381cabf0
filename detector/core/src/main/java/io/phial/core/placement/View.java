package io.phial.core.placement;

import io.phial.core.wire.NodeInfo;
import java.util.List;

/**
 * Nodes and slot owners under one epoch. Immutable by contract: nobody writes to the array.
 *
 * @param epoch grows by one with every change
 * @param nodes the nodes that take part, sorted by id
 * @param owners for each of the 4096 slots the index into {@code nodes} of its owner
 */
public record View(long epoch, List<NodeInfo> nodes, short[] owners) {
  /** The node that judges the clients of a slot. */
  public NodeInfo owner(int slot) {
    return nodes.get(owners[slot]);
  }
}
