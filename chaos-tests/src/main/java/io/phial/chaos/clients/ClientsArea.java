package io.phial.chaos.clients;

import io.phial.chaos.claim.Area;
import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import io.phial.chaos.claim.Plan;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Programs that others wrote beat to three real nodes, are killed, stopped, frozen and closed, and
 * the cluster tells of it. A program that is missing leaves its claims unmeasured.
 */
public final class ClientsArea implements Area {
  private static final Duration RUN_LIMIT = Duration.ofMinutes(3);

  @Override
  public String name() {
    return ClientsClaims.AREA;
  }

  @Override
  public String description() {
    return "real clients: mosquitto, paho, python3-websockets, Chromium, curl, grpc-java";
  }

  @Override
  public List<Claim> claims(Plan plan) {
    return ClientsClaims.all();
  }

  @Override
  public Duration limit(Plan plan) {
    return RUN_LIMIT.multipliedBy(plan.runs());
  }

  @Override
  public void measure(Plan plan, Ledger ledger) throws IOException, InterruptedException {
    for (int run = 0; run < plan.runs(); run++) {
      ledger.note("run " + (run + 1) + " of " + plan.runs());
      try (ClientsScript script = ClientsScript.start(ledger, plan.seed() + run)) {
        script.play();
      }
    }
  }
}
