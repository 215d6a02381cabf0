package io.phial.core.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Faults at random, from a seed: what must hold whatever happens. */
final class ClusterChaosTest {
  @Property(tries = 15, shrinking = ShrinkingMode.OFF)
  void shouldKillNobodyByTolerableFaults(@ForAll long seed) {
    Random random = new Random(seed);
    SimCluster cluster = ClusterScenarioTest.warm(seed, 3 + random.nextInt(4));
    String[] ids = cluster.nodes.keySet().toArray(String[]::new);
    for (int round = 0; round < 6; round++) {
      String victim = ids[random.nextInt(ids.length)];
      String other = ids[random.nextInt(ids.length)];
      double loss = random.nextDouble() * 0.3;
      cluster.loss = (from, to) -> loss;
      switch (random.nextInt(3)) {
        case 0 -> {
          cluster.node(victim).pause();
          cluster.run(0.2 + 2.8 * random.nextDouble());
          cluster.node(victim).resume();
        }
        case 1 -> cluster.cut = (from, to) -> from.equals(victim) && to.equals(other);
        default -> cluster.loss = (from, to) -> to.equals(victim) ? 0.8 : loss;
      }
      cluster.run(3 + 7 * random.nextDouble());
      cluster.cut = (from, to) -> false;
      cluster.run(3);
    }
    assertThat(cluster.events(MemberState.DEAD)).as(cluster::story).isEmpty();
    assertSettled(cluster);
  }

  @Property(tries = 15, shrinking = ShrinkingMode.OFF)
  void shouldAgreeAgainAfterAnything(@ForAll long seed) {
    Random random = new Random(seed);
    SimCluster cluster = ClusterScenarioTest.warm(seed, 3 + random.nextInt(4));
    String[] ids = cluster.nodes.keySet().toArray(String[]::new);
    long incarnation = 1_700_001_000L;
    for (int round = 0; round < 5; round++) {
      SimCluster.SimNode victim = cluster.node(ids[random.nextInt(ids.length)]);
      int side = random.nextInt(1 << ids.length);
      switch (random.nextInt(4)) {
        case 0 -> victim.pause();
        case 1 -> victim.kill();
        case 2 -> cluster.cut = (from, to) -> isIn(side, from) != isIn(side, to);
        default -> cluster.cut = (from, to) -> isIn(side, from) && !isIn(side, to);
      }
      cluster.run(12 * random.nextDouble());
      if (victim.paused) {
        victim.resume();
      }
      if (!victim.up) {
        victim.restart(incarnation += 100);
      }
      if (random.nextBoolean()) {
        cluster.cut = (from, to) -> false;
      }
    }
    cluster.cut = (from, to) -> false;
    assertSettled(cluster);
  }

  private static boolean isIn(int side, String id) {
    return (side >> Integer.parseInt(id.substring(1)) & 1) != 0;
  }

  /** Some time after the last fault everyone holds everyone alive, at the right incarnation. */
  private static void assertSettled(SimCluster cluster) {
    cluster.loss = (from, to) -> 0;
    cluster.run(40);
    for (SimCluster.SimNode node : cluster.nodes.values()) {
      assertThat(node.membership.isImpaired()).as(cluster::story).isFalse();
      assertThat(node.membership.hasMajority()).as(cluster::story).isTrue();
      for (SimCluster.SimNode other : cluster.nodes.values()) {
        Member member = node.member(other.id);
        assertThat(member.state())
            .as(() -> node.id + " of " + other.id + "\n" + cluster.story())
            .isEqualTo(MemberState.ALIVE);
        assertThat(member.incarnation()).isEqualTo(other.membership.incarnation());
      }
    }
  }
}
