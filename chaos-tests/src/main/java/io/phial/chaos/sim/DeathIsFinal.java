package io.phial.chaos.sim;

import io.phial.core.member.MemberEvent;
import io.phial.core.member.MemberState;

/** Nobody returns from DEAD or LEFT without a new incarnation. */
final class DeathIsFinal implements Invariant {
  private final World world;

  DeathIsFinal(World world) {
    this.world = world;
  }

  @Override
  public String sentence() {
    return "nobody returns from DEAD without a new incarnation";
  }

  @Override
  public void onEvent(SimNode observer, MemberEvent event) {
    SimNode subject = world.node(event.node().id());
    if (subject == null || subject == observer) {
      return;
    }
    MemberState before = world.opinion(observer, subject);
    boolean gone = before == MemberState.DEAD || before == MemberState.LEFT;
    long incarnation = world.opinions().incarnation(observer.index, subject.index);
    if (gone && event.incarnation() <= incarnation) {
      world.violated(
          this,
          observer + " of " + subject + ": " + before + " to " + event.to() + " at " + incarnation);
    }
  }
}
