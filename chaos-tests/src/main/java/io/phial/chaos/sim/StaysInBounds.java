package io.phial.chaos.sim;

import io.phial.core.member.MemberTables;
import java.util.Arrays;

/** Bytes per second and table sizes stay under their bounds, whatever happens. */
final class StaysInBounds implements Invariant {
  private static final long WINDOW_NANOS = 10 * World.SECOND;

  /** What a node may send in the worst of times, averaged over a window. */
  static final int BYTES_PER_SECOND_MAX = 8_000;

  /** What may come on top for every node of the cluster: rosters are exchanged in full. */
  static final int BYTES_PER_SECOND_AND_NODE_MAX = 200;

  private final World world;
  private long[] windowNanos = new long[0];
  private long[] bytes = new long[0];
  private long worst;

  StaysInBounds(World world) {
    this.world = world;
  }

  @Override
  public String sentence() {
    return "bytes per second and table sizes stay under their bounds";
  }

  /** The most bytes per second that any node sent in any window. */
  long worstBytesPerSecond() {
    return worst;
  }

  @Override
  public void onSent(SimNode node, int sent) {
    if (node.index >= bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * node.index + 8);
      windowNanos = Arrays.copyOf(windowNanos, 2 * node.index + 8);
    }
    if (world.now() - windowNanos[node.index] >= WINDOW_NANOS) {
      windowNanos[node.index] = world.now();
      bytes[node.index] = 0;
    }
    long before = perSecond(bytes[node.index]);
    bytes[node.index] += sent;
    long after = perSecond(bytes[node.index]);
    worst = Math.max(worst, after);
    long bound = BYTES_PER_SECOND_MAX + (long) BYTES_PER_SECOND_AND_NODE_MAX * world.nodes().size();
    if (before <= bound && after > bound) {
      world.violated(this, node + " sends more than " + bound + " bytes per second");
    }
  }

  private static long perSecond(long inWindow) {
    return inWindow * World.SECOND / WINDOW_NANOS;
  }

  @Override
  public void after(SimNode node) {
    MemberTables tables = node.membership.tables();
    if (!tables.isInBounds(world.options())) {
      world.violated(this, node + " holds " + tables);
    }
  }
}
