package io.phial.node.runtime;

import io.phial.core.placement.View;
import io.phial.core.wire.NodeInfo;
import org.jspecify.annotations.Nullable;

/**
 * The view in force on this node: who owns which slot. Written by the view keeper, read from any
 * thread; a beat costs one volatile read here.
 */
final class SlotRouter {
  /** Where the view in force comes from. */
  enum Source {
    /** From the store: nobody else judges the clients of this node's slots. */
    STORE,
    /**
     * This side of a split computed it for itself from the last one of the store: the same epoch,
     * the nodes that are in reach.
     */
    OWN_SIDE,
    /** This node was held dead; the cluster has gone on with views that it has not seen. */
    OUTDATED
  }

  private record Held(View view, Source source) {}

  private final String selfId;
  private volatile @Nullable Held held;
  private volatile int life;

  SlotRouter(String selfId) {
    this.selfId = selfId;
  }

  /** The view in force, or null before the first one. */
  @Nullable View view() {
    Held current = held;
    return current == null ? null : current.view();
  }

  /** True while the view in force is the store's. */
  boolean isConfirmed() {
    Held current = held;
    return current != null && current.source() == Source.STORE;
  }

  /** True when others may own this node's slots by now, because it was held dead. */
  boolean isOutdated() {
    Held current = held;
    return current != null && current.source() == Source.OUTDATED;
  }

  /** How often this node was held dead; what was asked in an earlier life is not for this one. */
  int life() {
    return life;
  }

  /** Epoch of the view in force; 0 before the first one. */
  long epoch() {
    View current = view();
    return current == null ? 0 : current.epoch();
  }

  void adopt(View next) {
    held = new Held(next, Source.STORE);
  }

  /** Takes a view that only this side of a split knows. */
  void adoptOwnSide(View next) {
    held = new Held(next, Source.OWN_SIDE);
  }

  /** This node was held dead: whom the view names must be asked of the store first. */
  synchronized void outdate() {
    life++;
    Held current = held;
    if (current != null) {
      held = new Held(current.view(), Source.OUTDATED);
    }
  }

  /** The owner of a slot, or null before the first view. */
  @Nullable NodeInfo ownerOf(int slot) {
    View current = view();
    return current == null ? null : current.owner(slot);
  }

  boolean isMine(int slot) {
    NodeInfo owner = ownerOf(slot);
    return owner != null && owner.id().equals(selfId);
  }

  String selfId() {
    return selfId;
  }
}
