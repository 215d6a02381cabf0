package io.phial.node.cluster;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** Who wants to hear that the view may have changed; hints that come close together are one. */
final class ViewHints {
  private final BusDesk desk;
  private final List<Runnable> hints = new CopyOnWriteArrayList<>();
  private final AtomicBoolean underWay = new AtomicBoolean();

  ViewHints(BusDesk desk) {
    this.desk = desk;
  }

  void add(Runnable hint) {
    hints.add(hint);
  }

  /** Calls all soon, on the node's context. Any thread. */
  void hint() {
    if (underWay.compareAndSet(false, true)) {
      desk.run(
          () -> {
            underWay.set(false);
            hints.forEach(Runnable::run);
          });
    }
  }
}
