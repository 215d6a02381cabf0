package io.phial.chaos.sim;

import io.phial.core.member.Member;
import io.phial.core.member.MemberState;

/** When every fault is over, all views become the same and true. */
final class ViewsConverge implements Invariant {
  private final World world;

  ViewsConverge(World world) {
    this.world = world;
  }

  @Override
  public String sentence() {
    return "views converge after healing";
  }

  @Override
  public void atEnd() {
    for (SimNode node : world.nodes()) {
      if (node.isWell()) {
        look(node);
      }
    }
  }

  private void look(SimNode node) {
    if (node.membership.isImpaired()) {
      world.violated(this, node + " still holds itself impaired");
    }
    if (!node.membership.hasMajority()) {
      world.violated(this, node + " sees no majority");
    }
    int alive = 0;
    for (Member member : node.membership.members(node.clock())) {
      SimNode subject = world.node(member.node().id());
      if (subject == null) {
        world.violated(this, node + " knows " + member.node().id() + ", which never was");
      } else if (subject.up) {
        alive++;
        expect(node, member, subject);
      } else if (member.state() != MemberState.DEAD && member.state() != MemberState.LEFT) {
        world.violated(this, node + " holds " + subject + ", which is gone, " + member.state());
      }
    }
    long up = world.nodes().stream().filter(other -> other.up).count();
    if (alive != up) {
      world.violated(this, node + " knows " + alive + " of " + up + " nodes");
    }
  }

  private void expect(SimNode node, Member member, SimNode subject) {
    long incarnation = subject.membership.incarnation();
    if (member.state() != MemberState.ALIVE || member.incarnation() != incarnation) {
      world.violated(
          this,
          node
              + " holds "
              + subject
              + " "
              + member.state()
              + " with incarnation "
              + member.incarnation()
              + ", it has "
              + incarnation
              + ": "
              + member.reason());
    }
  }
}
