package io.phial.chaos.sim;

import io.phial.core.member.MemberOptions;
import io.phial.core.member.MemberState;
import io.phial.core.member.MembershipPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Directed trials of whole clusters with the default settings; each gives plain numbers. */
public final class Trials {
  private static final MemberOptions DEFAULTS = MemberOptions.defaults();

  private Trials() {}

  /**
   * The outcome of many seeds.
   *
   * @param violations of invariants
   * @param falseDead wrong DEAD verdicts
   */
  public record Sweep(int violations, int falseDead) {}

  /**
   * How soon a hang is known, medians over seeds, in ms.
   *
   * @param unreachableMillis until the last of the others held it UNREACHABLE
   * @param deadMillis until the last of the others held it DEAD
   */
  public record Hang(double unreachableMillis, double deadMillis) {}

  /**
   * What became of a node that was impaired.
   *
   * @param others how many other nodes there were
   * @param unreachableAt how many of them held it UNREACHABLE at some time
   * @param declared how many nodes it declared DEAD itself
   */
  public record Impaired(int others, int unreachableAt, int declared) {}

  /**
   * A pause of 45 s and what followed.
   *
   * @param evicted DEAD verdicts by the one that woke
   * @param returned 1 when it is ALIVE at all others with a higher incarnation
   * @param firstMillis until all others held it UNREACHABLE
   * @param nextMillis the same when it hung again after its return
   */
  public record LongPause(int evicted, int returned, double firstMillis, double nextMillis) {}

  /**
   * The largest relative error of the plan.
   *
   * @param unreachable of the time to UNREACHABLE
   * @param dead of the time to DEAD
   * @param bytes of the bytes per second
   */
  public record PlanError(double unreachable, double dead, double bytes) {}

  /** Random clusters with random faults. */
  public static Sweep sweep(long seed, int seeds, int nodesMin, int nodesMax, int threads)
      throws InterruptedException {
    List<SeedResult> results =
        SeedSweep.play(seed, seeds, nodesMin, nodesMax, DEFAULTS, threads, result -> {});
    return new Sweep(SweepReport.violations(results), SweepReport.falseDead(results));
  }

  /** One node of a calm cluster hangs. */
  public static Hang hang(long seed, int nodes, int seeds) {
    return hang(seed, nodes, seeds, DEFAULTS, Climate.LAN);
  }

  private static Hang hang(
      long seed, int nodes, int seeds, MemberOptions options, Climate climate) {
    double[] unreachable = new double[seeds];
    double[] dead = new double[seeds];
    for (int i = 0; i < seeds; i++) {
      Cluster cluster = Cluster.calm(seed + i, nodes, options, climate);
      HangTimer timer = cluster.hang(cluster.any(), 9);
      unreachable[i] = timer.unreachableMillis();
      dead[i] = timer.deadMillis();
    }
    return new Hang(median(unreachable), median(dead));
  }

  /** What a node of a calm cluster sends per second, all headers and the seal counted. */
  public static double bytesPerSecond(long seed, int nodes) {
    return Cluster.calm(seed, nodes, DEFAULTS, Climate.LAN).bytesPerSecond(20);
  }

  /** Nodes that know of a hang in a cluster of so many after 30 s, of 60 s of virtual time. */
  public static int large(long seed, int nodes) {
    Cluster cluster = Cluster.preloaded(seed, nodes, DEFAULTS, Climate.LAN);
    World world = cluster.world;
    world.run(30.0);
    SimNode victim = cluster.any();
    Set<SimNode> knowing = new HashSet<>();
    world.listen(
        (observer, event) -> {
          if (event.to() == MemberState.DEAD && event.node().id().equals(victim.id)) {
            knowing.add(observer);
          }
        });
    victim.impair();
    victim.pause();
    world.run(30.0);
    return knowing.size();
  }

  /**
   * A condition that must get nobody healthy killed.
   *
   * @return DEAD verdicts about nodes that are not impaired
   */
  public static int endure(Hardship hardship, long seed, double seconds) {
    Cluster cluster = Cluster.formed(seed, hardship.nodes(), DEFAULTS, Climate.LAN);
    Set<SimNode> impaired = hardship.begin(cluster, seconds);
    AtomicInteger wrong = new AtomicInteger();
    cluster.world.listen(
        (observer, event) -> {
          SimNode subject = cluster.world.node(event.node().id());
          if (event.to() == MemberState.DEAD && !impaired.contains(subject)) {
            wrong.incrementAndGet();
          }
        });
    cluster.world.run(seconds);
    return wrong.get();
  }

