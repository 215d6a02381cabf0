package io.phial.chaos.sim;

import io.phial.core.member.MemberEvent;
import io.phial.core.member.MemberState;
import java.util.HashMap;
import java.util.Map;

/**
 * Nobody holds a node DEAD that a majority can reach and that answers. A death that was deserved
 * may still go round for a while after the node is well again, and at nodes that read it late.
 */
final class NoFalseDeath implements Invariant {
  private static final long AFTERMATH_NANOS = 10 * World.SECOND;

  private final World world;
  private final Map<SimNode, Long> deserved = new HashMap<>();
  private int count;

  NoFalseDeath(World world) {
    this.world = world;
  }

  @Override
  public String sentence() {
    return "no node is DEAD that a majority can reach and that answers";
  }

  /** How many wrong verdicts there were. */
  int count() {
    return count;
  }

  @Override
  public void onEvent(SimNode observer, MemberEvent event) {
    SimNode subject = world.node(event.node().id());
    if (event.to() != MemberState.DEAD || subject == null || subject == observer) {
      return;
    }
    boolean gone = !subject.up || event.incarnation() < subject.birth;
    boolean impaired = subject.isImpaired() || subject.wellNanos() < AFTERMATH_NANOS;
    if (gone || impaired) {
      deserved.merge(subject, event.incarnation(), Math::max);
    } else if (event.incarnation() > deserved.getOrDefault(subject, -1L)) {
      count++;
      world.violated(this, observer + " holds " + subject + " DEAD: " + event.reason());
    }
  }
}
