package io.phial.chaos.sim;

import io.phial.core.member.MemberEvent;
import io.phial.core.member.MemberState;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;

/** Measures how long it takes until all others hold a node UNREACHABLE, and DEAD. */
final class HangTimer implements BiConsumer<SimNode, MemberEvent> {
  private final World world;
  private final SimNode subject;
  private final long sinceNanos;
  private final int others;
  private final Set<SimNode> unreachable = new HashSet<>();
  private final Set<SimNode> dead = new HashSet<>();
  private double unreachableMillis = Double.NaN;
  private double deadMillis = Double.NaN;

  /** Starts now and listens. */
  HangTimer(World world, SimNode subject) {
    this.world = world;
    this.subject = subject;
    sinceNanos = world.now();
    others = (int) world.nodes().stream().filter(node -> node.up && node != subject).count();
    world.listen(this);
  }

  @Override
  public void accept(SimNode observer, MemberEvent event) {
    if (observer == subject || !event.node().id().equals(subject.id)) {
      return;
    }
    double millis = (world.now() - sinceNanos) / 1e6;
    boolean isDead = event.to() == MemberState.DEAD;
    if (isDead || event.to() == MemberState.UNREACHABLE) {
      if (unreachable.add(observer) && unreachable.size() == others) {
        unreachableMillis = millis;
      }
    }
    if (isDead && dead.add(observer) && dead.size() == others) {
      deadMillis = millis;
    }
  }

  void stop() {
    world.unlisten(this);
  }

  /** Until the last of the others held it UNREACHABLE (or DEAD); NaN when not all did. */
  double unreachableMillis() {
    return unreachableMillis;
  }

  /** Until the last of the others held it DEAD; NaN when not all did. */
  double deadMillis() {
    return deadMillis;
  }
}
