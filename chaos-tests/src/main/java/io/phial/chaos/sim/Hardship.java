package io.phial.chaos.sim;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;

/** Conditions under which no node but the impaired one may be declared DEAD. */
public enum Hardship {
  /** Everything loses three packets of ten. */
  LOSS_EVERYWHERE(10),
  /** One node does not get most of what is sent to it. */
  INBOUND_60(10),
  /** One node gets hardly anything of what is sent to it. */
  INBOUND_80(10),
  /** One node of a hundred hears nothing for 20 s, everything for 20 s, and so on. */
  FLIP_FLOP_IN(100),
  /** One node of a hundred is heard by nobody for 20 s, by all for 20 s, and so on. */
  FLIP_FLOP_OUT(100),
  /** The nodes of one machine run in short slices with long gaps. */
  STARVATION(12),
  /** Each minute some node stops for half a second to four; not even that one may die. */
  SHORT_PAUSES(10);

  private static final double PERIOD_SECONDS = 20;

  private final int nodes;

  Hardship(int nodes) {
    this.nodes = nodes;
  }

  int nodes() {
    return nodes;
  }

  /** In words. */
  public String text() {
    return switch (this) {
      case LOSS_EVERYWHERE -> "30 % loss everywhere";
      case INBOUND_60 -> "60 % inbound loss at one node";
      case INBOUND_80 -> "80 % inbound loss at one node";
      case FLIP_FLOP_IN -> "input of 1 % of the nodes cut 20 s on, 20 s off";
      case FLIP_FLOP_OUT -> "output of 1 % of the nodes cut 20 s on, 20 s off";
      case STARVATION -> "CPU starvation of a machine with a quarter of the nodes";
      case SHORT_PAUSES -> "a pause of 0.5 to 4 s at a random node each minute";
    };
  }

  /** Begins, for so long, and says who is impaired. */
  Set<SimNode> begin(Cluster cluster, double seconds) {
    World world = cluster.world;
    Links links = new Links(world);
    SimNode victim = cluster.any();
    return switch (this) {
      case LOSS_EVERYWHERE -> started(links.lossy(0.3));
      case INBOUND_60 -> started(links.deafen(victim, 0.6, false), victim);
      case INBOUND_80 -> started(links.deafen(victim, 0.8, false), victim);
      case FLIP_FLOP_IN -> started(links.flipFlop(List.of(victim), PERIOD_SECONDS, true), victim);
      case FLIP_FLOP_OUT -> started(links.flipFlop(List.of(victim), PERIOD_SECONDS, false), victim);
      case STARVATION -> {
        List<SimNode> machine = world.nodes().subList(0, nodes / 4);
        Processes processes = new Processes(world, world.random().split());
        yield started(processes.starvation(machine, seconds), machine.toArray(SimNode[]::new));
      }
      case SHORT_PAUSES -> {
        pauses(world, seconds);
        yield Set.of();
      }
    };
  }

  private static Set<SimNode> started(Fault fault, SimNode... impaired) {
    fault.start().run();
    return new HashSet<>(List.of(impaired));
  }

  private static void pauses(World world, double seconds) {
    SplittableRandom random = world.random().split();
    for (int minute = 0; minute * 60 + 10 < seconds; minute++) {
      double at = minute * 60 + 50 * random.nextDouble();
      double length = 0.5 + 3.5 * random.nextDouble();
      SimNode victim = world.nodes().get(random.nextInt(world.nodes().size()));
      world.later(
          (long) (at * World.SECOND),
          () -> {
            victim.pause();
            world.later((long) (length * World.SECOND), victim::resume);
          });
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
