package io.phial.chaos.job;

import static io.phial.demo.VerdictEvent.CLIENT;

import io.phial.demo.DemoClient;
import io.phial.demo.DemoCluster;
import io.phial.demo.DemoException;
import io.phial.demo.DemoNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What clients suffer: a pause within their grace, and a kill. */
final class ClientFaults {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** With the gap before it, at most 3 s of silence, where the grace is 4 intervals. */
  private static final long PAUSE_MILLIS = 2_000;

  private static final long TAIL_MILLIS = 2_000;

  private final DemoCluster cluster;
  private final Verdicts verdicts;
  private final DemoClient udpPaused;
  private final DemoClient udpKilled;
  private final DemoClient seedPaused;
  private final DemoClient seedKilled;

  private ClientFaults(DemoCluster cluster, DemoNode seedNode) throws IOException {
    this.cluster = cluster;
    this.verdicts = new Verdicts(cluster);
    this.udpPaused = cluster.startUdpClient("job-udp-paused", INTERVAL);
    this.udpKilled = cluster.startUdpClient("job-udp-killed", INTERVAL);
    this.seedPaused = cluster.startSeedClient(seedNode, INTERVAL);
    this.seedKilled = cluster.startSeedClient(seedNode, INTERVAL);
  }

  /** Starts the clients; they need some beats before they are hurt. */
  static ClientFaults start(DemoCluster cluster, DemoNode seedNode) throws IOException {
    return new ClientFaults(cluster, seedNode);
  }

  /** The clients' ids. */
  List<String> ids() throws InterruptedException {
    return List.of(udpPaused.id(), udpKilled.id(), seedPaused.id(), seedKilled.id());
  }

  /**
   * Two are killed and two are paused. The one with a connection is known to be dead at once, the
   * other by its silence, and meanwhile the paused ones must not be taken for dead.
   */
  void hurt(Sheet sheet) throws InterruptedException {
    Set<String> missing = verdicts.notAlive(ids(), LIMIT);
    if (!missing.isEmpty()) {
      throw new DemoException(
          "not ALIVE on all nodes within " + LIMIT.toSeconds() + ": " + missing);
    }
    long udpAt = cluster.kill(udpKilled);
    long seedAt = cluster.kill(seedKilled);
    sheet.put(
        JobClaims.SEED_DEAD, verdicts.clientMillis(sheet, seedKilled.id(), "DEAD", seedAt, LIMIT));
    pause(sheet);
    sheet.put(
        JobClaims.UDP_DEAD, verdicts.clientMillis(sheet, udpKilled.id(), "DEAD", udpAt, LIMIT));
  }

  private void pause(Sheet sheet) throws InterruptedException {
    List<DemoClient> paused = List.of(udpPaused, seedPaused);
    List<String> ids = List.of(udpPaused.id(), seedPaused.id());
    long position = cluster.verdicts().position();
    paused.forEach(cluster::pause);
    try {
      Thread.sleep(PAUSE_MILLIS);
    } finally {
      paused.forEach(cluster::resume);
    }
    Thread.sleep(TAIL_MILLIS);
    sheet.put(
        JobClaims.CLIENT_PAUSE,
        verdicts.count(
            sheet,
            position,
            e -> e.kind().equals(CLIENT) && ids.contains(e.id()) && e.to().equals("DEAD")));
  }
}
