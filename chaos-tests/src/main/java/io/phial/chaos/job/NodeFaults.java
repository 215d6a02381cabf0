package io.phial.chaos.job;

import static io.phial.demo.VerdictEvent.CLIENT;
import static io.phial.demo.VerdictEvent.NODE;

import io.phial.demo.ClientRow;
import io.phial.demo.DemoCluster;
import io.phial.demo.DemoException;
import io.phial.demo.DemoNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What nodes suffer: a pause, a hang, a kill. Each leaves the others fit for the next. */
final class NodeFaults {
  /** Beyond any bound claimed, so that a late verdict still gets its true number. */
  static final Duration VERDICT_LIMIT = Duration.ofSeconds(20);

  private static final Duration HEAL_LIMIT = Duration.ofSeconds(30);
  private static final long PAUSE_MILLIS = 4_000;

  /** After a pause or a takeover, how long a wrong verdict would take to show. */
  private static final long TAIL_MILLIS = 3_000;

  private final DemoCluster cluster;
  private final Verdicts verdicts;
  private final JobClaims claims;

  NodeFaults(DemoCluster cluster, JobClaims claims) {
    this.cluster = cluster;
    this.verdicts = new Verdicts(cluster);
    this.claims = claims;
  }

  /** SIGSTOP for four seconds, which must cost nobody a membership. */
  void pause(Sheet sheet, DemoNode node) throws InterruptedException {
    long position = cluster.verdicts().position();
    cluster.pause(node);
    try {
      Thread.sleep(PAUSE_MILLIS);
    } finally {
      cluster.resume(node);
    }
    boolean healed = verdicts.allNodesAlive(HEAL_LIMIT);
    Thread.sleep(TAIL_MILLIS);
    // Whoever says it: the paused one must not declare its healthy peers dead either.
    int dead = verdicts.count(sheet, position, e -> e.kind().equals(NODE) && e.to().equals("DEAD"));
    sheet.put(claims.pauseDead(), dead);
    if (!healed) {
      throw new DemoException("not all nodes were ALIVE again after the pause of " + node);
    }
  }

  /** SIGSTOP until it is given up, then SIGCONT until it is back. */
  void stop(Sheet sheet, DemoNode node) throws InterruptedException {
    try {
      long at = cluster.pause(node);
      sheet.put(
          claims.stopUnreachable(),
          verdicts.nodeMillis(sheet, node, "UNREACHABLE", at, VERDICT_LIMIT));
      sheet.put(claims.stopDead(), verdicts.nodeMillis(sheet, node, "DEAD", at, VERDICT_LIMIT));
    } finally {
      cluster.resume(node);
    }
    if (!verdicts.allNodesAlive(HEAL_LIMIT)) {
      throw new DemoException(node + " was not ALIVE again within " + HEAL_LIMIT.toSeconds());
    }
  }

  /** SIGKILL; what becomes of the node's clients is part of it. */
  void kill(Sheet sheet, DemoNode node, List<String> named) throws InterruptedException {
    // What was done to the nodes before must be over, or its traces would be taken for this one's.
    Set<String> ill = verdicts.notAlive(named, HEAL_LIMIT);
    if (!ill.isEmpty()) {
      throw new DemoException(ill.size() + " clients were not ALIVE on all nodes before the kill");
    }
    Set<String> homed = homedAt(node, named);
    sheet.note(homed.size() + " clients are judged by " + node);
    long position = cluster.verdicts().position();
    long at = cluster.kill(node);
    sheet.put(claims.killDead(), verdicts.nodeMillis(sheet, node, "DEAD", at, VERDICT_LIMIT));
    Set<String> missing = verdicts.notAlive(named, HEAL_LIMIT);
    Thread.sleep(TAIL_MILLIS);
    missing.stream().limit(10).forEach(id -> sheet.note("lost: " + id));
    sheet.put(claims.clientsLost(), missing.size());
    sheet.put(
        claims.clientsOther(),
        verdicts.count(
            sheet,
            position,
            e -> e.kind().equals(CLIENT) && homed.contains(e.id()) && !isHopeful(e.to())));
  }

  private static boolean isHopeful(String verdict) {
    return verdict.equals("ALIVE") || verdict.equals("UNKNOWN");
  }

  private Set<String> homedAt(DemoNode node, List<String> named) throws InterruptedException {
    Map<String, ClientRow> rows =
        node.api()
            .clients()
            .orElseThrow(() -> new DemoException(node + " gave no whole list of clients"));
    return Set.copyOf(
        named.stream()
            .filter(id -> rows.containsKey(id) && rows.get(id).home().equals(node.id()))
            .toList());
  }
}
