package io.phial.chaos.view;

import io.phial.chaos.claim.Area;
import io.phial.chaos.claim.AreaRun;
import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import io.phial.chaos.claim.Plan;
import io.phial.chaos.job.Steps;
import io.phial.demo.ClusterSpec;
import io.phial.demo.DemoCluster;
import io.phial.demo.DemoException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Slots, takeovers and the log of events on real processes: four nodes of which one leaves and
 * joins, and a load of datagram clients from a process of its own.
 */
public final class ViewArea implements Area {
  private static final int CLIENTS = 100_000;
  private static final int CLIENTS_QUICK = 5_000;
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Duration INTERVAL_QUICK = Duration.ofSeconds(2);
  private static final Duration RUN_LIMIT = Duration.ofMinutes(15);

  @Override
  public String name() {
    return ViewClaims.AREA;
  }

  @Override
  public String description() {
    return "slots, takeovers and the log of events under the load of many clients";
  }

  @Override
  public List<Claim> claims(Plan plan) {
    return ViewClaims.announced(plan.quick());
  }

  @Override
  public Duration limit(Plan plan) {
    return RUN_LIMIT.multipliedBy(plan.runs());
  }

  @Override
  public void measure(Plan plan, Ledger ledger) throws InterruptedException {
    for (int run = 0; run < plan.runs(); run++) {
      ledger.note("run " + (run + 1) + " of " + plan.runs());
      Steps steps = new Steps(ledger, claims(plan));
      ClusterSpec spec =
          ClusterSpec.defaults()
              .withNodes(4)
              .withSeed(plan.seed() + run)
              .withNodeArgs(List.of("--set", "http.query-timeout=10s"));
      if (!plan.quick()) {
        steps.step(ViewClaims.split(), new Partition()::measure);
      }
      try (DemoCluster cluster = new DemoCluster(spec)) {
        cluster.start();
        ViewScript script =
            new ViewScript(
                cluster,
                plan.quick() ? CLIENTS_QUICK : CLIENTS,
                plan.quick() ? INTERVAL_QUICK : INTERVAL);
        script.play(steps, plan.quick());
      } catch (IOException | DemoException e) {
        steps.giveUp(AreaRun.sentence(e));
      }
    }
  }
}
