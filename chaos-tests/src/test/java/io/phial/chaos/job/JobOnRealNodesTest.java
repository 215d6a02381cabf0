package io.phial.chaos.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import io.phial.chaos.claim.Result;
import io.phial.demo.ClusterSpec;
import io.phial.demo.DemoCluster;
import io.phial.demo.Link;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Part of the area on three real node processes. Judges what was said, not how fast: a test must
 * not fail because a machine is slow.
 */
@Timeout(180)
class JobOnRealNodesTest {
  private static final long SEED = 20_261_123;
  private static final List<Claim> CLAIMS =
      List.of(
          JobClaims.MALFORMED_CHANGES,
          JobClaims.MALFORMED_SILENT,
          JobClaims.MALFORMED_UNCOUNTED,
          JobClaims.SEED_WRONG,
          JobClaims.CALM.killDead(),
          JobClaims.CALM.clientsOther(),
          JobClaims.CALM.clientsLost());

  private final Ledger ledger = new Ledger(CLAIMS, System.out::println);

  @Test
  void shouldShrugOffMalformedInputAndSurviveAKill() throws Exception {
    ClusterSpec spec = ClusterSpec.defaults().withSeed(SEED).withLink(Link.PERFECT);
    try (DemoCluster cluster = new DemoCluster(spec)) {
      cluster.start();
      List<String> fleet = cluster.startFleet(6, 6).ids();
      assertThat(new Verdicts(cluster).notAlive(fleet, Duration.ofSeconds(60))).isEmpty();
      Steps steps = new Steps(ledger, CLAIMS);
      steps.step(
          CLAIMS.subList(0, 3),
          sheet -> new MalformedPorts(cluster, cluster.name(), SEED).measure(sheet));
      steps.step(
          CLAIMS.subList(3, 4),
          sheet ->
              sheet.put(JobClaims.SEED_WRONG, SeedTalk.wrongAnswers(cluster, cluster.node("n2"))));
      steps.step(
          CLAIMS.subList(4, 7),
          sheet -> new NodeFaults(cluster, JobClaims.CALM).kill(sheet, cluster.node("n3"), fleet));
      assertThat(cluster.verdicts().find(cluster.health().isFalseDead())).isEmpty();
    }
    judge();
  }

  private void judge() {
    Map<Claim, Result> results =
        ledger.close("never reached").stream()
            .collect(Collectors.toMap(Result::claim, Function.identity()));
    results
        .values()
        .forEach(r -> assertThat(r.reason()).as("unmeasured: " + r.claim().text()).isNull());
    for (Claim claim : CLAIMS) {
      Double worst = results.get(claim).worst();
      if (claim.equals(JobClaims.CALM.killDead())) {
        assertThat(worst).as(claim.text()).isLessThan((double) NodeFaults.VERDICT_LIMIT.toMillis());
      } else {
        assertThat(worst).as(claim.text()).isZero();
      }
    }
  }
}
