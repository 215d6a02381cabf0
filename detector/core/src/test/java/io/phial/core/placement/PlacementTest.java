package io.phial.core.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phial.core.wire.Endpoint;
import io.phial.core.wire.NodeInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class PlacementTest {
  @Test
  void shouldGiveTheSameViewForTheSameInputInAnyOrder() {
    List<NodeInfo> shuffled = new ArrayList<>(Nodes.alike(7));
    View view = Placement.compute(Nodes.alike(7), null);
    Collections.shuffle(shuffled, new Random(1));
    assertThat(Placement.compute(shuffled, null)).isEqualTo(view);
    assertThat(view.epoch()).isEqualTo(1);
  }

  @Test
  void shouldShareByCapacity() {
    View view =
        Placement.compute(
            List.of(Nodes.node("a", 1), Nodes.node("b", 2), Nodes.node("c", 5)), null);
    assertThat(load(view, "a")).isBetween(420, 600);
    assertThat(load(view, "b")).isBetween(920, 1130);
    assertThat(load(view, "c")).isBetween(2400, 2720);
  }

  @Test
  void shouldMoveOnlyTheSlotsOfANodeThatGoes() {
    View before = Placement.compute(Nodes.alike(5), null);
    List<NodeInfo> rest = Nodes.alike(5).stream().filter(n -> !n.id().equals("n3")).toList();
    View after = Placement.compute(rest, before);
    assertThat(after.epoch()).isEqualTo(2);
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      if (!before.owner(slot).id().equals("n3")) {
        assertThat(after.owner(slot).id()).isEqualTo(before.owner(slot).id());
      }
    }
  }

  @Test
  void shouldMoveSlotsOnlyToANodeThatComes() {
    View before = Placement.compute(Nodes.alike(4), null);
    View after = Placement.compute(Nodes.alike(5), before);
    int moved = 0;
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      if (!before.owner(slot).id().equals(after.owner(slot).id())) {
        assertThat(after.owner(slot).id()).isEqualTo("n4");
        moved++;
      }
    }
    assertThat(moved).isBetween(700, 930);
    assertThat(Placement.compute(Nodes.alike(4), after).owners()).isEqualTo(before.owners());
  }

  @Test
  void shouldMoveNothingWhenOnlyAddressesChange() {
    View before = Placement.compute(Nodes.alike(3), null);
    Endpoint elsewhere = new Endpoint("10.9.9.9", 9);
    List<NodeInfo> moved =
        Nodes.alike(3).stream()
            .map(n -> new NodeInfo(n.id(), "z9", elsewhere, elsewhere, elsewhere, elsewhere, 1))
            .toList();
    assertThat(Placement.compute(moved, before).owners()).isEqualTo(before.owners());
  }

  @Property(tries = 40)
  void shouldKeepTheBoundThroughAnyHistory(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int size) {
    Random random = new Random(seed);
    View view = null;
    for (int step = 0; step < 4; step++) {
      List<NodeInfo> nodes = new ArrayList<>();
      for (int n = 0; n < size; n++) {
        if (n == 0 || random.nextInt(5) > 0) {
          nodes.add(Nodes.node("n" + n, 1 + random.nextInt(4)));
        }
      }
      view = Placement.compute(nodes, view);
      int capacity = nodes.stream().mapToInt(NodeInfo::capacity).sum();
      int[] loads = new int[nodes.size()];
      for (short owner : view.owners()) {
        loads[owner]++;
      }
      for (int n = 0; n < loads.length; n++) {
        assertThat(loads[n])
            .isLessThanOrEqualTo(
                (int) Math.ceil(1.25 * Slots.COUNT * view.nodes().get(n).capacity() / capacity));
      }
    }
  }

  @Test
  void shouldRefuseBadInput() {
    assertThatThrownBy(() -> Placement.compute(List.of(), null))
        .hasMessage("nodes must be 1 to 1024, was 0");
    assertThatThrownBy(
            () -> Placement.compute(List.of(Nodes.node("a", 1), Nodes.node("a", 1)), null))
        .hasMessage("node ids must differ, was twice a");
    assertThatThrownBy(() -> Placement.compute(List.of(Nodes.node("a", 0)), null))
        .hasMessage("capacity must be 1 to 1000, was 0");
  }

  private static int load(View view, String id) {
    int load = 0;
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      load += view.owner(slot).id().equals(id) ? 1 : 0;
    }
    return load;
  }
}
