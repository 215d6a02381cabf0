package io.phial.core.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phial.core.wire.NodeInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What may move when a node comes, goes or gives its slots up. */
final class PlacementMovesTest {
  /** Nodes with names by chance, so that no lucky set of names is tested. */
  private static List<NodeInfo> named(Random random, int count) {
    Set<String> names = new HashSet<>();
    while (names.size() < count) {
      names.add("n" + Integer.toHexString(random.nextInt()));
    }
    return names.stream().map(name -> Nodes.node(name, 1)).toList();
  }

  private static List<Integer> moved(View before, View after) {
    return IntStream.range(0, Slots.COUNT)
        .filter(slot -> !before.owner(slot).id().equals(after.owner(slot).id()))
        .boxed()
        .toList();
  }

  private static long load(View view, String id) {
    return IntStream.range(0, Slots.COUNT).filter(slot -> view.owner(slot).id().equals(id)).count();
  }

  private static Set<String> ids(List<NodeInfo> nodes) {
    return nodes.stream().map(NodeInfo::id).collect(Collectors.toSet());
  }

  @Property(tries = 200)
  void shouldMoveAtMostAQuarterAndFivePercentToAFourth(@ForAll long seed) {
    List<NodeInfo> four = new ArrayList<>(named(new Random(seed), 4));
    View before = Placement.compute(four.subList(0, 3), null);
    View after = Placement.compute(four, before);
    List<Integer> moved = moved(before, after);
    assertThat(moved.size()).isLessThanOrEqualTo((int) (0.30 * Slots.COUNT));
    assertThat(moved)
        .allSatisfy(slot -> assertThat(after.owner(slot).id()).isEqualTo(four.get(3).id()));
  }

  @Property(tries = 100)
  void shouldMoveOnlySlotsOfNodesThatComeOrGo(
      @ForAll long seed, @ForAll @IntRange(min = 3, max = 20) int size) {
    Random random = new Random(seed);
    List<NodeInfo> all = named(random, size + 2);
    View before = Placement.compute(all.subList(0, size), null);
    // The first one goes and the last two come.
    View after = Placement.compute(all.subList(1, size + 2), before);
    Set<String> changed = Set.of(all.get(0).id(), all.get(size).id(), all.get(size + 1).id());
    assertThat(moved(before, after))
        .allSatisfy(
            slot ->
                assertThat(
                        changed.contains(before.owner(slot).id())
                            || changed.contains(after.owner(slot).id()))
                    .isTrue());
  }

  @Property(tries = 50)
  void shouldComputeTheSameFromTheSameHistoryInAnyOrder(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int size) {
    Random random = new Random(seed);
    List<NodeInfo> nodes = named(random, size + 1);
    View before = Placement.compute(nodes.subList(0, size), null);
    List<NodeInfo> shuffled = new ArrayList<>(nodes);
    Collections.shuffle(shuffled, random);
    assertThat(Placement.compute(shuffled, before)).isEqualTo(Placement.compute(nodes, before));
  }

  @Property(tries = 100)
  void shouldGiveUpOnlyOwnSlotsAndMoveNothingAtTheEnd(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 12) int size,
      @ForAll @IntRange(min = 1, max = 8) int steps) {
    List<NodeInfo> nodes = named(new Random(seed), size);
    View first = Placement.compute(nodes, null);
    String giver = nodes.get(0).id();
    long own = load(first, giver);
    View view = first;
    for (int step = 1; step <= steps; step++) {
      int keep = (int) (own * (steps - step) / steps);
      View next = Placement.giveUp(view, giver, keep, ids(nodes));
      View before = view;
      assertThat(moved(before, next))
          .hasSize((int) load(before, giver) - keep)
          .allSatisfy(slot -> assertThat(before.owner(slot).id()).isEqualTo(giver));
      assertThat(next.epoch()).isEqualTo(before.epoch() + 1);
      view = next;
    }
    assertThat(load(view, giver)).isZero();
    View gone = Placement.compute(nodes.subList(1, size), view);
    assertThat(moved(view, gone)).isEmpty();
  }

  @Test
  void shouldGiveNothingToThoseWhoDoNotInherit() {
    View before = Placement.compute(Nodes.alike(4), null);
    View after = Placement.giveUp(before, "n0", 0, Set.of("n2"));
    assertThat(moved(before, after))
        .isNotEmpty()
        .allSatisfy(slot -> assertThat(after.owner(slot).id()).isEqualTo("n2"));
  }

  @Test
  void shouldMoveNothingWhenItKeepsWhatItHas() {
    View before = Placement.compute(Nodes.alike(3), null);
    View after = Placement.giveUp(before, "n0", Slots.COUNT, Set.of("n1"));
    assertThat(moved(before, after)).isEmpty();
  }

  @Test
  void shouldRefuseAGiverOutsideTheViewAndNoHeirs() {
    View view = Placement.compute(Nodes.alike(2), null);
    assertThatThrownBy(() -> Placement.giveUp(view, "n7", 0, Set.of("n1")))
        .hasMessage("node must be in the view and keep 0 to 4096, was n7 0");
    assertThatThrownBy(() -> Placement.giveUp(view, "n0", 0, Set.of("n0", "n7")))
        .hasMessageStartingWith("heirs must be nodes of the view");
  }
}
