package io.phial.core.member;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far a node can see, from what gossip says of the others: when a cut begins, when it ends, and
 * whether what this node says of a client is the last word. Not thread-safe: one loop feeds it.
 *
 * <p>A node is <i>away</i> from SUSPECT on, and <i>lost</i> from UNREACHABLE on. DEAD by silence
 * and cut off look the same from here, so a lost node stays away until it is ALIVE again, has LEFT,
 * or is forgotten by the roster. A verdict about a client may be final only when
 *
 * <ol>
 *   <li>most of the roster is in reach, so that no larger side can know better;
 *   <li>the view in force is the one of the store, so that nobody else judges the client;
 *   <li>no node of that view is away or lost without the view having been changed for it;
 *   <li>the client is in sight: it was heard here since the newest cut began.
 * </ol>
 *
 * Otherwise the verdict is given all the same, since nobody else may be able to, and is partial.
 */
public final class Horizon {
  private final Set<String> away = new HashSet<>();
  private final Set<String> lost = new HashSet<>();

  /**
   * What changed.
   *
   * @param cut a node went away: clients may be cut off with it from now on
   * @param back a lost node is ALIVE again
   * @param cleared a node that was away is not any more
   * @param whole no node is away
   */
  public record Step(boolean cut, boolean back, boolean cleared, boolean whole) {
    /** True when there is something to tell the shards. */
    public boolean isChange() {
      return cut || cleared;
    }
  }

  /**
   * What a node stands on when it gives a verdict.
   *
   * @param majority most of the roster is in reach
   * @param confirmed the view in force is the one of the store
   * @param complete every node of that view is in reach
   */
  public record Footing(boolean majority, boolean confirmed, boolean complete) {
    /** True when others may know better about a client. */
    public boolean isPartial(boolean outOfSight) {
      return outOfSight || !majority || !confirmed || !complete;
    }
  }

  /**
   * Takes the states of all other nodes, this one left out.
   *
   * @param states by node id; who is missing is forgotten
   */
  public Step onStates(Map<String, MemberState> states) {
    boolean cut = false;
    boolean back = false;
    for (Map.Entry<String, MemberState> entry : states.entrySet()) {
      String id = entry.getKey();
      switch (entry.getValue()) {
        case SUSPECT -> cut |= away.add(id);
        case UNREACHABLE, DEAD -> {
          cut |= away.add(id);
          lost.add(id);
        }
        case ALIVE -> back |= lost.remove(id);
        case LEFT -> lost.remove(id);
      }
    }
    int before = away.size();
    away.removeIf(id -> !isAway(states.get(id)));
    lost.retainAll(away);
    return new Step(cut, back, away.size() < before, away.isEmpty());
  }

  private static boolean isAway(@Nullable MemberState state) {
    return state == MemberState.SUSPECT
        || state == MemberState.UNREACHABLE
        || state == MemberState.DEAD;
  }

  /** True while no node is away. */
  public boolean isWhole() {
    return away.isEmpty();
  }
}
