package io.phial.chaos.sim;

import io.phial.core.member.MemberState;
import java.util.ArrayList;
import java.util.List;

/**
 * A node that crashed or hangs is DEAD at every well node in bounded time. The clock runs while no
 * fault lasts; a fault starts it anew.
 */
final class CrashIsKnown implements Invariant {
  /** Longer than a hang's 5 s: all observers of a node may have gone with it. */
  private static final long BOUND_NANOS = 20 * World.SECOND;

  private record Debt(SimNode subject, int life, long incarnation, long sinceNanos) {}

  private final World world;
  private final List<Debt> debts = new ArrayList<>();
  private long nextNanos = Long.MAX_VALUE;

  CrashIsKnown(World world) {
    this.world = world;
  }

  @Override
  public String sentence() {
    return "a crashed node is DEAD at every reachable correct node in bounded time";
  }

  @Override
  public void onCrash(SimNode node) {
    debts.add(new Debt(node, node.life, node.membership.incarnation(), world.now()));
    nextNanos = Math.min(nextNanos, world.now() + BOUND_NANOS);
  }

  @Override
  public void after(SimNode node) {
    if (world.now() >= nextNanos) {
      look();
    }
  }

  private void look() {
    nextNanos = Long.MAX_VALUE;
    for (Debt debt : List.copyOf(debts)) {
      boolean over =
          debt.subject.life != debt.life || (debt.subject.up && !debt.subject.isPaused());
      long since = Math.max(debt.sinceNanos, world.calmSinceNanos());
      if (over) {
        debts.remove(debt);
      } else if (since == Long.MAX_VALUE) {
        nextNanos = Math.min(nextNanos, world.now() + World.SECOND);
      } else if (world.now() - since < BOUND_NANOS) {
        nextNanos = Math.min(nextNanos, since + BOUND_NANOS);
      } else {
        debts.remove(debt);
        settle(debt);
      }
    }
  }

  private void settle(Debt debt) {
    for (SimNode observer : world.nodes()) {
      boolean correct =
          observer != debt.subject
              && observer.isWell()
              && observer.wellNanos() >= BOUND_NANOS
              && world.now() - observer.startedNanos >= BOUND_NANOS;
      MemberState state = correct ? world.opinion(observer, debt.subject) : null;
      if (state != null && state != MemberState.DEAD && state != MemberState.LEFT) {
        world.violated(this, observer + " holds " + debt.subject + " " + state);
      }
    }
  }
}
