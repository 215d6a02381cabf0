package io.phial.core.placement;

import io.phial.core.wire.NodeInfo;
import io.phial.core.wire.Xxh64;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which node owns which slot: weighted rendezvous hashing with bounded load. A pure function: the
 * same nodes and the same previous view give the same view on every machine.
 */
/*
 * Every node draws a number for every slot, an exponential variate with its capacity as the rate;
 * the smallest draw wins, so a node wins in proportion to its capacity (Schindelhauer and
 * Schomaker, SPAA 2005). A draw depends on nothing but the node and the slot. Hence, when a node
 * goes only its slots move, and when one comes (or changes its capacity) only slots that it wins or
 * loses move. We use this for stability: a slot stays with its previous owner unless a changed node
 * draws better, or the owner itself changed.
 *
 * Bounded load (Mirrokni, Thorup, Zadimoghaddam, SODA 2018): nobody holds more than 1.25 times its
 * share. An overfull node gives up the slots that it draws worst, each to the best node with room.
 * Room always suffices, because the bounds add up to 1.25 times all slots. With few nodes the bound
 * never bites: at 3 nodes the share is 1365 with a deviation of 30.
 *
 * StrictMath keeps the logarithm the same on every JVM. Cost: 4096 draws per node, about 1 ms for
 * 10 nodes; keep it off event loops for hundreds.
 */
public final class Placement {
  /** No cluster is larger. */
  public static final int NODES_MAX = 1024;

  /** How much more than its share a node may own. */
  public static final double LOAD_MAX = 1.25;

  private final List<NodeInfo> nodes;
  private final double[][] draws;
  private final int[] bounds;
  private final int[] loads;
  private final short[] owners = new short[Slots.COUNT];

  private Placement(List<NodeInfo> nodes) {
    this.nodes = nodes;
    draws = new double[nodes.size()][Slots.COUNT];
    bounds = new int[nodes.size()];
    loads = new int[nodes.size()];
    long capacity = nodes.stream().mapToLong(NodeInfo::capacity).sum();
    for (int n = 0; n < nodes.size(); n++) {
      NodeInfo node = nodes.get(n);
      bounds[n] = bound(node, capacity);
      drawAll(node, draws[n]);
    }
  }

  /**
   * Computes the owners of all slots.
   *
   * @param nodes the nodes that take part, in any order
   * @param previous the view in force, or null for the first one
   * @return a view with the epoch after the previous one (1 for the first)
   * @throws IllegalArgumentException when there are no nodes, more than {@value #NODES_MAX}, two
   *     with one id, or a capacity outside of 1 to 1000
   */
  public static View compute(List<NodeInfo> nodes, @Nullable View previous) {
    List<NodeInfo> sorted = nodes.stream().sorted(Comparator.comparing(NodeInfo::id)).toList();
    check(sorted);
    Placement placement = new Placement(sorted);
    placement.place(previous);
    placement.shed();
    return new View(previous == null ? 1 : previous.epoch() + 1, sorted, placement.owners);
  }

  /**
   * A node that is about to leave gives slots up, those first that it draws worst. Each goes to the
   * heir that draws it best and has room, so that nothing moves any more when the node is gone. No
   * slot of another node moves.
   *
   * @param previous the view in force
   * @param nodeId who gives; must be in the view
   * @param keep how many slots it keeps, 0 to {@value Slots#COUNT}; nothing moves when it has no
   *     more than that
   * @param heirs nodes of the view that may take them; others in it are passed over
   * @return a view of the same nodes with the next epoch
   * @throws IllegalArgumentException when the node is not in the view or there is no heir
   */
  public static View giveUp(View previous, String nodeId, int keep, Set<String> heirs) {
    int giver = indexOf(previous.nodes(), nodeId);
    if (giver < 0 || keep < 0 || keep > Slots.COUNT) {
      throw new IllegalArgumentException(
          "node must be in the view and keep 0 to 4096, was " + nodeId + " " + keep);
    }
    Placement placement = new Placement(previous.nodes());
    placement.take(previous);
    placement.boundHeirs(giver, keep, heirs);
    if (placement.loads[giver] > keep) {
      placement.shed(giver);
    }
    return new View(previous.epoch() + 1, previous.nodes(), placement.owners);
  }

