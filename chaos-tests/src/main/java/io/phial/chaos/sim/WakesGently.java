package io.phial.chaos.sim;

import io.phial.core.member.MemberEvent;
import io.phial.core.member.MemberState;

/** A node that was paused evicts nobody when it wakes. */
final class WakesGently implements Invariant {
  private static final long WAKING_NANOS = 15 * World.SECOND;

  private final World world;

  WakesGently(World world) {
    this.world = world;
  }

  @Override
  public String sentence() {
    return "a paused node evicts nobody when it wakes";
  }

  @Override
  public void onEvent(SimNode observer, MemberEvent event) {
    SimNode subject = world.node(event.node().id());
    boolean waking = world.now() - observer.wokeNanos < WAKING_NANOS;
    if (!waking || event.to() != MemberState.DEAD || subject == null || subject == observer) {
      return;
    }
    // Well for a minute, and its present life: nobody else can have said so either.
    boolean innocent =
        subject.isWell()
            && subject.wellNanos() > 60 * World.SECOND
            && event.incarnation() >= subject.birth;
    if (innocent) {
      world.violated(this, observer + " evicts " + subject + ": " + event.reason());
    }
  }
}
