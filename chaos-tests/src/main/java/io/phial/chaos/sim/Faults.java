package io.phial.chaos.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Draws faults that suit the present state of a world. */
final class Faults {
  private final World world;
  private final SplittableRandom random;
  private final Processes processes;
  private final Links links;
  private int newcomers;

  Faults(World world) {
    this.world = world;
    this.random = world.random().split();
    this.processes = new Processes(world, random);
    this.links = new Links(world);
  }

  /**
   * Draws a fault.
   *
   * @param alone no other fault lasts: a short pause must then cost nobody anything
   */
  Fault draw(boolean alone) {
    for (int tries = 0; tries < 20; tries++) {
      Fault fault = drawOne(random.nextInt(18), alone);
      if (fault != null) {
        return fault;
      }
    }
    return links.lossy(0.1 + 0.2 * random.nextDouble());
  }

  private @Nullable Fault drawOne(int kind, boolean alone) {
    return switch (kind) {
      case 0 -> processes.shortPause(pick(0), alone);
      case 1 -> hangLong();
      case 2 -> kills(1);
      case 3 -> kills(2);
      case 4 -> powerLoss();
      case 5 -> addressReuse();
      case 6 -> random.nextInt(3) == 0 ? processes.fleetRestart() : null;
      case 7 -> partition(true);
      case 8 -> partition(false);
      case 9 -> oneLink();
      case 10 -> flipFlop();
      case 11 -> links.lossy(0.1 + 0.2 * random.nextDouble());
      case 12 -> deafening(random.nextBoolean() ? 0.6 : 0.8, false);
      case 13 -> deafening(0.8, true);
      case 14 -> starvation();
      case 15 -> processes.clockJump(pick(0), 1 + random.nextInt(60));
      case 16 -> leaving();
      default -> observerDies();
    };
  }

  /** Someone who is well, if that many may be lost besides; null when not. */
  private @Nullable SimNode pick(int lost) {
    List<SimNode> well = well();
    int majority = world.nodes().stream().mapToInt(node -> node.left ? 0 : 1).sum() / 2 + 1;
    return well.size() - lost < majority || well.isEmpty()
        ? null
        : well.get(random.nextInt(well.size()));
  }

  private List<SimNode> well() {
    return new ArrayList<>(world.nodes().stream().filter(SimNode::isWell).toList());
  }

  private @Nullable Fault hangLong() {
    SimNode victim = pick(1);
    return victim == null ? null : processes.hang(victim);
  }

  private @Nullable Fault kills(int count) {
    List<SimNode> victims = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      SimNode victim = pick(count);
      if (victim == null) {
        return null;
      }
      if (!victims.contains(victim)) {
        victims.add(victim);
      }
    }
    return processes.kill(victims);
  }

  private @Nullable Fault powerLoss() {
    SimNode victim = pick(1);
    return victim == null ? null : processes.powerLoss(victim);
  }

  private @Nullable Fault addressReuse() {
    SimNode victim = pick(1);
    return victim == null || newcomers >= 3
        ? null
        : processes.addressReuse(victim, "other" + ++newcomers);
  }

  private @Nullable Fault leaving() {
    SimNode victim = pick(1);
    return victim == null ? null : processes.leave(victim);
  }

  private @Nullable Fault observerDies() {
    return pick(2) == null || well().size() < 7 ? null : processes.observerDies(pick(2));
  }

  private @Nullable Fault starvation() {
    List<SimNode> well = well();
    int count = Math.max(1, Math.min(well.size() / 4, 1 + random.nextInt(4)));
    if (pick(count) == null) {
      return null;
    }
    List<SimNode> machine = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      machine.add(well.remove(random.nextInt(well.size())));
    }
    return processes.starvation(machine, 5 + 10 * random.nextDouble());
  }

  private @Nullable Fault partition(boolean both) {
    List<SimNode> well = well();
    if (well.size() < world.nodes().size() - 1 || well.size() < 4) {
      return null;
    }
    boolean[] side = new boolean[world.nodes().size() + 8];
    int size = 0;
    int wanted = 1 + random.nextInt(well.size() / 2);
    for (int i = 0; i < wanted; i++) {
      side[well.remove(random.nextInt(well.size())).index] = true;
      size++;
    }
    return links.partition(side, size, both, random.nextBoolean());
  }

  private @Nullable Fault oneLink() {
    SimNode from = pick(0);
    SimNode to = pick(0);
    return from == null || to == null || from == to ? null : links.oneLink(from, to);
  }

  private @Nullable Fault flipFlop() {
    SimNode victim = pick(1);
    double period = 2 + 18 * random.nextDouble();
    return victim == null ? null : links.flipFlop(List.of(victim), period, random.nextBoolean());
  }

  private @Nullable Fault deafening(double loss, boolean both) {
    SimNode victim = pick(1);
    return victim == null ? null : links.deafen(victim, loss, both);
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }
}