  private void take(View previous) {
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      owners[slot] = previous.owners()[slot];
      loads[owners[slot]]++;
    }
  }

  /** The bounds as they are without the giver and all who do not inherit. */
  private void boundHeirs(int giver, int keep, Set<String> heirs) {
    long capacity = 0;
    for (int n = 0; n < bounds.length; n++) {
      bounds[n] = 0;
      capacity += isHeir(n, giver, heirs) ? nodes.get(n).capacity() : 0;
    }
    if (capacity == 0) {
      throw new IllegalArgumentException("heirs must be nodes of the view, was " + heirs);
    }
    for (int n = 0; n < bounds.length; n++) {
      if (isHeir(n, giver, heirs)) {
        bounds[n] = bound(nodes.get(n), capacity);
      }
    }
    bounds[giver] = keep;
  }

  private boolean isHeir(int node, int giver, Set<String> heirs) {
    return node != giver && heirs.contains(nodes.get(node).id());
  }

  private static int bound(NodeInfo node, long capacity) {
    return (int) Math.ceil(LOAD_MAX * Slots.COUNT * node.capacity() / capacity);
  }

  private static void check(List<NodeInfo> sorted) {
    if (sorted.isEmpty() || sorted.size() > NODES_MAX) {
      throw new IllegalArgumentException("nodes must be 1 to 1024, was " + sorted.size());
    }
    for (int n = 0; n < sorted.size(); n++) {
      NodeInfo node = sorted.get(n);
      if (node.capacity() < 1 || node.capacity() > 1000) {
        throw new IllegalArgumentException("capacity must be 1 to 1000, was " + node.capacity());
      }
      if (n > 0 && sorted.get(n - 1).id().equals(node.id())) {
        throw new IllegalArgumentException("node ids must differ, was twice " + node.id());
      }
    }
  }

  private static void drawAll(NodeInfo node, double[] row) {
    long seed = Slots.hash64(node.id());
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      long bits = Xxh64.mix(seed ^ Xxh64.mix(slot + 1L));
      double uniform = ((bits >>> 11) + 0.5) * 0x1p-53;
      row[slot] = -StrictMath.log(uniform) / node.capacity();
    }
  }

  private void place(@Nullable View previous) {
    int[] heirs = heirs(previous);
    boolean[] changed = changed(previous);
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      int owner = previous == null ? -1 : heirs[previous.owners()[slot]];
      boolean free = owner < 0 || changed[owner];
      for (int n = 0; n < nodes.size(); n++) {
        boolean candidate = free || changed[n];
        if (candidate && (owner < 0 || draws[n][slot] < draws[owner][slot])) {
          owner = n;
        }
      }
      owners[slot] = (short) owner;
      loads[owner]++;
    }
  }

  /** For each node of the previous view its index now, or -1. */
  private int[] heirs(@Nullable View previous) {
    if (previous == null) {
      return new int[0];
    }
    int[] heirs = new int[previous.nodes().size()];
    for (int p = 0; p < heirs.length; p++) {
      heirs[p] = indexOf(nodes, previous.nodes().get(p).id());
    }
    return heirs;
  }

  /** True for nodes that are new or have another capacity than before. */
  private boolean[] changed(@Nullable View previous) {
    boolean[] changed = new boolean[nodes.size()];
    for (int n = 0; n < changed.length; n++) {
      int before = previous == null ? -1 : indexOf(previous.nodes(), nodes.get(n).id());
      changed[n] =
          previous == null
              || before < 0
              || previous.nodes().get(before).capacity() != nodes.get(n).capacity();
    }
    return changed;
  }

  private static int indexOf(List<NodeInfo> nodes, String id) {
    for (int n = 0; n < nodes.size(); n++) {
      if (nodes.get(n).id().equals(id)) {
        return n;
      }
    }
    return -1;
  }

  private void shed() {
    for (int n = 0; n < loads.length; n++) {
      if (loads[n] > bounds[n]) {
        shed(n);
      }
    }
  }

  private void shed(int node) {
    Integer[] slots = new Integer[loads[node]];
    int count = 0;
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      if (owners[slot] == node) {
        slots[count++] = slot;
      }
    }
    Arrays.sort(slots, Comparator.comparingDouble((Integer slot) -> -draws[node][slot]));
    for (int i = 0; loads[node] > bounds[node]; i++) {
      int heir = bestWithRoom(slots[i]);
      owners[slots[i]] = (short) heir;
      loads[node]--;
      loads[heir]++;
    }
  }

  private int bestWithRoom(int slot) {
    int best = -1;
    for (int n = 0; n < loads.length; n++) {
      if (loads[n] < bounds[n] && (best < 0 || draws[n][slot] < draws[best][slot])) {
        best = n;
      }
    }
    if (best < 0) {
      throw new IllegalStateException("no room: slots=" + Slots.COUNT + " nodes=" + loads.length);
    }
    return best;
  }
}