  /** A node loses 80 % of both ways for a minute; who holds it UNREACHABLE when the minute ends. */
  public static Impaired mostlyCutOff(long seed, int nodes) {
    Cluster cluster = Cluster.formed(seed, nodes, DEFAULTS, Climate.LAN);
    SimNode victim = cluster.any();
    Set<SimNode> holding = new HashSet<>();
    AtomicInteger declared = new AtomicInteger();
    cluster.world.listen(
        (observer, event) -> {
          boolean about = event.node().id().equals(victim.id) && observer != victim;
          boolean silent = event.to() == MemberState.UNREACHABLE || event.to() == MemberState.DEAD;
          if (about && silent) {
            holding.add(observer);
          } else if (about) {
            holding.remove(observer);
          }
          if (observer == victim && event.to() == MemberState.DEAD) {
            declared.incrementAndGet();
          }
        });
    new Links(cluster.world).deafen(victim, 0.8, true).start().run();
    cluster.world.run(60.0);
    return new Impaired(nodes - 1, holding.size(), declared.get());
  }

  /** A pause of 45 s, the return, and the next hang. */
  public static LongPause longPause(long seed, int nodes) {
    Cluster cluster = Cluster.formed(seed, nodes, DEFAULTS, Climate.LAN);
    World world = cluster.world;
    SimNode victim = cluster.any();
    long before = victim.membership.incarnation();
    AtomicInteger evicted = new AtomicInteger();
    world.listen(
        (observer, event) -> {
          if (observer == victim && event.to() == MemberState.DEAD) {
            evicted.incrementAndGet();
          }
        });
    HangTimer first = cluster.hang(victim, 45);
    world.run(15.0);
    boolean returned = victim.membership.incarnation() > before;
    for (SimNode node : world.nodes()) {
      boolean alive =
          node == victim
              || (world.opinion(node, victim) == MemberState.ALIVE
                  && world.opinions().incarnation(node.index, victim.index)
                      == victim.membership.incarnation());
      returned &= alive;
    }
    HangTimer second = cluster.hang(victim, 9);
    return new LongPause(
        evicted.get(), returned ? 1 : 0, first.unreachableMillis(), second.unreachableMillis());
  }

  /** Compares {@link MembershipPlan} with measured clusters. */
  public static PlanError plan(long seed, int seeds) {
    double unreachable = 0;
    double dead = 0;
    double bytes = 0;
    for (double loss : new double[] {0, 0.01, 0.1}) {
      Climate climate = Climate.LAN.withLoss(loss);
      Hang hang = meanHang(seed, 20, seeds, climate);
      MembershipPlan plan = MembershipPlan.of(20, DEFAULTS, loss);
      unreachable =
          Math.max(unreachable, error(plan.expectedUnreachableMillis(), hang.unreachableMillis));
      dead = Math.max(dead, error(plan.expectedDeadMillis(), hang.deadMillis));
    }
    for (int nodes : new int[] {3, 5, 50}) {
      double measured = bytesPerSecond(seed, nodes);
      bytes =
          Math.max(
              bytes,
              error(MembershipPlan.of(nodes, DEFAULTS, 0).bytesPerSecondPerNode(), measured));
    }
    return new PlanError(unreachable, dead, bytes);
  }

  private static Hang meanHang(long seed, int nodes, int seeds, Climate climate) {
    List<HangTimer> timers = new ArrayList<>();
    for (int i = 0; i < seeds; i++) {
      Cluster cluster = Cluster.formed(seed + i, nodes, DEFAULTS, climate);
      for (int hang = 0; hang < 3; hang++) {
        timers.add(cluster.hang(cluster.any(), 12));
        cluster.world.run(20 + cluster.world.random().nextDouble());
      }
    }
    return new Hang(
        timers.stream().mapToDouble(HangTimer::unreachableMillis).average().orElseThrow(),
        timers.stream().mapToDouble(HangTimer::deadMillis).average().orElseThrow());
  }

  private static double error(double planned, double measured) {
    return Math.abs(planned - measured) / measured;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(sorted.length - 1) / 2];
  }
}
