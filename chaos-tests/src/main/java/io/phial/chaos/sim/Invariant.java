package io.phial.chaos.sim;

import io.phial.core.member.MemberEvent;

/**
 * Something that must hold after every event of a world. Checks are incremental: they are told what
 * happened and look only at that. One file each.
 */
interface Invariant {
  /** What must hold, one line. */
  String sentence();

  /** A node published a change of another's state. */
  default void onEvent(SimNode observer, MemberEvent event) {}

  /** A node started. */
  default void onBoot(SimNode node) {}

  /** A process was killed, stopped for good, or its host went. */
  default void onCrash(SimNode node) {}

  /** A node sent something. */
  default void onSent(SimNode node, int bytes) {}

  /** A node has taken an input. */
  default void after(SimNode node) {}

  /** Every fault is over and time to settle has passed. */
  default void atEnd() {}
}
