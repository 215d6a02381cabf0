package io.phial.core.member;

import io.phial.core.wire.NodeInfo;
import io.phial.core.wire.Xxh64;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who observes whom: the nodes that draw highest for a subject (rendezvous hashing), one of each
 * zone before a second of any. Everyone computes the same from the same roster, and a node that
 * comes or goes changes only its own part. Stateless.
 */
final class Observers {
  private record Drawn(NodeInfo node, long draw) {}

  private Observers() {}

  /** Ids of the observers of a subject, best first; all others when there are no more than max. */
  static List<String> of(String subject, Collection<NodeInfo> roster, int max) {
    long seed = Xxh64.hash(subject, 2);
    List<Drawn> drawn = new ArrayList<>(roster.size());
    for (NodeInfo node : roster) {
      if (!node.id().equals(subject)) {
        drawn.add(new Drawn(node, Xxh64.hash(node.id(), seed)));
      }
    }
    drawn.sort(Comparator.comparingLong(Drawn::draw).thenComparing(d -> d.node().id()));
    return drawn.size() <= max ? ids(drawn) : spread(drawn, max);
  }

  private static List<String> ids(List<Drawn> drawn) {
    return drawn.stream().map(d -> d.node().id()).toList();
  }

  /** In round r every zone gives its r-th best. */
  private static List<String> spread(List<Drawn> drawn, int max) {
    Map<String, Integer> given = new HashMap<>();
    List<List<Drawn>> rounds = new ArrayList<>();
    for (Drawn candidate : drawn) {
      int round = given.merge(candidate.node().zone(), 1, Integer::sum) - 1;
      if (round == rounds.size()) {
        rounds.add(new ArrayList<>());
      }
      rounds.get(round).add(candidate);
    }
    List<Drawn> chosen = new ArrayList<>();
    for (List<Drawn> round : rounds) {
      chosen.addAll(round.subList(0, Math.min(round.size(), max - chosen.size())));
    }
    return ids(chosen);
  }
}
