package io.phial.core.member;

import java.util.List;

/** How much of the expected roster is in reach of this node. */
final class Reach {
  private final MemberOptions options;
  private final Roster roster;
  private final RollCall call;

  Reach(MemberOptions options, Roster roster, RollCall call) {
    this.options = options;
    this.roster = roster;
    this.call = call;
  }

  /** Somebody's fate depends on it, whose state is as old as this: find out. */
  void want(long sinceNanos, long nowNanos) {
    call.want(sinceNanos, nowNanos);
  }

  /** True when a roll call since then has found more than half of the roster. */
  boolean isMajoritySince(long nanos, long nowNanos) {
    return call.isMajoritySince(nanos, nowNanos) && hasMajority(nowNanos);
  }

  /**
   * True when more than half of all expected nodes are in reach, this one included, as far as is
   * known: a node that nobody holds silent and that missed no call is taken to be.
   */
  boolean hasMajority(long nowNanos) {
    int reached = 1;
    List<Peer> all = roster.all();
    for (int i = 1; i < all.size(); i++) {
      reached += isInReach(all.get(i), nowNanos) ? 1 : 0;
    }
    boolean sampled = !call.isSample() || 2 * call.answered() > 1;
    return sampled && 2 * reached > roster.expected();
  }

  private boolean isInReach(Peer peer, long nowNanos) {
    boolean held = peer.state == MemberState.ALIVE || peer.state == MemberState.SUSPECT;
    if (!held || peer.missedCall) {
      return false;
    }
    Watch watch = peer.watch;
    return !peer.observed
        || watch == null
        || watch.silenceNanos(nowNanos) <= options.unreachableSilenceNanosMin()
        || watch.isVouchedFor();
  }
}
