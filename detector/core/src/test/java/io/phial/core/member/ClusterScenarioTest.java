package io.phial.core.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Directed stories of whole clusters, each over many seeds. */
final class ClusterScenarioTest {
  @Property(tries = 12, shrinking = ShrinkingMode.OFF)
  void shouldFormAClusterOfThree(@ForAll long seed) {
    SimCluster cluster = new SimCluster(seed).start(3);
    cluster.run(4);
    assertAllAlive(cluster);
    assertThat(cluster.seen).as(cluster::story).hasSize(6);
    for (SimCluster.SimNode node : cluster.nodes.values()) {
      assertThat(node.membership.isImpaired()).as(cluster::story).isFalse();
      assertThat(node.membership.hasMajority()).isTrue();
      assertThat(node.subjects).hasSize(2);
      Member other = node.member(node.id.equals("n1") ? "n2" : "n1");
      assertThat(other.roundTripNanos()).isBetween(1L, 20 * SimCluster.MILLI);
      assertThat(other.observed()).isTrue();
    }
  }

  @Property(tries = 5, shrinking = ShrinkingMode.OFF)
  void shouldFormAClusterOfTwentyAtOnce(@ForAll long seed) {
    SimCluster cluster = new SimCluster(seed).start(20);
    cluster.run(15);
    assertAllAlive(cluster);
    assertThat(cluster.events(MemberState.SUSPECT)).as(cluster::story).isEmpty();
    for (SimCluster.SimNode node : cluster.nodes.values()) {
      assertThat(node.membership.isImpaired()).as(node.id).isFalse();
    }
    cluster.node("n7").pause();
    double since = cluster.seconds();
    cluster.run(8);
    for (SimCluster.SimNode node : cluster.nodes.values()) {
      if (!node.id.equals("n7")) {
        assertThat(cluster.until(since, node.id, "n7", MemberState.UNREACHABLE))
            .as(cluster::story)
            .isLessThan(2.5);
        assertThat(cluster.until(since, node.id, "n7", MemberState.DEAD))
            .as(cluster::story)
            .isBetween(4.2, 6.5);
      }
    }
    assertOnly(cluster, "n7");
  }

