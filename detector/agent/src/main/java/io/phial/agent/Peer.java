package io.phial.agent;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One member of a group as a node last told it.
 *
 * @param id its id
 * @param verdict the cluster's word
 * @param phi suspicion
 * @param silenceMs since its last beat, when the node answered
 * @param payload what it says about itself, or null
 */
record Peer(String id, String verdict, double phi, long silenceMs, @Nullable String payload) {
  private static final List<String> ORDER = List.of("ALIVE", "SUSPECT", "UNKNOWN", "DEAD", "LEFT");

  /** The living first, the surest of them first of all. */
  static final Comparator<Peer> ALIVE_FIRST =
      Comparator.<Peer>comparingInt(peer -> rank(peer.verdict))
          .thenComparingDouble(Peer::phi)
          .thenComparing(Peer::id);

  private static int rank(String verdict) {
    int rank = ORDER.indexOf(verdict);
    return rank < 0 ? ORDER.size() : rank;
  }
}
