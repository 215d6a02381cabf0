package io.phial.chaos.membership;

import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import io.phial.chaos.claim.Plan;
import io.phial.chaos.sim.Hardship;
import io.phial.chaos.sim.Trials;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/** Measures the claims about whole clusters in virtual time. */
final class SimScript {
  private static final int NODES_MIN = 5;
  private static final int NODES_MAX = 50;

  private final Plan plan;
  private final Ledger ledger;
  private final SimClaims claims;
  private long sinceNanos;

  SimScript(Plan plan, Ledger ledger) {
    this.plan = plan;
    this.ledger = ledger;
    claims = new SimClaims(plan);
  }

  static int seeds(Plan plan) {
    return plan.quick() ? 12 : 1_000;
  }

  static int enduredSeconds(Plan plan) {
    return plan.quick() ? 120 : 3_600;
  }

  /** Plays everything once, from a seed. */
  void play(long seed) throws InterruptedException {
    sinceNanos = System.nanoTime();
    int threads = Runtime.getRuntime().availableProcessors();
    Trials.Sweep sweep = Trials.sweep(seed, seeds(plan), NODES_MIN, NODES_MAX, threads);
    enter(claims.violations, sweep.violations());
    enter(claims.falseDead, sweep.falseDead());
    hangs(seed);
    bytes(seed);
    if (!plan.quick()) {
      int others = SimClaims.LARGE_NODES - 1;
      enter(claims.large, others - Trials.large(seed, SimClaims.LARGE_NODES));
    }
    for (Map.Entry<Hardship, Claim> hardship : claims.hardships.entrySet()) {
      enter(hardship.getValue(), Trials.endure(hardship.getKey(), seed, enduredSeconds(plan)));
    }
    impaired(seed);
    longPause(seed);
    Trials.PlanError error = Trials.plan(seed, plan.quick() ? 4 : 30);
    enter(claims.planUnreachable, 100 * error.unreachable());
    enter(claims.planDead, 100 * error.dead());
    enter(claims.planBytes, 100 * error.bytes());
  }

  private void hangs(long seed) throws InterruptedException {
    double growth = 0;
    Trials.Hang first = null;
    for (int nodes : plan.quick() ? SimClaims.HANG_NODES_QUICK : SimClaims.HANG_NODES) {
      // A beat every half second: fewer would leave the median to chance.
      int seeds = plan.quick() ? 61 : 41;
      Trials.Hang hang = Trials.hang(seed, nodes, seeds);
      enter(claim(claims.unreachable, nodes), hang.unreachableMillis());
      enter(claim(claims.dead, nodes), hang.deadMillis());
      first = first == null ? hang : first;
      growth =
          Math.max(
              hang.unreachableMillis() / first.unreachableMillis(),
              hang.deadMillis() / first.deadMillis());
    }
    enter(claims.growth, 100 * (growth - 1));
  }

  private static Claim claim(Map<Integer, Claim> byNodes, int nodes) {
    Claim claim = byNodes.get(nodes);
    if (claim == null) {
      throw new IllegalStateException("nodes=" + nodes + " has no claim");
    }
    return claim;
  }

  private void bytes(long seed) throws InterruptedException {
    int[] sizes = plan.quick() ? new int[] {3, 5, 10, 50} : new int[] {3, 5, 10, 20, 50, 200, 500};
    double most = 0;
    double ten = 0;
    double change = 0;
    for (int nodes : sizes) {
      double measured = Trials.bytesPerSecond(seed, nodes);
      most = Math.max(most, measured);
      ten = nodes == 10 ? measured : ten;
      change = nodes > 10 ? Math.max(change, Math.abs(measured / ten - 1)) : change;
    }
    enter(claims.bytes, most);
    enter(claims.bytesGrowth, 100 * change);
  }

  private void impaired(long seed) throws InterruptedException {
    int unseen = 0;
    int declared = 0;
    for (int i = 0; i < 5; i++) {
      Trials.Impaired result = Trials.mostlyCutOff(seed + i, 5 + 5 * i);
      unseen += result.others() - result.unreachableAt();
      declared += result.declared();
    }
    enter(claims.cutOffUnseen, unseen);
    enter(claims.cutOffDeclares, declared);
  }

  private void longPause(long seed) throws InterruptedException {
    int runs = plan.quick() ? 11 : 31;
    int evicted = 0;
    double returned = 0;
    double[] first = new double[runs];
    double[] next = new double[runs];
    for (int i = 0; i < runs; i++) {
      Trials.LongPause pause = Trials.longPause(seed + i, 5 + i % 3 * 5);
      evicted += pause.evicted();
      returned += pause.returned();
      first[i] = pause.firstMillis();
      next[i] = pause.nextMillis();
    }
    enter(claims.pauseEvicts, evicted);
    enter(claims.pauseReturns, returned / runs);
    enter(claims.pauseSlowdown, median(next) / median(first));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(sorted.length - 1) / 2];
  }

  private void enter(Claim claim, double value) throws InterruptedException {
    long now = System.nanoTime();
    ledger.measured(claim, value, Duration.ofNanos(now - sinceNanos));
    sinceNanos = now;
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }
}
