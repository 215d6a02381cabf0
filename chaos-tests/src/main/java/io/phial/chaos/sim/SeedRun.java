package io.phial.chaos.sim;

import io.phial.core.member.MemberOptions;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One seed: draws a cluster, a network and a row of faults, plays them, and checks every invariant
 * all the way. The same seed gives the same run, event by event.
 */
final class SeedRun {
  private static final int EPISODES_MIN = 2;
  private static final int EPISODES_MAX = 5;
  private static final double SETTLE_SECONDS = 60;
  private static final int GRACE_SECONDS = 8;

  private final World world;
  private final SplittableRandom random;
  private final Faults faults;
  private final NoFalseDeath falseDeath;
  private final StaysInBounds bounds;
  private final ViewsConverge convergence;
  private final long seed;
  private final int size;

  SeedRun(long seed, int nodesMin, int nodesMax, MemberOptions options, Narrator narrator) {
    this.seed = seed;
    random = new SplittableRandom(seed ^ 0x5EED5EED5EED5EEDL);
    size = nodesMin + random.nextInt(nodesMax - nodesMin + 1);
    Climate climate = Climate.draw(random);
    int zones = 1 + random.nextInt(4);
    world = new World(seed, options, climate, zones, narrator);
    faults = new Faults(world);
    falseDeath = new NoFalseDeath(world);
    bounds = new StaysInBounds(world);
    convergence = watch(world, falseDeath, bounds);
    world.say(
        "seed " + seed + ": " + size + " nodes, " + zones + " zones, network " + climate.name());
  }

  /** Adds every invariant. */
  static ViewsConverge watch(World world, NoFalseDeath falseDeath, StaysInBounds bounds) {
    ViewsConverge convergence = new ViewsConverge(world);
    List.of(
            new CrashIsKnown(world),
            falseDeath,
            convergence,
            new IncarnationsRise(world),
            new DeathIsFinal(world),
            bounds,
            new WakesGently(world))
        .forEach(world::watch);
    return convergence;
  }

  SeedResult play() {
    start();
    long before = sentBytes();
    world.run(10.0);
    double bytes = (sentBytes() - before) / 10.0 / size;
    HangTimer timer = hang();
    int episodes = EPISODES_MIN + random.nextInt(EPISODES_MAX - EPISODES_MIN + 1);
    for (int i = 0; i < episodes; i++) {
      episode();
    }
    world.run(SETTLE_SECONDS);
    // A mistake about a living node, refuted within seconds, may fall into any moment.
    for (int i = 0; i < GRACE_SECONDS && !convergence.isReached(); i++) {
      world.run(1.0);
    }
    world.atEnd();
    return new SeedResult(
        seed,
        size,
        timer.unreachableMillis(),
        timer.deadMillis(),
        falseDeath.count(),
        bytes,
        bounds.worstBytesPerSecond(),
        world.events(),
        List.copyOf(world.violations()));
  }

  private long sentBytes() {
    return world.nodes().stream().mapToLong(node -> node.sentBytes).sum();
  }

  /** At once, or one after the other. */
  private void start() {
    world.disturb("start of all nodes");
    long spread = random.nextBoolean() ? World.SECOND / 10 : 5 * World.SECOND;
    for (int i = 1; i <= size; i++) {
      SimNode node = world.create("n" + i);
      node.impair();
      world.later(
          random.nextLong(spread),
          () -> {
            node.boot(world.wallSeconds());
            node.repair();
          });
    }
    world.run(12.0);
    world.calm("start of all nodes");
    world.run(8 + 8 * random.nextDouble());
  }

  /** The measured one: in calm times, one node stops. */
  private HangTimer hang() {
    SimNode victim = world.nodes().get(random.nextInt(size));
    world.say("fault: measured hang of " + victim);
    HangTimer timer = new HangTimer(world, victim);
    victim.impair();
    victim.pause();
    world.onCrash(victim);
    world.run(9.0);
    timer.stop();
    world.say("over: measured hang of " + victim);
    victim.resume();
    victim.repair();
    world.run(8.0);
    return timer;
  }

  private void episode() {
    Fault first = faults.draw(true);
    boolean crowded = random.nextInt(3) == 0;
    begin(first);
    world.run(0.5 + 20 * random.nextDouble() * random.nextDouble());
    if (crowded) {
      Fault second = faults.draw(false);
      begin(second);
      world.run(0.5 + 12 * random.nextDouble());
      end(second);
    }
    world.run(4 * random.nextDouble());
    end(first);
    world.run(random.nextBoolean() ? 25.0 : 12 * random.nextDouble());
  }

  private void begin(Fault fault) {
    world.disturb(fault.text());
    fault.start().run();
  }

  private void end(Fault fault) {
    fault.end().run();
    world.calm(fault.text());
  }
}
