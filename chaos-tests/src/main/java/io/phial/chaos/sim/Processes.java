package io.phial.chaos.sim;

import io.phial.core.member.MemberEvent;
import io.phial.core.member.MemberState;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Faults of processes and their hosts. */
final class Processes {
  private static final double SHORT_PAUSE_SECONDS_MIN = 0.5;
  private static final double SHORT_PAUSE_SECONDS_MAX = 4;

  private final World world;
  private final SplittableRandom random;

  Processes(World world, SplittableRandom random) {
    this.world = world;
    this.random = random;
  }

  /** A pause that must not cost the node its membership, unless other faults add to it. */
  @Nullable Fault shortPause(@Nullable SimNode victim, boolean alone) {
    if (victim == null) {
      return null;
    }
    double seconds =
        SHORT_PAUSE_SECONDS_MIN
            + (SHORT_PAUSE_SECONDS_MAX - SHORT_PAUSE_SECONDS_MIN) * random.nextDouble();
    return new Fault(
        String.format(Locale.ROOT, "pause of %.1f s of %s", seconds, victim),
        () -> {
          if (!alone) {
            victim.impair();
          }
          pauseFor(victim, (long) (seconds * World.SECOND));
        },
        () -> {
          if (!alone) {
            victim.repair();
          }
        });
  }

  private void pauseFor(SimNode victim, long nanos) {
    int life = victim.life;
    victim.pause();
    world.later(
        nanos,
        () -> {
          if (victim.life == life) {
            victim.resume();
          }
        });
  }

  /** Stopped until the fault ends. */
  Fault hang(SimNode victim) {
    int life = victim.life;
    return new Fault(
        "hang of " + victim,
        () -> {
          victim.impair();
          victim.pause();
          world.onCrash(victim);
        },
        () -> {
          if (victim.life == life) {
            victim.resume();
          }
          victim.repair();
        });
  }

  /** Killed, and started again when the fault ends, sometimes with a clock that went back. */
  Fault kill(List<SimNode> victims) {
    boolean wrongClock = random.nextInt(4) == 0;
    return new Fault(
        "kill of " + victims,
        () ->
            victims.forEach(
                victim -> {
                  victim.impair();
                  victim.kill();
                  world.onCrash(victim);
                }),
        () -> victims.forEach(victim -> restart(victim, wrongClock)));
  }

  private void restart(SimNode victim, boolean wrongClock) {
    if (!victim.up) {
      victim.boot(world.wallSeconds() - (wrongClock ? 1_000_000 : 0));
    }
    victim.repair();
  }

  /** Its host goes and comes back. */
  Fault powerLoss(SimNode victim) {
    return new Fault(
        "power loss at " + victim,
        () -> {
          victim.impair();
          victim.vanish();
          world.onCrash(victim);
        },
        () -> restart(victim, false));
  }

  /** Killed; another node gets its address and stays. The victim never returns. */
  Fault addressReuse(SimNode victim, String newcomer) {
    return new Fault(
        "kill of " + victim + ", its address goes to " + newcomer,
        () -> {
          victim.impair();
          victim.kill();
          victim.left = true;
          world.onCrash(victim);
          world.later(
              random.nextLong(2 * World.SECOND),
              () -> world.create(newcomer, victim.info.gossip()).boot(world.wallSeconds()));
        },
        () -> {});
  }

  /** Everybody dies and comes back within seconds. */
  Fault fleetRestart() {
    List<SimNode> all = world.nodes().stream().filter(node -> node.up).toList();
    return new Fault(
        "restart of the whole fleet",
        () ->
            all.forEach(
                node -> {
                  node.impair();
                  node.kill();
                  world.later(
                      random.nextLong(3 * World.SECOND), () -> node.boot(world.wallSeconds()));
                }),
        () -> all.forEach(node -> restart(node, false)));
  }

  /** Says goodbye, and comes back later. */
  Fault leave(SimNode victim) {
    return new Fault(
        "leave of " + victim,
        () -> {
          victim.impair();
          victim.leave();
        },
        () -> restart(victim, false));
  }

  /** Nodes of one machine run in short slices with long gaps. */
  Fault starvation(List<SimNode> machine, double seconds) {
    long end = world.now() + (long) (seconds * World.SECOND);
    return new Fault(
        "starvation of " + machine,
        () ->
            machine.forEach(
                node -> {
                  node.impair();
                  starve(node, node.life, end);
                }),
        () -> machine.forEach(SimNode::repair));
  }

  private void starve(SimNode node, int life, long endNanos) {
    if (node.life != life || world.now() >= endNanos) {
      return;
    }
    long gap = random.nextLong(100 * World.MILLI, 1_500 * World.MILLI);
    pauseFor(node, gap);
    world.later(
        gap + random.nextLong(20 * World.MILLI, 200 * World.MILLI),
        () -> starve(node, life, endNanos));
  }

  /** Its clock jumps, as when its virtual machine was suspended. */
  @Nullable Fault clockJump(@Nullable SimNode victim, int seconds) {
    return victim == null
        ? null
        : new Fault(
            "clock jump of " + seconds + " s at " + victim,
            () -> victim.jump(seconds * World.SECOND),
            () -> {});
  }

  /** A node hangs, and the first observer that accuses it is killed in the act. */
  Fault observerDies(@Nullable SimNode hung) {
    if (hung == null) {
      throw new IllegalArgumentException("somebody must hang");
    }
    Fault hang = hang(hung);
    Killer killer = new Killer(hung);
    return new Fault(
        "hang of " + hung + ", the first to accuse it dies",
        () -> {
          world.listen(killer);
          hang.start().run();
        },
        () -> {
          world.unlisten(killer);
          hang.end().run();
          if (killer.victim != null) {
            restart(killer.victim, false);
          }
        });
  }

  private final class Killer implements BiConsumer<SimNode, MemberEvent> {
    private final SimNode hung;
    private @Nullable SimNode victim;

    Killer(SimNode hung) {
      this.hung = hung;
    }

    @Override
    public void accept(SimNode observer, MemberEvent event) {
      boolean accuses = event.node().id().equals(hung.id) && event.to() == MemberState.SUSPECT;
      if (accuses && victim == null && observer != hung && observer.isWell()) {
        victim = observer;
        observer.impair();
        world.later(
            random.nextLong(20 * World.MILLI),
            () -> {
              if (observer.up) {
                observer.kill();
                world.onCrash(observer);
              }
            });
      }
    }
  }
}