  @Property(tries = 200, shrinking = ShrinkingMode.OFF)
  void shouldKnowAKilledNodeAtOnce(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 6) int size) {
    SimCluster cluster = warm(seed, size);
    double since = cluster.seconds();
    cluster.node("n2").kill();
    cluster.run(3);
    for (SimCluster.SimNode node : survivors(cluster)) {
      assertThat(cluster.until(since, node.id, "n2", MemberState.DEAD))
          .as(cluster::story)
          .isLessThan(0.5);
      assertThat(node.member("n2").reason()).contains("probe refused");
    }
    assertOnly(cluster, "n2");
  }

  /** Seed -112818: a row of a roster told one survivor first, and said nothing of the evidence. */
  @Example
  void shouldTellTheEvidenceInARowOfTheRoster() {
    shouldKnowAKilledNodeAtOnce(-112818, 6);
  }

  /**
   * Seed -298: one survivor contradicted the DEAD of the others though its own probe was refused.
   */
  @Example
  void shouldNotContradictADeathThatItsOwnProbeConfirms() {
    for (int size = 3; size <= 6; size++) {
      shouldKnowAKilledNodeAtOnce(-298, size);
    }
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void shouldKnowAKilledNodeWithoutAReset(@ForAll long seed) {
    SimCluster cluster = warm(seed, 3);
    cluster.resets = false;
    double since = cluster.seconds();
    cluster.node("n2").kill();
    cluster.run(3);
    for (SimCluster.SimNode node : survivors(cluster)) {
      assertThat(cluster.until(since, node.id, "n2", MemberState.DEAD))
          .as(cluster::story)
          .isLessThan(2.0);
    }
  }

  @Property(tries = 12, shrinking = ShrinkingMode.OFF)
  void shouldForgiveAPauseOfFourSeconds(
      @ForAll long seed, @ForAll @IntRange(min = 3, max = 6) int size) {
    SimCluster cluster = warm(seed, size);
    double since = cluster.seconds();
    cluster.node("n2").pause();
    cluster.run(4);
    cluster.node("n2").resume();
    for (SimCluster.SimNode node : survivors(cluster)) {
      assertThat(cluster.until(since, node.id, "n2", MemberState.UNREACHABLE))
          .as(cluster::story)
          .isLessThan(2.0);
    }
    cluster.run(6);
    assertThat(cluster.events(MemberState.DEAD)).as(cluster::story).isEmpty();
    assertOnly(cluster, "n2");
    assertAllAlive(cluster);
  }

  @Property(tries = 15, shrinking = ShrinkingMode.OFF)
  void shouldConvictAHungNodeAndTakeItBack(
      @ForAll long seed, @ForAll @IntRange(min = 3, max = 6) int size) {
    SimCluster cluster = warm(seed, size);
    hang(cluster, 2.0, 4.2, 6.0);
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void shouldConvictAHungNodeOnABusyMachine(@ForAll long seed) {
    SimCluster cluster = new SimCluster(seed);
    cluster.tickJitterMillis = 200;
    cluster.delayMillis = 20;
    cluster.start(3).run(15);
    hang(cluster, 2.0, 4.2, 6.0);
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void shouldLearnOfItsDeathThoughTheFirstWordsAreLost(@ForAll long seed) {
    SimCluster cluster = warm(seed, 3);
    cluster.node("n2").pause();
    cluster.run(10);
    cluster.node("n2").resume();
    cluster.loss = (from, to) -> to.equals("n2") ? 1 : 0;
    cluster.run(0.6);
    cluster.loss = (from, to) -> 0;
    cluster.run(5);
    assertThat(cluster.events(MemberState.ALIVE))
        .as(cluster::story)
        .filteredOn(seen -> seen.observer().equals("n2") && seen.event().node().id().equals("n2"))
        .hasSize(1);
    assertAllAlive(cluster);
  }

  private static void hang(SimCluster cluster, double quick, double early, double late) {
    double since = cluster.seconds();
    long incarnation = cluster.node("n2").membership.incarnation();
    cluster.node("n2").pause();
    cluster.run(10);
    for (SimCluster.SimNode node : survivors(cluster)) {
      assertThat(cluster.until(since, node.id, "n2", MemberState.UNREACHABLE))
          .as(cluster::story)
          .isLessThan(quick);
      assertThat(cluster.until(since, node.id, "n2", MemberState.DEAD))
          .as(cluster::story)
          .isBetween(early, late);
    }
    cluster.node("n2").resume();
    cluster.run(5);
    assertThat(cluster.node("n2").membership.incarnation()).isGreaterThan(incarnation);
    // Whatever it reads first on waking, it learns once that its clients belong to others now.
    assertThat(cluster.events(MemberState.ALIVE))
        .as(cluster::story)
        .filteredOn(seen -> seen.observer().equals("n2") && seen.event().node().id().equals("n2"))
        .hasSize(1);
    assertOnly(cluster, "n2");
    assertAllAlive(cluster);
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void shouldKeepANodeThatOneObserverCannotHear(@ForAll long seed) {
    SimCluster cluster = warm(seed, 3);
    cluster.cut = (from, to) -> from.equals("n1") && to.equals("n2");
    cluster.run(30);
    assertThat(cluster.events(MemberState.UNREACHABLE)).as(cluster::story).isEmpty();
    assertThat(cluster.events(MemberState.DEAD)).as(cluster::story).isEmpty();
    assertThat(cluster.state("n2", "n1")).as(cluster::story).isEqualTo(MemberState.ALIVE);
    // It is accused once or twice until vouches arrive, not again and again.
    assertThat(cluster.events(MemberState.SUSPECT)).as(cluster::story).hasSizeLessThan(6);
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void shouldKeepEveryoneAtThirtyPercentLoss(
      @ForAll long seed, @ForAll @IntRange(min = 3, max = 5) int size) {
    SimCluster cluster = warm(seed, size);
    cluster.loss = (from, to) -> 0.3;
    cluster.run(60);
    assertThat(cluster.events(MemberState.DEAD)).as(cluster::story).isEmpty();
    cluster.loss = (from, to) -> 0;
    cluster.run(5);
    assertAllAlive(cluster);
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void shouldHoldANodeThatLosesMostBothWays(
      @ForAll long seed, @ForAll @IntRange(min = 5, max = 7) int size) {
    SimCluster cluster = warm(seed, size);
    cluster.loss = (from, to) -> from.equals("n1") || to.equals("n1") ? 0.8 : 0;
    cluster.run(60);
    for (String id : cluster.nodes.keySet()) {
      if (!id.equals("n1")) {
        assertThat(cluster.state(id, "n1"))
            .as(() -> id + "\n" + cluster.story())
            .isEqualTo(MemberState.UNREACHABLE);
      }
    }
    for (SimCluster.Seen seen : cluster.events(MemberState.DEAD)) {
      assertThat(seen.event().node().id()).as(cluster::story).isEqualTo("n1");
      assertThat(seen.observer()).as(cluster::story).isNotEqualTo("n1");
    }
    cluster.loss = (from, to) -> 0;
    cluster.run(30);
    assertAllAlive(cluster);
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void shouldNotBelieveANodeThatLosesMostOfItsInput(
      @ForAll long seed, @ForAll @IntRange(min = 3, max = 5) int size) {
    SimCluster cluster = warm(seed, size);
    cluster.loss = (from, to) -> to.equals("n1") ? 0.8 : 0;
    cluster.run(60);
    assertThat(cluster.events(MemberState.DEAD)).as(cluster::story).isEmpty();
    assertThat(cluster.node("n1").membership.isImpaired()).as(cluster::story).isTrue();
    for (SimCluster.Seen seen : cluster.events(MemberState.UNREACHABLE)) {
      assertThat(seen.observer()).as(cluster::story).isEqualTo("n1");
    }
    cluster.loss = (from, to) -> 0;
    cluster.run(30);
    assertAllAlive(cluster);
    assertThat(cluster.node("n1").membership.isImpaired()).as(cluster::story).isFalse();
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void shouldHealAPartition(@ForAll long seed) {
    SimCluster cluster = warm(seed, 5);
    Set<String> minority = Set.of("n4", "n5");
    cluster.cut = (from, to) -> minority.contains(from) != minority.contains(to);
    cluster.run(20);
    for (String one : List.of("n1", "n2", "n3")) {
      for (String other : minority) {
        assertThat(cluster.state(one, other)).as(cluster::story).isEqualTo(MemberState.DEAD);
        assertThat(cluster.state(other, one)).as(cluster::story).isEqualTo(MemberState.UNREACHABLE);
        assertThat(cluster.node(other).membership.hasMajority()).isFalse();
      }
      assertThat(cluster.node(one).membership.hasMajority()).isTrue();
    }
    cluster.cut = (from, to) -> false;
    cluster.run(12);
    assertAllAlive(cluster);
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void shouldLeaveACutOffNodeWithoutConvictions(@ForAll long seed) {
    SimCluster cluster = warm(seed, 4);
    cluster.cut = (from, to) -> from.equals("n1") || to.equals("n1");
    cluster.run(20);
    assertThat(cluster.node("n1").membership.isImpaired()).isTrue();
    assertThat(cluster.node("n1").membership.hasMajority()).isFalse();
    assertThat(cluster.state("n2", "n1")).isEqualTo(MemberState.DEAD);
    cluster.cut = (from, to) -> false;
    cluster.run(12);
    assertOnly(cluster, "n1");
    assertAllAlive(cluster);
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void shouldReplaceARestartedNode(@ForAll long seed) {
    SimCluster cluster = warm(seed, 3);
    cluster.node("n2").kill();
    cluster.run(0.05 + new Random(seed).nextDouble());
    cluster.node("n2").restart(1_700_000_100L);
    cluster.run(5);
    assertAllAlive(cluster);
    for (SimCluster.SimNode node : survivors(cluster)) {
      assertThat(node.member("n2").incarnation()).isGreaterThanOrEqualTo(1_700_000_100L);
      assertThat(cluster.until(0, node.id, "n2", MemberState.DEAD)).as(cluster::story).isNotNaN();
    }
    assertOnly(cluster, "n2");
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void shouldTakeBackANodeWhoseClockWentBack(@ForAll long seed) {
    SimCluster cluster = warm(seed, 3);
    cluster.node("n2").kill();
    cluster.run(1);
    cluster.node("n2").restart(1_600_000_000L);
    cluster.run(5);
    assertAllAlive(cluster);
    assertThat(cluster.node("n2").membership.incarnation()).isGreaterThan(1_700_000_000L);
  }

  @Test
  void shouldKnowThatAnAddressHasANewOwner() {
    SimCluster cluster = warm(1, 3);
    cluster.resets = false;
    cluster.node("n2").kill();
    cluster.start("other", "10.0.0.2", 1_700_000_050L);
    cluster.run(5);
    for (String survivor : List.of("n1", "n3")) {
      assertThat(cluster.state(survivor, "n2")).isEqualTo(MemberState.DEAD);
      assertThat(cluster.state(survivor, "other")).isEqualTo(MemberState.ALIVE);
    }
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void shouldSeeANodeLeave(@ForAll long seed) {
    SimCluster cluster = warm(seed, 4);
    cluster.node("n2").leave();
    cluster.run(10);
    for (SimCluster.SimNode node : survivors(cluster)) {
      assertThat(node.member("n2").state()).as(cluster::story).isEqualTo(MemberState.LEFT);
    }
    assertThat(cluster.events(MemberState.SUSPECT)).as(cluster::story).isEmpty();
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void shouldSurviveTwoHungOfFive(@ForAll long seed) {
    SimCluster cluster = warm(seed, 5);
    double since = cluster.seconds();
    cluster.node("n2").pause();
    cluster.node("n3").pause();
    cluster.run(8);
    for (String survivor : List.of("n1", "n4", "n5")) {
      for (String hung : List.of("n2", "n3")) {
        assertThat(cluster.until(since, survivor, hung, MemberState.UNREACHABLE))
            .as(cluster::story)
            .isLessThan(2.0);
        assertThat(cluster.until(since, survivor, hung, MemberState.DEAD))
            .as(cluster::story)
            .isBetween(4.2, 6.0);
      }
    }
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void shouldHoldASilentPeerOfTwoUnreachableAndNeverDead(@ForAll long seed) {
    SimCluster cluster = warm(seed, 2);
    double since = cluster.seconds();
    cluster.node("n2").pause();
    cluster.run(60);
    assertThat(cluster.until(since, "n1", "n2", MemberState.UNREACHABLE))
        .as(cluster::story)
        .isLessThan(3.0);
    assertThat(cluster.events(MemberState.DEAD)).as(cluster::story).isEmpty();
    cluster.node("n2").resume();
    cluster.run(5);
    assertAllAlive(cluster);
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void shouldNotKillAloneInThree(@ForAll long seed) {
    SimCluster cluster = warm(seed, 3);
    cluster.node("n2").kill();
    cluster.node("n3").kill();
    cluster.run(20);
    assertThat(cluster.events(MemberState.DEAD)).as(cluster::story).isEmpty();
    assertThat(cluster.state("n1", "n2")).as(cluster::story).isEqualTo(MemberState.UNREACHABLE);
    assertThat(cluster.state("n1", "n3")).as(cluster::story).isEqualTo(MemberState.UNREACHABLE);
  }

  @Test
  void shouldGiveTheSameStoryForTheSameSeed() {
    assertThat(randomStory(42)).isEqualTo(randomStory(42));
  }

  private static String randomStory(long seed) {
    SimCluster cluster = warm(seed, 5);
    cluster.loss = (from, to) -> 0.2;
    cluster.node("n3").pause();
    cluster.run(7);
    cluster.node("n3").resume();
    cluster.node("n4").kill();
    cluster.run(5);
    return cluster.story();
  }

  @Test
  void shouldMeetItsTimes() {
    for (int size : new int[] {2, 3, 5}) {
      List<Double> unreachable = new ArrayList<>();
      List<Double> dead = new ArrayList<>();
      List<Double> killed = new ArrayList<>();
      for (int seed = 0; seed < 15; seed++) {
        SimCluster cluster = warm(seed, size);
        double since = cluster.seconds();
        cluster.node("n2").pause();
        cluster.run(8);
        collect(cluster, since, MemberState.UNREACHABLE, unreachable);
        collect(cluster, since, MemberState.DEAD, dead);
        SimCluster other = warm(seed + 1000, size);
        since = other.seconds();
        other.node("n2").kill();
        other.run(2);
        collect(other, since, MemberState.DEAD, killed);
      }
      System.out.printf(
          "n=%d: hung UNREACHABLE %s, DEAD %s; killed DEAD %s (min/median/max seconds)%n",
          size, spread(unreachable), spread(dead), spread(killed));
      assertThat(killed).allMatch(seconds -> seconds < 0.5);
      if (size > 2) {
        assertThat(unreachable).allMatch(seconds -> seconds < 1.3);
        // The last beat is up to an interval older than the fault.
        assertThat(dead).allMatch(seconds -> seconds > 4.45 && seconds < 5.2);
      }
    }
  }

  private static void collect(
      SimCluster cluster, double since, MemberState to, List<Double> times) {
    for (SimCluster.SimNode node : survivors(cluster)) {
      times.add(cluster.until(since, node.id, "n2", to));
    }
  }

  private static String spread(List<Double> times) {
    times.sort(Comparator.naturalOrder());
    return String.format(
        Locale.ROOT,
        "%.3f/%.3f/%.3f",
        times.get(0),
        times.get(times.size() / 2),
        times.get(times.size() - 1));
  }

  @Test
  void shouldStayBelowItsByteBudget() {
    for (int size : new int[] {3, 5, 20}) {
      SimCluster cluster = warm(7, size);
      cluster.bytes = 0;
      cluster.datagrams = 0;
      cluster.run(30);
      double perNode = cluster.bytes / 30.0 / size;
      System.out.printf(
          "n=%d: %.0f B/s and %.1f datagrams/s per node%n",
          size, perNode, cluster.datagrams / 30.0 / size);
      assertThat(perNode).isLessThan(size <= 5 ? 640 : 1300);
    }
  }

  static SimCluster warm(long seed, int size) {
    SimCluster cluster = new SimCluster(seed).start(size);
    cluster.run(15 + new Random(seed).nextInt(20));
    return cluster;
  }

  private static List<SimCluster.SimNode> survivors(SimCluster cluster) {
    return cluster.nodes.values().stream().filter(node -> !node.id.equals("n2")).toList();
  }

  /** Nobody was ever suspected for good but this one. */
  private static void assertOnly(SimCluster cluster, String id) {
    Stream.of(MemberState.UNREACHABLE, MemberState.DEAD)
        .flatMap(state -> cluster.events(state).stream())
        .forEach(s -> assertThat(s.event().node().id()).as(cluster::story).isEqualTo(id));
  }

  private static void assertAllAlive(SimCluster cluster) {
    for (SimCluster.SimNode node : cluster.nodes.values()) {
      for (String id : cluster.nodes.keySet()) {
        assertThat(node.member(id).state())
            .as(() -> node.id + " of " + id + "\n" + cluster.story())
            .isEqualTo(MemberState.ALIVE);
      }
    }
  }
}
