package io.phial.node.runtime;

import io.phial.core.member.Horizon;
import io.phial.core.member.Member;
import io.phial.core.member.MemberState;
import io.phial.core.placement.View;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Tells the shards when clients may have gone out of sight together with a node, and how sure this
 * node may be of what it says. The rule is {@link Horizon}'s. Lives on the gossip loop but for
 * {@link #footing}.
 */
final class Outlook {
  /** What a node that was cut off needs to join the store, take its slots up and pass beats on. */
  private static final Duration SETTLE = Duration.ofSeconds(15);

  private final String selfId;
  private final Clients clients;
  private final Horizon horizon = new Horizon();

  Outlook(String selfId, Clients clients) {
    this.selfId = selfId;
    this.clients = clients;
  }

  /** Takes what gossip says now. */
  void onSnapshot(GossipLoop.Snapshot now) {
    Map<String, MemberState> others = new HashMap<>();
    for (Member member : now.members()) {
      others.put(member.node().id(), member.state());
    }
    others.remove(selfId);
    Horizon.Step step = horizon.onStates(others);
    if (!step.isChange()) {
      return;
    }
    long settleNanos = step.back() ? SETTLE.toNanos() : 0;
    clients
        .all()
        .forEach(shard -> shard.command((asked, at) -> tell(asked, step, settleNanos, at)));
  }

  private static void tell(ClientShard shard, Horizon.Step step, long settleNanos, long nowNanos) {
    if (step.cleared()) {
      shard.shard().onMended(settleNanos, step.whole(), nowNanos);
    }
    if (step.cut()) {
      shard.shard().onCut(nowNanos);
    }
  }

  /** What a verdict given now stands on; any thread. */
  static Horizon.Footing footing(SlotRouter router, GossipLoop.Snapshot now) {
    return new Horizon.Footing(
        now.majority(), router.view() == null || router.isConfirmed(), isComplete(router, now));
  }

  private static boolean isComplete(SlotRouter router, GossipLoop.Snapshot now) {
    View view = router.view();
    if (view == null) {
      return true;
    }
    return view.nodes().stream()
        .allMatch(
            node ->
                now.members().stream()
                    .anyMatch(
                        member ->
                            member.node().id().equals(node.id())
                                && (member.state() == MemberState.ALIVE
                                    || member.state() == MemberState.SUSPECT)));
  }
}
