package io.phial.chaos.sim;

import io.phial.core.member.MemberState;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Who holds whom to be what, as published: a table of observers and subjects. Worlds larger than
 * {@link #NODES_MAX} go without.
 */
final class Opinions {
  /** Beyond this the table would not pay. */
  static final int NODES_MAX = 1_200;

  private @Nullable MemberState[][] states = new @Nullable MemberState[0][];
  private long[][] incarnations = new long[0][];

  void grow(int nodes) {
    if (nodes > NODES_MAX || nodes <= states.length) {
      return;
    }
    int size = Math.min(NODES_MAX, Math.max(16, 2 * nodes));
    @Nullable MemberState[][] newStates = new @Nullable MemberState[size][];
    long[][] newIncarnations = new long[size][];
    for (int i = 0; i < size; i++) {
      newStates[i] =
          i < states.length ? Arrays.copyOf(states[i], size) : new @Nullable MemberState[size];
      newIncarnations[i] =
          i < states.length ? Arrays.copyOf(incarnations[i], size) : new long[size];
    }
    states = newStates;
    incarnations = newIncarnations;
  }

  /** An observer starts anew and knows nobody. */
  void forget(int observer) {
    if (observer < states.length) {
      Arrays.fill(states[observer], null);
      Arrays.fill(incarnations[observer], 0);
    }
  }

  void set(int observer, int subject, MemberState state, long incarnation) {
    if (observer < states.length && subject < states.length) {
      states[observer][subject] = state;
      incarnations[observer][subject] = incarnation;
    }
  }

  @Nullable MemberState state(int observer, int subject) {
    boolean kept = observer < states.length && subject < states.length;
    return kept ? states[observer][subject] : null;
  }

  /** As last published; 0 when unknown. */
  long incarnation(int observer, int subject) {
    return observer < states.length && subject < states.length
        ? incarnations[observer][subject]
        : 0;
  }
}
