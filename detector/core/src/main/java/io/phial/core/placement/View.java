package io.phial.core.placement;

import io.phial.core.wire.NodeInfo;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** The same nodes and owners under another epoch. */
  public View withEpoch(long other) {
    return new View(other, nodes, owners);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof View view
        && epoch == view.epoch
        && nodes.equals(view.nodes)
        && Arrays.equals(owners, view.owners);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(epoch) + Arrays.hashCode(owners);
  }

  @Override
  public String toString() {
    return "View[epoch=" + epoch + ", nodes=" + nodes.stream().map(NodeInfo::id).toList() + "]";
  }
}
