package io.phial.core.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phial.core.wire.Endpoint;
import io.phial.core.wire.NodeInfo;
import io.phial.core.wire.Rumour;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MemberPartsTest {
  private static List<NodeInfo> nodes(int count, int zones) {
    List<NodeInfo> nodes = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      Endpoint at = new Endpoint("10.0.0." + (n + 1), 7946);
      nodes.add(new NodeInfo("n" + n, "z" + n % zones, at, at, at, at, 1));
    }
    return nodes;
  }

  @Test
  void shouldSpreadObserversOverZones() {
    List<NodeInfo> nodes = nodes(30, 3);
    for (NodeInfo subject : nodes) {
      List<String> observers = Observers.of(subject.id(), nodes, 6);
      assertThat(observers).hasSize(6).doesNotContain(subject.id()).doesNotHaveDuplicates();
      Map<Integer, Integer> perZone = new HashMap<>();
      observers.forEach(
          id -> perZone.merge(Integer.parseInt(id.substring(1)) % 3, 1, Integer::sum));
      assertThat(perZone.values()).containsOnly(2);
    }
  }

  @Test
  void shouldShareTheWorkOfObserving() {
    List<NodeInfo> nodes = nodes(100, 1);
    Map<String, Integer> load = new HashMap<>();
    for (NodeInfo subject : nodes) {
      Observers.of(subject.id(), nodes, 6).forEach(id -> load.merge(id, 1, Integer::sum));
    }
    assertThat(load).hasSize(100);
    assertThat(load.values()).allMatch(count -> count <= 16);
  }

  @Test
  void shouldChangeFewObserversWhenANodeGoes() {
    List<NodeInfo> nodes = nodes(30, 1);
    List<NodeInfo> fewer = nodes.subList(0, 29);
    for (NodeInfo subject : fewer) {
      List<String> before = new ArrayList<>(Observers.of(subject.id(), nodes, 6));
      before.removeAll(Observers.of(subject.id(), fewer, 6));
      assertThat(before).isSubsetOf("n29");
    }
  }

  @Test
  void shouldTakeAllOthersInASmallCluster() {
    assertThat(Observers.of("n1", nodes(4, 1), 6)).containsExactlyInAnyOrder("n0", "n2", "n3");
  }

  @Test
  void shouldTellTheNewestRumourFirstAndEachABoundedNumberOfTimes() {
    RumourQueue queue = new RumourQueue();
    queue.add(new Rumour.Vouch("a", 1, "x", 1), 3);
    queue.add(new Rumour.Vouch("b", 1, "x", 1), 3);
    queue.add(new Rumour.Vouch("a", 2, "x", 1), 3);
    assertThat(queue.take(1000)).extracting(Rumour::subject).containsExactly("a", "b");
    assertThat(queue.take(30)).extracting(Rumour::incarnation).containsExactly(2L);
    int taken = 0;
    while (!queue.take(1000).isEmpty()) {
      taken++;
    }
    assertThat(taken).isEqualTo(5);
    for (int i = 0; i < 1000; i++) {
      queue.add(new Rumour.Vouch("n" + i, 1, "x", 1), 3);
    }
    assertThat(queue.size()).isEqualTo(256);
  }

  @Test
  void shouldRefuseOptionsOutOfBounds() {
    MemberOptions options = MemberOptions.defaults();
    assertThatThrownBy(() -> options.withObservers(1))
        .hasMessage("observers must be 2 to 16, was 1");
    assertThatThrownBy(() -> options.withStabilityNanos(1))
        .hasMessage("stabilityNanos must be one interval to an hour, was 1");
    assertThat(options.withIntervalNanos(1_000_000_000).tickNanos()).isEqualTo(100_000_000);
    assertThat(options.deadSilenceNanosMin()).isEqualTo(5_000_000_000L);
  }
}
