package io.phial.chaos.sim;

import java.util.List;
import java.util.Locale;

/** Faults of the network. */
final class Links {
  private final World world;

  Links(World world) {
    this.world = world;
  }

  private Fault rule(String text, LinkRule rule, List<SimNode> impaired) {
    return new Fault(
        text,
        () -> {
          impaired.forEach(SimNode::impair);
          world.network().add(rule);
        },
        () -> {
          world.network().remove(rule);
          impaired.forEach(SimNode::repair);
        });
  }

  /** Loses packets everywhere. */
  Fault lossy(double loss) {
    return rule("loss of " + Faults.percent(loss) + " everywhere", (f, t, n) -> loss, List.of());
  }

  /** Loses most of what comes to a node, or of both ways. */
  Fault deafen(SimNode victim, double loss, boolean both) {
    int index = victim.index;
    return rule(
        "loss of " + Faults.percent(loss) + (both ? " both ways at " : " towards ") + victim,
        (from, to, now) -> to == index || (both && from == index) ? loss : 0,
        List.of(victim));
  }

  /** Cuts one direction of one link. */
  Fault oneLink(SimNode from, SimNode to) {
    int source = from.index;
    int target = to.index;
    return rule(
        "no way from " + from + " to " + to,
        (f, t, now) -> f == source && t == target ? 1 : 0,
        List.of());
  }

  /** One direction of some nodes' links is cut and restored in turn. */
  Fault flipFlop(List<SimNode> victims, double seconds, boolean inbound) {
    long period = (long) (seconds * World.SECOND);
    boolean[] isVictim = new boolean[world.nodes().size() + 64];
    victims.forEach(victim -> isVictim[victim.index] = true);
    return rule(
        String.format(
            Locale.ROOT,
            "%s cut and restored every %.0f s at %s",
            inbound ? "input" : "output",
            seconds,
            victims),
        (from, to, now) -> isVictim[inbound ? to : from] && now / period % 2 == 0 ? 1 : 0,
        victims);
  }

  /**
   * Cuts between two sides.
   *
   * @param side true for the members of the smaller side
   * @param size how many these are
   * @param both both directions, or only one
   * @param out of the only one, that from the smaller side
   */
  Fault partition(boolean[] side, int size, boolean both, boolean out) {
    List<SimNode> nodes = world.nodes();
    boolean even = 2L * size >= nodes.stream().filter(node -> node.up).count();
    // Whoever is cut from the majority may be called dead; in an even split that is everybody.
    List<SimNode> impaired =
        nodes.stream().filter(node -> node.up && (even || side[node.index])).toList();
    List<SimNode> small = nodes.stream().filter(node -> side[node.index]).toList();
    return rule(
        "cut " + (both ? "between " : out ? "from " : "towards ") + small + " and the others",
        (from, to, now) -> {
          boolean crosses = isIn(side, from) != isIn(side, to);
          return crosses && (both || isIn(side, from) == out) ? 1 : 0;
        },
        impaired);
  }

  private static boolean isIn(boolean[] side, int index) {
    return index < side.length && side[index];
  }
}
