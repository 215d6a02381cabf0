package io.phial.core.registry;

/**
 * Which clients a shard can see while other nodes are out of reach. A client's beats may come by
 * way of any node, and a client may be cut off together with the node it beats to. So its silence
 * tells something only when it was heard after the cut:
 *
 * <ul>
 *   <li>heard since the newest cut: in sight, judged as ever;
 *   <li>not heard since, while some node is out of reach: out of sight. It is judged with the
 *       patience for one that was taken over, and what is said of it is partial;
 *   <li>not heard since, and a node came back: the way may be open again but the node has to find
 *       its place first. Its grace begins anew when the node had time for that.
 * </ul>
 *
 * All times are the shard's own ({@link ShardClock}). A quiet that was announced before the cut and
 * ends after it counts as heard when it ends.
 */
final class Sight {
  private boolean wasCut;
  private boolean isOpen;
  private boolean hasFloor;
  private long cutNanos;
  private long floorNanos;

  /** A node went out of reach. */
  void cut(long localNanos) {
    wasCut = true;
    isOpen = true;
    cutNanos = localNanos;
  }

  /**
   * A node came back.
   *
   * @param settleNanos the time that it may take to find its place; 0 when it was only doubted
   * @param whole no other node is out of reach
   */
  void mended(long settleNanos, boolean whole, long localNanos) {
    if (settleNanos > 0) {
      hasFloor = true;
      floorNanos = localNanos + settleNanos;
    }
    isOpen &= !whole;
    // Only a doubt, and it is gone: nobody's detection is slower for it.
    wasCut &= isOpen || hasFloor;
  }

  /** True when a client last heard then has not been heard since the newest cut. */
  boolean isUnseen(long lastNanos) {
    return wasCut && lastNanos - cutNanos < 0;
  }

  /** True when it may be well behind a cut that is still there. */
  boolean isOutOfSight(long lastNanos) {
    return isOpen && isUnseen(lastNanos);
  }

  /** From when on the silence of an unseen client counts. */
  long countsFrom(long lastNanos) {
    return hasFloor && floorNanos - lastNanos > 0 ? floorNanos : lastNanos;
  }
}
