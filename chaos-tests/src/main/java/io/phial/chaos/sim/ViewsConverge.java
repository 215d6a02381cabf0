package io.phial.chaos.sim;

import io.phial.core.member.Member;
import io.phial.core.member.MemberState;
import java.util.ArrayList;
import java.util.List;

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

  /** True when nothing is to be said against any view. */
  boolean isReached() {
    for (SimNode node : world.nodes()) {
      if (node.isWell() && !faults(node).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void atEnd() {
    for (SimNode node : world.nodes()) {
      if (node.isWell()) {
        faults(node).forEach(fault -> world.violated(this, fault));
      }
    }
  }

  /** What is wrong with a node's view, in words. */
  private List<String> faults(SimNode node) {
    List<String> faults = new ArrayList<>();
    if (node.membership.isImpaired()) {
      faults.add(node + " still holds itself impaired");
    }
    if (!node.membership.hasMajority()) {
      faults.add(node + " sees no majority");
    }
    int alive = 0;
    for (Member member : node.membership.members(node.clock())) {
      SimNode subject = world.node(member.node().id());
      if (subject == null) {
        faults.add(node + " knows " + member.node().id() + ", which never was");
      } else if (subject.up) {
        alive++;
        expect(node, member, subject, faults);
      } else if (member.state() != MemberState.DEAD && member.state() != MemberState.LEFT) {
        faults.add(node + " holds " + subject + ", which is gone, " + member.state());
      }
    }
    long up = world.nodes().stream().filter(other -> other.up).count();
    if (alive != up) {
      faults.add(node + " knows " + alive + " of " + up + " nodes");
    }
    return faults;
  }

  private static void expect(SimNode node, Member member, SimNode subject, List<String> faults) {
    long incarnation = subject.membership.incarnation();
    if (member.state() != MemberState.ALIVE || member.incarnation() != incarnation) {
      faults.add(
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
