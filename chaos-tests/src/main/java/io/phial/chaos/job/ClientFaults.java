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
  private final List<DemoClient> clients;

  private ClientFaults(DemoCluster cluster, List<DemoClient> clients) {
    this.cluster = cluster;
    this.verdicts = new Verdicts(cluster);
    this.clients = clients;
  }

  /** Starts the clients; they need some beats before they are hurt. */
  static ClientFaults start(DemoCluster cluster, DemoNode seedNode) throws IOException {
    return new ClientFaults(
        cluster,
        List.of(
            cluster.startUdpClient("job-udp", INTERVAL),
            cluster.startSeedClient(seedNode, INTERVAL)));
  }

  private DemoClient udp() {
    return clients.get(0);
  }

  private DemoClient seed() {
    return clients.get(1);
  }

  /** Both stand still for less than their grace. */
  void pause(Sheet sheet) throws InterruptedException {
    List<String> ids = List.of(udp().id(), seed().id());
    awaitAlive(ids);
    long position = cluster.verdicts().position();
    clients.forEach(cluster::pause);
    try {
      Thread.sleep(PAUSE_MILLIS);
    } finally {
      clients.forEach(cluster::resume);
    }
    Thread.sleep(TAIL_MILLIS);
    sheet.put(
        JobClaims.CLIENT_PAUSE,
        verdicts.count(
            sheet,
            position,
            e -> e.kind().equals(CLIENT) && ids.contains(e.id()) && e.to().equals("DEAD")));
    awaitAlive(ids);
  }

  /** Both are killed; the one with a connection is known at once, the other by its silence. */
  void kill(Sheet sheet) throws InterruptedException {
    awaitAlive(List.of(udp().id(), seed().id()));
    long seedAt = cluster.kill(seed());
    sheet.put(
        JobClaims.SEED_DEAD, verdicts.clientMillis(sheet, seed().id(), "DEAD", seedAt, LIMIT));
    long udpAt = cluster.kill(udp());
    sheet.put(JobClaims.UDP_DEAD, verdicts.clientMillis(sheet, udp().id(), "DEAD", udpAt, LIMIT));
  }

  private void awaitAlive(List<String> ids) throws InterruptedException {
    Set<String> missing = verdicts.notAlive(ids, LIMIT);
    if (!missing.isEmpty()) {
      throw new DemoException(
          "not ALIVE on all nodes within " + LIMIT.toSeconds() + ": " + missing);
    }
  }
}
