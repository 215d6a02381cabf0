package io.phial.chaos.container;

import io.phial.chaos.claim.Area;
import io.phial.chaos.claim.AreaRun;
import io.phial.chaos.claim.Bound;
import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import io.phial.chaos.claim.Plan;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What Phial claims about its image, its agent and its nodes as the charts' pods, measured in
 * containers. Where no engine runs, every claim is unmeasured for that reason.
 */
public final class KubernetesArea implements Area {
  private static final String AREA = "kubernetes";
  private static final Duration RUN_LIMIT = Duration.ofMinutes(6);
  private static final int FLEET = 1000;
  private static final Duration AWAY = Duration.ofSeconds(30);
  private static final Duration AWAY_QUICK = Duration.ofSeconds(8);

  static final Claim IMAGE = claim("size of the image", Bound.atMost(200), "MB");
  static final Claim NODE_MEMORY = claim("resident memory of a node", Bound.atMost(150), "MiB");
  static final Claim AGENT_MEMORY = claim("resident memory of an agent", Bound.atMost(90), "MiB");
  static final Claim APP_KILLED =
      claim("a program killed beside its agent is DEAD", Bound.atMost(1000), "ms");
  static final Claim APP_HUNG =
      claim("a hung program is SUSPECT, then DEAD", Bound.atMost(15_000), "ms");
  static final Claim APP_LEFT =
      claim("programs stopped with their pod and not shown as LEFT", Bound.exactly(0), "programs");
  static final Claim AWAY_SILENT =
      claim("questions that an agent leaves open while all nodes are away", Bound.exactly(0), "");
  static final Claim AWAY_UNMARKED =
      claim("such answers that are not marked stale", Bound.exactly(0), "answers");
  static final Claim ROLLING_DEAD =
      claim(
          "nodes and clients called DEAD in a rolling restart under 1,000 clients",
          Bound.exactly(0),
          "");
  static final Claim ROLLING_LEFT =
      claim("leaves of that restart not shown as LEFT", Bound.exactly(0), "nodes");
  static final Claim LOSS_DEAD =
      claim("nodes seen DEAD at 30 % loss for 15 s", Bound.exactly(0), "");
  static final Claim ONE_WAY_DEAD =
      claim("nodes seen DEAD while one direction is blocked for 15 s", Bound.exactly(0), "");

  private static Claim claim(String text, Bound bound, String unit) {
    return new Claim(AREA, text, bound, unit);
  }

  @Override
  public String name() {
    return AREA;
  }

  @Override
  public String description() {
    return "the image, the agent and the charts' pods, in containers";
  }

  @Override
  public List<Claim> claims(Plan plan) {
    List<Claim> claims =
        new ArrayList<>(
            List.of(
                IMAGE,
                NODE_MEMORY,
                AGENT_MEMORY,
                APP_KILLED,
                APP_HUNG,
                AWAY_SILENT,
                AWAY_UNMARKED));
    if (!plan.quick()) {
      claims.addAll(List.of(APP_LEFT, ROLLING_DEAD, ROLLING_LEFT, LOSS_DEAD, ONE_WAY_DEAD));
    }
    return List.copyOf(claims);
  }

  @Override
  public Duration limit(Plan plan) {
    return RUN_LIMIT.multipliedBy(plan.runs());
  }

  @Override
  public void measure(Plan plan, Ledger ledger) throws IOException, InterruptedException {
    Optional<String> missing = Engine.missing();
    if (missing.isPresent()) {
      claims(plan).forEach(claim -> ledger.unmeasured(claim, missing.get(), Duration.ZERO));
      return;
    }
    for (int run = 0; run < plan.runs(); run++) {
      try (PodCluster pods = new PodCluster()) {
        pods.start();
        pods.startAgent();
        measure(plan, ledger, pods, new PodScript(pods));
      }
    }
  }

  private static void measure(Plan plan, Ledger ledger, PodCluster pods, PodScript script)
      throws InterruptedException {
    ledger.measured(IMAGE, Engine.imageBytes() / 1e6, Duration.ZERO);
    step(
        ledger,
        List.of(NODE_MEMORY),
        () -> {
          double most = 0;
          for (int i = 0; i < PodCluster.NODES; i++) {
            most = Math.max(most, Hurt.residentMebibytes(pods.nodeId(i)));
          }
          return List.of(most);
        });
    step(ledger, List.of(AGENT_MEMORY), () -> List.of(Hurt.residentMebibytes(pods.agentId())));
    step(ledger, List.of(APP_KILLED), () -> List.of((double) script.killApp()));
    step(ledger, List.of(APP_HUNG), () -> List.of((double) script.hangApp().deadMillis()));
    step(
        ledger,
        List.of(AWAY_SILENT, AWAY_UNMARKED),
        () -> {
          PodScript.Away away = script.nodesAway(plan.quick() ? AWAY_QUICK : AWAY);
          return List.of((double) away.unanswered(), (double) away.unmarked());
        });
    if (plan.quick()) {
      return;
    }
    step(ledger, List.of(APP_LEFT), () -> List.of(script.leave() ? 0.0 : 1.0));
    step(
        ledger,
        List.of(ROLLING_DEAD, ROLLING_LEFT),
        () -> {
          PodScript.Rolling rolling = script.rolling(FLEET);
          rolling.dead().stream().limit(5).forEach(id -> ledger.note("  DEAD: " + id));
          return List.of((double) rolling.dead().size(), (double) rolling.notLeft());
        });
    Duration time = Duration.ofSeconds(15);
    step(ledger, List.of(LOSS_DEAD), () -> List.of((double) script.disturb(false, 0.3, time)));
    step(ledger, List.of(ONE_WAY_DEAD), () -> List.of((double) script.disturb(true, 1, time)));
  }

  /** Measures some claims together. */
  @FunctionalInterface
  private interface Step {
    List<Double> numbers() throws IOException, InterruptedException;
  }

  private static void step(Ledger ledger, List<Claim> claims, Step step)
      throws InterruptedException {
    long begun = System.nanoTime();
    try {
      List<Double> numbers = step.numbers();
      for (int i = 0; i < claims.size(); i++) {
        ledger.measured(claims.get(i), numbers.get(i), Duration.ofNanos(System.nanoTime() - begun));
      }
    } catch (IOException | RuntimeException e) {
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      claims.forEach(claim -> ledger.unmeasured(claim, AreaRun.sentence(e), took));
    }
  }
}
