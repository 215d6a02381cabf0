package io.phial.chaos.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.phial.chaos.job.Sheet;
import io.phial.demo.DemoCluster;
import io.phial.demo.DemoException;
import io.phial.demo.DemoNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A minute without Hazelcast: the packets between its ports are dropped, while gossip and clients
 * go on. Needs the right to use {@code iptables}; without it nothing is measured.
 */
final class HazelcastAway {
  private static final long AWAY_MILLIS = 60_000;
  private static final long CATCH_UP_MILLIS = 120_000;
  private static final long TURN_MILLIS = 500;

  private final DemoCluster cluster;
  private final Victims victims;

  /** Kills some clients. */
  @FunctionalInterface
  interface Victims {
    Set<String> kill(Load load, @Nullable DemoNode node) throws InterruptedException;
  }

  HazelcastAway(DemoCluster cluster, Victims victims) {
    this.cluster = cluster;
    this.victims = victims;
  }

  void measure(Sheet sheet, Load load) throws IOException, InterruptedException {
    DemoNode witness = cluster.nodesUp().get(0);
    String before = EventFeed.lastId(witness);
    List<List<String>> rules = rules();
    List<List<String>> set = new ArrayList<>();
    Set<String> killed;
    try {
      for (List<String> rule : rules) {
        if (!iptables("-I", rule)) {
          throw new DemoException("iptables may not be used here");
        }
        set.add(rule);
      }
      long beats = load.number("beats");
      long acknowledged = load.number("acknowledged");
      long at = System.currentTimeMillis();
      killed = victims.kill(load, null);
      Thread.sleep(AWAY_MILLIS);
      double sent = Math.max(1, load.number("beats") - beats);
      sheet.put(ViewClaims.AWAY_BEATS, 100 * (load.number("acknowledged") - acknowledged) / sent);
      long dead =
          cluster
              .verdicts()
              .find(s -> s.event().to().equals("DEAD") && s.event().atMillis() >= at)
              .stream()
              .map(s -> s.event().id())
              .filter(killed::contains)
              .distinct()
              .count();
      sheet.put(ViewClaims.AWAY_VERDICTS, killed.size() - dead);
    } finally {
      for (List<String> rule : set) {
        iptables("-D", rule);
      }
    }
    sheet.put(ViewClaims.AWAY_LOST, lostOrDoubled(sheet, witness, before, killed));
  }

  private long lostOrDoubled(Sheet sheet, DemoNode witness, String before, Set<String> killed)
      throws IOException, InterruptedException {
    long begun = System.currentTimeMillis();
    Map<String, Integer> told = new HashMap<>();
    while (told.size() < killed.size() && System.currentTimeMillis() - begun < CATCH_UP_MILLIS) {
      Thread.sleep(TURN_MILLIS);
      told.clear();
      for (JsonNode event : EventFeed.after(witness, before)) {
        if (event.path("to").asText().equals("DEAD")
            && killed.contains(event.path("id").asText())) {
          told.merge(event.path("id").asText(), 1, Integer::sum);
        }
      }
    }
    sheet.note("caught up after " + (System.currentTimeMillis() - begun) + " ms");
    long doubled = told.values().stream().filter(times -> times > 1).count();
    return (long) killed.size() - told.size() + doubled;
  }

  private List<List<String>> rules() {
    List<List<String>> rules = new ArrayList<>();
    for (DemoNode node : cluster.nodes()) {
      String port = Integer.toString(node.ports().hazelcast());
      for (String side : List.of("--dport", "--sport")) {
        rules.add(List.of("INPUT", "-i", "lo", "-p", "tcp", side, port, "-j", "DROP"));
      }
    }
    return rules;
  }

  private static boolean iptables(String what, List<String> rule)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("iptables", "-w", "5", what));
    command.addAll(rule);
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      return false;
    }
    return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
  }
}
