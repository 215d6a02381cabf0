package io.phial.chaos.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.phial.chaos.job.Sheet;
import io.phial.chaos.membership.NetCluster;
import io.phial.chaos.net.NetLab;
import io.phial.demo.ChildProcess;
import io.phial.demo.DemoException;
import io.phial.demo.Sighting;
import io.phial.demo.VerdictEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Five nodes with Hazelcast on hosts of their own; n4 and n5 are cut off from the others together
 * with the clients on n4's host, and come back. Some clients die on each side meanwhile. Needs root
 * for the network namespaces.
 */
final class Partition {
  private static final int CLIENTS = 200;
  private static final String NEAR = "near-";
  private static final String FAR = "far-";
  private static final String CUT = "n4";
  private static final String DEAD = "DEAD";
  private static final List<String> MAJORITY = List.of("n1", "n2", "n3");
  private static final List<String> MINORITY = List.of(CUT, "n5");
  private static final List<String> ALL = List.of("n1", "n2", "n3", CUT, "n5");
  private static final int VICTIMS = 10;
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
      ChildProcess near = cluster.startBench("n1", clients(NEAR), line -> {});
      ChildProcess far = cluster.startBench(CUT, clients(FAR), line -> {});
      awaitAlive(cluster, "n1", 2 * CLIENTS);
      split(sheet, cluster, List.of(near, far));
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

  private static void split(Sheet sheet, NetCluster cluster, List<ChildProcess> benches)
      throws IOException, InterruptedException {
    NetLab lab = cluster.lab();
    long at = System.currentTimeMillis();
    for (String near : MAJORITY) {
      for (String far : MINORITY) {
        lab.block(cluster.host(near), cluster.host(far));
        lab.block(cluster.host(far), cluster.host(near));
      }
    }
    for (String cut : MINORITY) {
      awaitDead(cluster, cut, at);
    }
    Thread.sleep(SPLIT_MILLIS);
    judgedBothSides(sheet, cluster, benches);
    sheet.put(ViewClaims.SPLIT_SURE, sure(sheet, cluster.log("n1")));
    long healedAt = System.currentTimeMillis();
    lab.heal();
    long healed = System.nanoTime();
    awaitAlive(cluster, "n1", 2 * (CLIENTS - VICTIMS));
    awaitAlive(cluster, CUT, 2 * (CLIENTS - VICTIMS));
    sheet.put(ViewClaims.HEAL_SECONDS, (System.nanoTime() - healed) / 1e9);
    cluster.awaitAll(ALL, LIMIT);
    Thread.sleep(AFTER_MILLIS);
    sheet.put(
        ViewClaims.HEAL_FALSE,
        falseDead(
            sheet,
            cluster.verdicts().find(s -> s.event().atMillis() >= healedAt && isWell(s.event()))));
    sheet.put(
        ViewClaims.SPLIT_FALSE,
        falseDead(
            sheet,
            cluster
                .verdicts()
                .find(
                    s ->
                        s.event().atMillis() >= at
                            && isWell(s.event())
                            && s.event()
                                .id()
                                .startsWith(MINORITY.contains(s.observer()) ? FAR : NEAR))));
  }

  private static void awaitDead(NetCluster cluster, String cut, long at)
      throws InterruptedException {
    int said =
        cluster
            .verdicts()
            .awaitOnEach(
                MAJORITY,
                e -> e.isAbout(VerdictEvent.NODE, cut) && e.to().equals(DEAD) && e.atMillis() >= at,
                LIMIT)
            .size();
    if (said < MAJORITY.size()) {
      throw new DemoException("the larger side did not call " + cut + " dead");
    }
  }

  /** Each side sees all clients that beat to it, and finds out which of them die now. */
  private static void judgedBothSides(Sheet sheet, NetCluster cluster, List<ChildProcess> benches)
      throws IOException, InterruptedException {
    long alive = alive(cluster, "n1", NEAR) + alive(cluster, CUT, FAR);
    sheet.note("clients ALIVE on their side of the cut: " + alive);
    benches.forEach(b -> b.tell("abandon " + (CLIENTS - VICTIMS) + " " + CLIENTS));
    long deadline = System.nanoTime() + LIMIT.toNanos();
    long dead = 0;
    while (dead < 2 * VICTIMS && System.nanoTime() - deadline < 0) {
      Thread.sleep(POLL_MILLIS);
      dead = dead(cluster, "n1", NEAR) + dead(cluster, CUT, FAR);
    }
    sheet.put(ViewClaims.SPLIT_UNJUDGED, 2 * CLIENTS - alive + 2 * VICTIMS - dead);
  }

  private static long alive(NetCluster cluster, String node, String prefix)
      throws IOException, InterruptedException {
    return cluster
        .ask(node, "/v1/clients?verdict=ALIVE&limit=1&prefix=" + prefix)
        .path("total")
        .asLong();
  }

  private static long dead(NetCluster cluster, String node, String prefix)
      throws IOException, InterruptedException {
    long dead = 0;
    for (JsonNode row :
        cluster.ask(node, "/v1/clients?verdict=DEAD&limit=1000&prefix=" + prefix).path("clients")) {
      dead += isVictim(row.path("id").asText()) ? 1 : 0;
    }
    return dead;
  }

  private static boolean isVictim(String id) {
    boolean bench = id.startsWith(NEAR) || id.startsWith(FAR);
    return bench && Integer.parseInt(id.substring(id.indexOf('-') + 1)) >= CLIENTS - VICTIMS;
  }

  private static boolean isWell(VerdictEvent event) {
    return !isVictim(event.id());
  }

  private static long falseDead(Sheet sheet, List<Sighting> sightings) {
    List<Sighting> dead = sightings.stream().filter(s -> s.event().to().equals(DEAD)).toList();
    dead.stream().limit(3).forEach(s -> sheet.note("wrong: " + s));
    return dead.size();
  }

  private static long sure(Sheet sheet, List<JsonNode> log) {
    List<JsonNode> dead =
        log.stream()
            .filter(e -> e.path("id").asText().startsWith(FAR))
            .filter(e -> e.path("to").asText().equals(DEAD))
            .filter(e -> !isVictim(e.path("id").asText()))
            .toList();
    sheet.note("DEAD about clients behind the cut, in the log: " + dead.size());
    return dead.stream().filter(e -> !e.path("partial").asBoolean()).count();
  }

  private static void awaitAlive(NetCluster cluster, String id, int count)
      throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    String answer = "";
    while (System.nanoTime() - deadline < 0) {
      try {
        JsonNode alive = cluster.ask(id, "/v1/clients?verdict=ALIVE&limit=1");
        answer = alive.toString();
        if (!alive.path("partial").asBoolean(true) && alive.path("total").asInt() == count) {
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
