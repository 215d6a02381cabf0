package io.phial.chaos.sim;

import io.phial.core.member.MemberEvent;

/** Incarnations never go back: a node's own, and what any observer holds of it. */
final class IncarnationsRise implements Invariant {
  private final World world;
  private long[] own = new long[0];
  private int[] life = new int[0];

  IncarnationsRise(World world) {
    this.world = world;
  }

  @Override
  public String sentence() {
    return "incarnations never go back";
  }

  @Override
  public void onEvent(SimNode observer, MemberEvent event) {
    SimNode subject = world.node(event.node().id());
    if (subject == null || subject == observer) {
      return;
    }
    long before = world.opinions().incarnation(observer.index, subject.index);
    if (event.incarnation() < before) {
      world.violated(
          this, observer + " of " + subject + ": " + before + " then " + event.incarnation());
    }
  }

  @Override
  public void after(SimNode node) {
    if (node.index >= own.length) {
      own = java.util.Arrays.copyOf(own, 2 * node.index + 8);
      life = java.util.Arrays.copyOf(life, 2 * node.index + 8);
    }
    long incarnation = node.membership.incarnation();
    if (life[node.index] == node.life && incarnation < own[node.index]) {
      world.violated(this, node + ": " + own[node.index] + " then " + incarnation);
    }
    life[node.index] = node.life;
    own[node.index] = incarnation;
  }
}
