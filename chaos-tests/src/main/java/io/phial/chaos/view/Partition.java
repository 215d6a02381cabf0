package io.phial.chaos.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.phial.chaos.job.Sheet;
import io.phial.chaos.membership.NetCluster;
import io.phial.chaos.net.NetLab;
import io.phial.demo.DemoException;
import io.phial.demo.Sighting;
import io.phial.demo.VerdictEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Three nodes with Hazelcast on hosts of their own; n3 is cut off from the others together with the
 * clients on its host, and comes back. Needs root for the network namespaces.
 */
final class Partition {
  private static final int CLIENTS = 200;
  private static final String NEAR = "near-";
  private static final String FAR = "far-";
  private static final String CUT = "n3";
  private static final String DEAD = "DEAD";
  private static final List<String> MAJORITY = List.of("n1", "n2");
  private static final List<String> ALL = List.of("n1", "n2", CUT);
  private static final Duration UP_LIMIT = Duration.ofSeconds(90);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long POLL_MILLIS = 300;

  /** Long enough for the larger side to call the clients behind the cut DEAD. */
  private static final long SPLIT_MILLIS = 20_000;

  /** After all are ALIVE again, for what comes late. */
  private static final long AFTER_MILLIS = 10_000;

  void measure(Sheet sheet) throws IOException, InterruptedException {
    Optional<String> obstacle = NetLab.obstacle();
    if (obstacle.isPresent()) {
      throw new DemoException(obstacle.get());
    }
    try (NetCluster cluster = NetCluster.start(ALL.size(), true)) {
      cluster.awaitAll(ALL, UP_LIMIT);
      cluster.startBench("n1", clients(NEAR), line -> {});
      cluster.startBench(CUT, clients(FAR), line -> {});
      awaitAlive(cluster, "n1");
      split(sheet, cluster);
    }
  }

  private static List<String> clients(String prefix) {
    return List.of(
        "--clients",
        Integer.toString(CLIENTS),
        "--interval",
        "1s",
        "--duration",
        "1h",
        "--id-prefix",
        prefix);
  }

  private static void split(Sheet sheet, NetCluster cluster)
      throws IOException, InterruptedException {
    NetLab lab = cluster.lab();
    long at = System.currentTimeMillis();
    for (String id : MAJORITY) {
      lab.block(cluster.host(id), cluster.host(CUT));
      lab.block(cluster.host(CUT), cluster.host(id));
    }
    if (cluster
            .verdicts()
            .awaitOnEach(
                MAJORITY,
                e -> e.isAbout(VerdictEvent.NODE, CUT) && e.to().equals(DEAD) && e.atMillis() >= at,
                LIMIT)
            .size()
        < MAJORITY.size()) {
      throw new DemoException("the larger side did not call " + CUT + " dead");
    }
    Thread.sleep(SPLIT_MILLIS);
    long position = cluster.verdicts().position();
    lab.heal();
    long healed = System.nanoTime();
    awaitAlive(cluster, "n1");
    awaitAlive(cluster, CUT);
    sheet.put(ViewClaims.HEAL_SECONDS, (System.nanoTime() - healed) / 1e9);
    cluster.awaitAll(ALL, LIMIT);
    Thread.sleep(AFTER_MILLIS);
    sheet.put(
        ViewClaims.HEAL_FALSE, count(sheet, cluster.verdicts().since(position), sighting -> true));
    sheet.put(
        ViewClaims.SPLIT_FALSE,
        count(
            sheet,
            cluster.verdicts().find(s -> s.event().atMillis() >= at),
            s -> s.event().id().startsWith(s.observer().equals(CUT) ? FAR : NEAR)));
    sheet.put(ViewClaims.SPLIT_SURE, sure(sheet, cluster.log("n1")));
  }

  private static long count(Sheet sheet, List<Sighting> sightings, Predicate<Sighting> wanted) {
    List<Sighting> dead =
        sightings.stream().filter(s -> s.event().to().equals(DEAD)).filter(wanted).toList();
    dead.stream().limit(3).forEach(s -> sheet.note("wrong: " + s));
    return dead.size();
  }

  private static long sure(Sheet sheet, List<JsonNode> log) {
    List<JsonNode> dead =
        log.stream()
            .filter(e -> e.path("id").asText().startsWith(FAR))
            .filter(e -> e.path("to").asText().equals(DEAD))
            .toList();
    sheet.note("DEAD about clients behind the cut, in the log: " + dead.size());
    return dead.stream().filter(e -> !e.path("partial").asBoolean()).count();
  }

  private static void awaitAlive(NetCluster cluster, String id) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    String answer = "";
    while (System.nanoTime() - deadline < 0) {
      try {
        JsonNode alive = cluster.ask(id, "/v1/clients?verdict=ALIVE&limit=1");
        answer = alive.toString();
        if (!alive.path("partial").asBoolean(true) && alive.path("total").asInt() == 2 * CLIENTS) {
          return;
        }
      } catch (IOException e) {
        answer = String.valueOf(e.getMessage());
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new DemoException(id + " does not see all clients ALIVE: " + answer);
  }
}
