package io.phial.chaos.job;

import io.phial.chaos.claim.AreaRun;
import io.phial.chaos.claim.Ledger;
import io.phial.demo.ClusterSpec;
import io.phial.demo.DemoCluster;
import io.phial.demo.DemoException;
import io.phial.demo.DemoNode;
import io.phial.demo.Link;
import io.phial.demo.Sighting;
import io.phial.demo.VerdictEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** One cluster's life: it starts, is hurt in one way after another, and is judged. */
final class JobScript {
  private static final Duration FLEET_LIMIT = Duration.ofSeconds(30);

  /** Enough beats for the fleet's estimates to be primed before anything is hurt. */
  private static final long WARM_UP_MILLIS = 3_000;

  private static final int WRONG_SHOWN_MAX = 5;

  private final Ledger ledger;
  private final JobClaims claims;
  private final int fleetHalf;
  private final long seed;

  /**
   * Describes it.
   *
   * @param claims those about nodes that this script measures
   * @param fleetHalf how many clients beat over UDP, and how many over TCP
   * @param seed of the cluster's loss and delay, of who is hurt, and of the malformed input
   */
  JobScript(Ledger ledger, JobClaims claims, int fleetHalf, long seed) {
    this.ledger = ledger;
    this.claims = claims;
    this.fleetHalf = fleetHalf;
    this.seed = seed;
  }

  /**
   * Plays it. A cluster that does not come up is this run's misfortune, not the end of the others.
   *
   * @param withClients also measures what is claimed about single clients and malformed input
   * @throws InterruptedException when the area's time is over
   */
  void play(boolean withClients) throws InterruptedException {
    Steps steps = new Steps(ledger, withClients ? JobClaims.announced(true) : claims.all());
    try {
      play(steps, withClients);
    } catch (IOException | DemoException e) {
      steps.giveUp(AreaRun.sentence(e));
    }
  }

  private void play(Steps steps, boolean withClients) throws IOException, InterruptedException {
    try (DemoCluster cluster = new DemoCluster(ClusterSpec.defaults().withSeed(seed))) {
      long startNanos = System.nanoTime();
      cluster.start();
      List<DemoNode> nodes = new ArrayList<>(cluster.nodes());
      Collections.shuffle(nodes, new Random(seed));
      List<String> fleet = cluster.startFleet(fleetHalf, fleetHalf).ids();
      ClientFaults clients = withClients ? ClientFaults.start(cluster, nodes.get(0)) : null;
      List<String> all = new ArrayList<>(fleet);
      if (clients != null) {
        all.addAll(clients.ids());
      }
      Set<String> missing = new Verdicts(cluster).notAlive(all, FLEET_LIMIT);
      if (!missing.isEmpty()) {
        throw new DemoException(missing.size() + " clients were never ALIVE on all nodes");
      }
      if (clients == null) {
        // Otherwise the malformed input, which hurts nobody, gives them the time.
        Thread.sleep(WARM_UP_MILLIS);
      }
      ledger.note("  cluster up after " + (System.nanoTime() - startNanos) / 1_000_000 + " ms");
      if (clients != null) {
        single(steps, cluster, clients, nodes.get(0));
      }
      nodes(steps, cluster, nodes, fleet);
      steps.step(
          List.of(claims.falseDead()),
          sheet -> sheet.put(claims.falseDead(), falseDead(cluster, 0).size()));
    }
  }

  /** Nothing is lost on the way meanwhile, so any verdict would be the input's doing. */
  private void single(Steps steps, DemoCluster cluster, ClientFaults clients, DemoNode seedNode)
      throws InterruptedException {
    cluster.nodes().forEach(node -> cluster.link(node, Link.PERFECT));
    steps.step(
        List.of(
            JobClaims.MALFORMED_CHANGES, JobClaims.MALFORMED_SILENT, JobClaims.MALFORMED_UNCOUNTED),
        sheet -> new MalformedPorts(cluster, cluster.name(), seed).measure(sheet));
    cluster.nodes().forEach(node -> cluster.link(node, ClusterSpec.defaults().link()));
    steps.step(
        List.of(JobClaims.SEED_WRONG),
        sheet -> sheet.put(JobClaims.SEED_WRONG, SeedTalk.wrongAnswers(cluster, seedNode)));
    steps.step(
        List.of(JobClaims.SEED_DEAD, JobClaims.CLIENT_PAUSE, JobClaims.UDP_DEAD), clients::hurt);
  }

  private void nodes(Steps steps, DemoCluster cluster, List<DemoNode> nodes, List<String> fleet)
      throws InterruptedException {
    NodeFaults faults = new NodeFaults(cluster, claims);
    steps.step(
        List.of(claims.pauseDead()),
        watched(cluster, "the pause", sheet -> faults.pause(sheet, nodes.get(1))));
    steps.step(
        List.of(claims.stopUnreachable(), claims.stopDead()),
        watched(cluster, "the stop", sheet -> faults.stop(sheet, nodes.get(2))));
    steps.step(
        List.of(claims.killDead(), claims.clientsOther(), claims.clientsLost()),
        watched(cluster, "the kill", sheet -> faults.kill(sheet, nodes.get(0), fleet)));
  }

  /** Shows which step it is that healthy ones are declared dead in. */
  private static Steps.Body watched(DemoCluster cluster, String step, Steps.Body body) {
    return sheet -> {
      long position = cluster.verdicts().position();
      try {
        body.measure(sheet);
      } finally {
        List<VerdictEvent> wrong = falseDead(cluster, position);
        if (!wrong.isEmpty()) {
          sheet.note(wrong.size() + " DEAD verdicts about healthy ones during " + step);
          wrong.stream().limit(WRONG_SHOWN_MAX).forEach(e -> sheet.note("false: " + e));
        }
      }
    };
  }

  /** Each verdict once, however many nodes printed it. */
  private static List<VerdictEvent> falseDead(DemoCluster cluster, long position) {
    return cluster.verdicts().since(position).stream()
        .filter(cluster.health().isFalseDead())
        .map(Sighting::event)
        .distinct()
        .toList();
  }
}
