package io.phial.chaos.job;

import io.phial.chaos.claim.Area;
import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import io.phial.chaos.claim.Plan;
import io.phial.chaos.load.BusyCores;
import io.phial.demo.DemoException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * The main job, end to end on real processes: three nodes, clients over real sockets, clients and
 * nodes dying, and what the survivors say. Every run has a cluster of its own.
 */
public final class JobArea implements Area {
  /** How often the script is played under load, whatever the number of runs. */
  private static final int BUSY_RUNS = 2;

  private static final int FLEET_HALF = 60;
  private static final int FLEET_HALF_QUICK = 15;
  private static final Duration RUN_LIMIT = Duration.ofMinutes(4);

  @Override
  public String name() {
    return JobClaims.AREA;
  }

  @Override
  public String description() {
    return "the main job on real processes: kills, hangs, pauses, malformed input";
  }

  @Override
  public List<Claim> claims(Plan plan) {
    return JobClaims.announced(plan.quick());
  }

  @Override
  public Duration limit(Plan plan) {
    return RUN_LIMIT.multipliedBy(plan.runs() + (plan.quick() ? 0 : BUSY_RUNS));
  }

  @Override
  public void measure(Plan plan, Ledger ledger) throws IOException, InterruptedException {
    int fleetHalf = plan.quick() ? FLEET_HALF_QUICK : FLEET_HALF;
    for (int run = 0; run < plan.runs(); run++) {
      ledger.note("run " + (run + 1) + " of " + plan.runs());
      new JobScript(ledger, JobClaims.CALM, fleetHalf, plan.seed() + run).play(true);
    }
    for (int run = 0; !plan.quick() && run < BUSY_RUNS; run++) {
      ledger.note("run " + (run + 1) + " of " + BUSY_RUNS + " with every core kept busy");
      try (BusyCores busy = BusyCores.start(RUN_LIMIT)) {
        new JobScript(ledger, JobClaims.BUSY, fleetHalf, plan.seed() - 1 - run).play(false);
        if (!busy.isBusy()) {
          throw new DemoException("the load ended before the script did");
        }
      }
    }
  }
}
