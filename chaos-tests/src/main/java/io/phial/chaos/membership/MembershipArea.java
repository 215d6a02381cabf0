package io.phial.chaos.membership;

import io.phial.chaos.claim.Area;
import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import io.phial.chaos.claim.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Nodes that watch nodes. */
public final class MembershipArea implements Area {
  private static final Duration QUICK_LIMIT = Duration.ofMinutes(5);
  private static final Duration LIMIT = Duration.ofMinutes(45);

  @Override
  public String name() {
    return "membership";
  }

  @Override
  public String description() {
    return "nodes watch nodes: whole clusters in virtual time, real ones on hosts of their own";
  }

  @Override
  public List<Claim> claims(Plan plan) {
    List<Claim> claims = new ArrayList<>(new SimClaims(plan).announced());
    claims.addAll(ProcessClaims.announced(plan.quick()));
    return List.copyOf(claims);
  }

  @Override
  public Duration limit(Plan plan) {
    return (plan.quick() ? QUICK_LIMIT : LIMIT).multipliedBy(plan.runs());
  }

  @Override
  public void measure(Plan plan, Ledger ledger) throws InterruptedException {
    for (int run = 0; run < plan.runs(); run++) {
      ledger.note("run " + (run + 1) + " of " + plan.runs());
      new SimScript(plan, ledger).play(plan.seed() + run);
      new ProcessScript(ledger, plan.quick()).play();
    }
  }
}
