package io.phial.core.member;

import io.phial.core.wire.NodeInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Who observes whom: the nodes that draw highest for a subject (rendezvous hashing, Thaler and
 * Ravishankar 1998), one of each zone before a second of any. Everyone computes the same from the
 * same roster, and a node that comes or goes changes only its own part. Stateless; one pass over
 * the roster.
 */
final class Observers {
  private Observers() {}

  /** What a candidate draws for a subject: the smaller the better. */
  static long draw(long candidate, long subject) {
    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every bit depends on every bit.
    long mixed = candidate ^ Long.rotateLeft(subject * 0x9E3779B97F4A7C15L, 31);
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  /** Ids of the observers of a subject, best first; all others when there are no more than max. */
  static List<String> of(String subject, Collection<NodeInfo> roster, int max) {
    List<Peer> peers = new ArrayList<>();
    Peer whom = null;
    for (NodeInfo node : roster) {
      Peer peer = new Peer(node, 0, 0, 0);
      peers.add(peer);
      whom = node.id().equals(subject) ? peer : whom;
    }
    if (whom == null) {
      throw new IllegalArgumentException("subject must be in the roster, was " + subject);
    }
    return of(whom, peers, max).stream().map(Peer::id).toList();
  }

  /** The observers of a subject among the candidates that are not gone, best first. */
  static List<Peer> of(Peer subject, List<Peer> candidates, int max) {
    List<Best> zones = new ArrayList<>(4);
    int count = 0;
    for (int i = 0; i < candidates.size(); i++) {
      Peer candidate = candidates.get(i);
      if (candidate != subject && !candidate.isGone()) {
        count++;
        zone(zones, candidate.node.zone(), max)
            .offer(candidate, draw(candidate.hash, subject.hash));
      }
    }
    List<Peer> chosen = new ArrayList<>(Math.min(count, max));
    for (int round = 0; chosen.size() < Math.min(count, max); round++) {
      addRound(zones, round, chosen, max);
    }
    return chosen;
  }

  /**
   * How many candidates, in their order, show that one of them is outdrawn for a subject by so many
   * of its own zone that it cannot be an observer; all of them when they show nothing. Most need a
   * glance: the expected number grows with the logarithm of the roster.
   *
   * @return the number looked at, negative when it is outdrawn
   */
  static int outdrawnAfter(Peer one, Peer subject, List<Peer> candidates, int max) {
    long own = draw(one.hash, subject.hash);
    int better = 0;
    for (int i = 0; i < candidates.size(); i++) {
      Peer candidate = candidates.get(i);
      boolean outdraws = draw(candidate.hash, subject.hash) < own;
      if (outdraws
          && candidate != subject
          && !candidate.isGone()
          && candidate.node.zone().equals(one.node.zone())
          && ++better == max) {
        return -1 - i;
      }
    }
    return candidates.size();
  }

  private static Best zone(List<Best> zones, String name, int max) {
    for (int i = 0; i < zones.size(); i++) {
      if (zones.get(i).name.equals(name)) {
        return zones.get(i);
      }
    }
    Best added = new Best(name, max);
    zones.add(added);
    return added;
  }

  /** In round r every zone gives its r-th best, the best of them first. */
  private static void addRound(List<Best> zones, int round, List<Peer> chosen, int max) {
    List<Best> giving = new ArrayList<>(zones.size());
    for (Best zone : zones) {
      if (zone.size > round) {
        giving.add(zone);
      }
    }
    giving.sort((a, b) -> a.compare(b, round));
    for (int i = 0; i < giving.size() && chosen.size() < max; i++) {
      chosen.add(giving.get(i).peer(round));
    }
  }

  /** The best of one zone. */
  private static final class Best {
    private final String name;
    private final Peer[] peers;
    private final long[] draws;
    private int size;

    Best(String name, int max) {
      this.name = name;
      peers = new Peer[max];
      draws = new long[max];
    }

    Peer peer(int rank) {
      return peers[rank];
    }

    void offer(Peer peer, long draw) {
      if (size == peers.length && !isBefore(draw, peer, size - 1)) {
        return;
      }
      int at = size < peers.length ? size++ : size - 1;
      while (at > 0 && isBefore(draw, peer, at - 1)) {
        peers[at] = peers[at - 1];
        draws[at] = draws[at - 1];
        at--;
      }
      peers[at] = peer;
      draws[at] = draw;
    }

    private boolean isBefore(long draw, Peer peer, int rank) {
      return draw < draws[rank]
          || (draw == draws[rank] && peer.id().compareTo(peers[rank].id()) < 0);
    }

    int compare(Best other, int rank) {
      int byDraw = Long.compare(draws[rank], other.draws[rank]);
      return byDraw != 0 ? byDraw : peers[rank].id().compareTo(other.peers[rank].id());
    }
  }
}
