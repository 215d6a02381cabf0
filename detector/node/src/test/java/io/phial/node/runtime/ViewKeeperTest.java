package io.phial.node.runtime;

import static io.phial.node.runtime.Parts.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.phial.core.member.Member;
import io.phial.core.member.MemberState;
import io.phial.core.placement.Slots;
import io.phial.core.placement.View;
import io.phial.core.wire.NodeInfo;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ViewKeeperTest {
  private static final long SECOND = 1_000_000_000L;

  private final RecordingStore store = new RecordingStore();
  private final List<View> adopted = new ArrayList<>();
  private final List<@Nullable View> before = new ArrayList<>();
  private long nowNanos = Long.MAX_VALUE - 3 * SECOND;
  private GossipLoop.Snapshot gossip = GossipLoop.Snapshot.NONE;

  private ViewKeeper keeper(String self) {
    return new ViewKeeper(
        new SlotRouter(self),
        store,
        () -> gossip,
        (previous, next) -> {
          before.add(previous);
          adopted.add(next);
        },
        () -> nowNanos);
  }

  private static Member member(String id, MemberState state) {
    return new Member(node(id), 1, state, 0, 0, 0, false, "");
  }

  private static GossipLoop.Snapshot sees(Member... members) {
    return new GossipLoop.Snapshot(List.of(members), false, true, 1);
  }

  /** A step that reads the store, and the one after it. */
  private void pass(ViewKeeper keeper) {
    nowNanos += SECOND;
    keeper.step();
    keeper.step();
  }

  private List<String> nodes() {
    return store.view == null ? List.of() : store.view.nodes().stream().map(NodeInfo::id).toList();
  }

  @Test
  void shouldWriteTheFirstViewWhenItCoordinates() {
    gossip = sees(member("n1", MemberState.ALIVE), member("n2", MemberState.ALIVE));
    pass(keeper("n1"));
    assertThat(nodes()).containsExactly("n1", "n2");
    assertThat(adopted).containsExactly(store.view);
    assertThat(before).containsOnlyNulls();
  }

  @Test
  void shouldStandInOneAfterTheOtherForACoordinatorThatDoesNotAct() {
    gossip =
        sees(
            member("n1", MemberState.ALIVE),
            member("n2", MemberState.ALIVE),
            member("n3", MemberState.ALIVE));
    ViewKeeper second = keeper("n2");
    ViewKeeper third = keeper("n3");
    for (int i = 0; i < 5; i++) {
      pass(second);
      third.step();
    }
    assertThat(store.view).as("n1 has five seconds").isNull();
    pass(second);
    assertThat(nodes()).containsExactly("n1", "n2", "n3");
    assertThat(store.written).hasSize(1);
    for (int i = 0; i < 12; i++) {
      pass(third);
    }
    assertThat(store.written).as("n3 finds it done").hasSize(1);
  }

  @Test
  void shouldOnlyReadWhenAnotherNodeCoordinates() {
    gossip = sees(member("n1", MemberState.ALIVE), member("n2", MemberState.ALIVE));
    ViewKeeper keeper = keeper("n2");
    pass(keeper);
    assertThat(store.view).isNull();
    store.view = Parts.view("n1", "n2");
    pass(keeper);
    assertThat(adopted).containsExactly(store.view);
    assertThat(store.written).isEmpty();
  }

  @Test
  void shouldCoordinateInPlaceOfALowerNodeThatIsSilent() {
    store.view = Parts.view("n1", "n2");
    gossip = sees(member("n1", MemberState.UNREACHABLE), member("n2", MemberState.ALIVE));
    ViewKeeper keeper = keeper("n2");
    pass(keeper);
    assertThat(store.written).as("a silent node keeps its slots").isEmpty();

    gossip = sees(member("n1", MemberState.DEAD), member("n2", MemberState.ALIVE));
    pass(keeper);
    assertThat(nodes()).containsExactly("n2");
    assertThat(adopted).extracting(View::epoch).containsExactly(1L, 2L);
  }

  @Test
  void shouldGiveASilentStrangerNoSlots() {
    gossip = sees(member("n1", MemberState.ALIVE), member("n2", MemberState.SUSPECT));
    pass(keeper("n1"));
    assertThat(nodes()).containsExactly("n1");
  }

  private int slots(String id) {
    int slots = 0;
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      slots += store.view != null && store.view.owner(slot).id().equals(id) ? 1 : 0;
    }
    return slots;
  }

  @Test
  void shouldGiveItsSlotsUpInSteps() {
    store.view = Parts.view("n1", "n2", "n3");
    gossip =
        sees(
            member("n1", MemberState.ALIVE),
            member("n2", MemberState.ALIVE),
            member("n3", MemberState.ALIVE));
    ViewKeeper leaving = keeper("n3");
    pass(leaving);
    int own = slots("n3");
    Promise<Void> end = Promise.promise();
    leaving.drain(end);
    assertThat(slots("n3")).isBetween(own * 3 / 4 - 1, own * 3 / 4);
    leaving.step();
    leaving.step();
    assertThat(slots("n3")).isPositive();
    assertThat(end.future().isComplete()).isFalse();
    leaving.step();
    leaving.step();
    assertThat(slots("n3")).isZero();
    assertThat(end.future().succeeded()).isTrue();
    assertThat(store.written).hasSize(4);
    assertThat(nodes()).as("in the view until it has left").containsExactly("n1", "n2", "n3");
  }

  @Test
  void shouldGiveNoSlotsToSilentNodesNorWaitForThem() {
    store.view = Parts.view("n1", "n2");
    gossip = sees(member("n1", MemberState.UNREACHABLE), member("n2", MemberState.ALIVE));
    ViewKeeper leaving = keeper("n2");
    pass(leaving);
    Promise<Void> end = Promise.promise();
    leaving.drain(end);
    assertThat(end.future().succeeded()).isTrue();
    assertThat(store.written).isEmpty();
  }

  @Test
  void shouldEndItsDrainWhenTheStoreHangs() {
    store.view = Parts.view("n1", "n2");
    gossip = sees(member("n1", MemberState.ALIVE), member("n2", MemberState.ALIVE));
    ViewKeeper leaving = keeper("n2");
    pass(leaving);
    store.holding = true;
    Promise<Void> end = Promise.promise();
    leaving.drain(end);
    nowNanos += 4 * SECOND;
    leaving.step();
    assertThat(end.future().isComplete()).isFalse();
    nowNanos += SECOND;
    leaving.step();
    assertThat(end.future().succeeded()).isTrue();
  }

  @Test
  void shouldFinishTheWorkOfACoordinatorThatDiedInTheMiddle() {
    store.view = Parts.view("n1", "n2", "n3", "n4");
    gossip =
        sees(
            member("n1", MemberState.ALIVE),
            member("n2", MemberState.ALIVE),
            member("n3", MemberState.ALIVE),
            member("n4", MemberState.DEAD));
    ViewKeeper first = keeper("n1");
    ViewKeeper second = keeper("n2");
    nowNanos += SECOND;
    second.step();
    first.step();
    assertThat(nodes()).as("n1 wrote that n4 is gone, and dies").containsExactly("n1", "n2", "n3");
    long epoch = store.view.epoch();
    gossip =
        sees(
            member("n1", MemberState.DEAD),
            member("n2", MemberState.ALIVE),
            member("n3", MemberState.ALIVE),
            member("n4", MemberState.DEAD));
    // It still has the view before: its own write is refused, it reads, and goes on from there.
    second.step();
    second.step();
    second.step();
    assertThat(nodes()).containsExactly("n2", "n3");
    assertThat(store.view.epoch()).isEqualTo(epoch + 1);
    assertThat(slots("n2") + slots("n3")).isEqualTo(Slots.COUNT);
  }

  @Test
  void shouldTakeTheSlotsOfANodeThatLeft() {
    store.view = Parts.view("n1", "n2");
    gossip = sees(member("n1", MemberState.ALIVE), member("n2", MemberState.LEFT));
    pass(keeper("n1"));
    assertThat(nodes()).containsExactly("n1");
  }

  @Test
  void shouldWriteNothingWhileImpairedOrInAMinorityOrTheStoreIsAway() {
    List<Member> members = List.of(member("n1", MemberState.ALIVE));
    ViewKeeper keeper = keeper("n1");
    gossip = new GossipLoop.Snapshot(members, true, true, 1);
    pass(keeper);
    gossip = new GossipLoop.Snapshot(members, false, false, 1);
    pass(keeper);
    gossip = new GossipLoop.Snapshot(members, false, true, 1);
    store.away = true;
    pass(keeper);
    assertThat(store.view).isNull();
    store.away = false;
    pass(keeper);
    assertThat(nodes()).containsExactly("n1");
  }

  @Test
  void shouldKeepANodeOfTheViewThatGossipHasNotMetForAWhile() {
    store.view = Parts.view("n1", "n2");
    gossip = sees(member("n1", MemberState.ALIVE));
    ViewKeeper keeper = keeper("n1");
    for (int second = 0; second < 9; second++) {
      pass(keeper);
      assertThat(nodes()).as("after %s s", second).containsExactly("n1", "n2");
    }
    pass(keeper);
    pass(keeper);
    assertThat(nodes()).containsExactly("n1");
  }

  @Test
  void shouldWaitAsLongForANodeWhenItBecomesCoordinatorLater() {
    store.view = Parts.view("n1", "n2", "n3");
    gossip =
        sees(
            member("n1", MemberState.ALIVE),
            member("n2", MemberState.ALIVE),
            member("n3", MemberState.ALIVE));
    ViewKeeper keeper = keeper("n1");
    pass(keeper);
    // Another one coordinates for a time; then this one again, in a view with an unheard node.
    gossip = sees(member("n0", MemberState.ALIVE), member("n1", MemberState.ALIVE));
    nowNanos += 60 * SECOND;
    pass(keeper);
    store.view = Parts.after(store.view, "n1", "n2", "n3", "n4");
    gossip =
        sees(
            member("n1", MemberState.ALIVE),
            member("n2", MemberState.ALIVE),
            member("n3", MemberState.ALIVE));
    pass(keeper);
    assertThat(nodes()).containsExactly("n1", "n2", "n3", "n4");
    nowNanos += 11 * SECOND;
    pass(keeper);
    assertThat(nodes()).containsExactly("n1", "n2", "n3");
  }

  @Test
  void shouldReadAtOnceWhenSomebodyElseWasFirst() {
    gossip = sees(member("n1", MemberState.ALIVE));
    ViewKeeper keeper = keeper("n1");
    store.beaten = true;
    pass(keeper);
    assertThat(adopted).isEmpty();
    store.beaten = false;
    store.view = Parts.view("n1", "n2");
    int reads = store.viewReads;
    keeper.step();
    assertThat(store.viewReads).isEqualTo(reads + 1);
    assertThat(adopted.get(0).nodes()).hasSize(2);
  }

  @Test
  void shouldAskOneThingAtATime() {
    gossip = sees(member("n1", MemberState.ALIVE));
    ViewKeeper keeper = keeper("n1");
    store.holding = true;
    pass(keeper);
    pass(keeper);
    assertThat(store.viewReads).isEqualTo(1);
    store.answer();
    assertThat(adopted).hasSize(1);
  }

  @Test
  void shouldWriteTheViewAgainThatTheStoreLost() {
    gossip = sees(member("n1", MemberState.ALIVE));
    ViewKeeper keeper = keeper("n1");
    pass(keeper);
    store.view = null;
    pass(keeper);
    assertThat(nodes()).containsExactly("n1");
    assertThat(adopted).extracting(View::epoch).containsExactly(1L, 2L);
  }

  @Test
  void shouldNotGoBackToAnOlderView() {
    View first = Parts.view("n1", "n2");
    store.view = Parts.after(first, "n1");
    gossip = sees(member("n0", MemberState.ALIVE), member("n1", MemberState.ALIVE));
    ViewKeeper keeper = keeper("n1");
    pass(keeper);
    store.view = first;
    pass(keeper);
    assertThat(adopted).extracting(View::epoch).containsExactly(2L);
  }

  @Test
  void shouldGoOnAloneOnTheSmallerSideAndComeBack() {
    store.view = Parts.view("n1", "n2", "n3", "n4", "n5");
    Member[] all = new Member[5];
    Member[] split = new Member[5];
    for (int i = 0; i < 5; i++) {
      all[i] = member("n" + (i + 1), MemberState.ALIVE);
      split[i] = member("n" + (i + 1), i < 3 ? MemberState.UNREACHABLE : MemberState.ALIVE);
    }
    gossip = sees(all);
    ViewKeeper keeper = keeper("n4");
    pass(keeper);
    assertThat(adopted).hasSize(1);
    gossip = new GossipLoop.Snapshot(List.of(split), false, false, 1);
    for (int i = 0; i < 4; i++) {
      pass(keeper);
    }
    assertThat(adopted).as("a short cut is waited for").hasSize(1);
    for (int i = 0; i < 4; i++) {
      pass(keeper);
    }
    assertThat(adopted).hasSize(2);
    View own = adopted.get(1);
    assertThat(own.epoch()).isEqualTo(store.view.epoch());
    assertThat(own.nodes()).extracting(NodeInfo::id).containsExactly("n4", "n5");
    assertThat(store.written).as("the smaller side writes nothing").isEmpty();

    gossip = sees(all);
    pass(keeper);
    assertThat(adopted).hasSize(3).last().isEqualTo(store.view);
    assertThat(before).last().isEqualTo(own);
  }
}
