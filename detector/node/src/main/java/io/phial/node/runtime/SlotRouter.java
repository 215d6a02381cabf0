package io.phial.node.runtime;

import io.phial.core.placement.View;
import io.phial.core.wire.NodeInfo;
import org.jspecify.annotations.Nullable;

/**
 * The view in force on this node: who owns which slot. Written by the view keeper, read from any
 * thread; a beat costs one volatile read here.
 */
final class SlotRouter {
  private final String selfId;
  private volatile @Nullable View view;

  SlotRouter(String selfId) {
    this.selfId = selfId;
  }

  /** The view in force, or null before the first one. */
  @Nullable View view() {
    return view;
  }

  /** Epoch of the view in force; 0 before the first one. */
  long epoch() {
    View current = view;
    return current == null ? 0 : current.epoch();
  }

  void adopt(View next) {
    view = next;
  }

  /** The owner of a slot, or null before the first view. */
  @Nullable NodeInfo ownerOf(int slot) {
    View current = view;
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
