package io.phial.chaos.membership;

import static io.phial.chaos.membership.ProcessClaims.AGAIN_DEAD;
import static io.phial.chaos.membership.ProcessClaims.AGAIN_UNREACHABLE;
import static io.phial.chaos.membership.ProcessClaims.DEAF;
import static io.phial.chaos.membership.ProcessClaims.HAZELCAST_KILL;
import static io.phial.chaos.membership.ProcessClaims.HAZELCAST_STOP;
import static io.phial.chaos.membership.ProcessClaims.KILL_DEAD;
import static io.phial.chaos.membership.ProcessClaims.LOSS;
import static io.phial.chaos.membership.ProcessClaims.ONE_WAY;
import static io.phial.chaos.membership.ProcessClaims.PAUSE_EVICTS;
import static io.phial.chaos.membership.ProcessClaims.PAUSE_INCARNATION;
import static io.phial.chaos.membership.ProcessClaims.RETURN_EVICTS;
import static io.phial.chaos.membership.ProcessClaims.RETURN_INCARNATION;
import static io.phial.chaos.membership.ProcessClaims.STOP_DEAD;
import static io.phial.chaos.membership.ProcessClaims.STOP_UNREACHABLE;

import io.phial.chaos.claim.AreaRun;
import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import io.phial.chaos.net.Host;
import io.phial.chaos.net.NetLab;
import io.phial.demo.DemoException;
import io.phial.demo.Sighting;
import io.phial.demo.VerdictEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Five node processes in network namespaces, hurt in one way after another. Each claim of the run
 * is entered once: with its number, or with the reason why there is none.
 */
final class ProcessScript {
  private static final int NODES = 5;
  private static final int HAZELCAST_NODES = 3;
  private static final Duration UP_LIMIT = Duration.ofSeconds(90);
  private static final Duration VERDICT_LIMIT = Duration.ofSeconds(20);
  private static final long WARM_UP_MILLIS = 2_000;
  private static final long SETTLE_MILLIS = 3_000;
  private static final long WATCH_QUICK_MILLIS = 6_000;
  private static final long WATCH_MILLIS = 30_000;
  private static final long PAUSE_MILLIS = 45_000;
  private static final int SHOWN_MAX = 5;

  /** A step's work. */
  @FunctionalInterface
  private interface Body {
    void measure() throws Exception;
  }

  private final Ledger ledger;
  private final boolean quick;
  private final Set<Claim> owed;
  private long stepNanos;

  ProcessScript(Ledger ledger, boolean quick) {
    this.ledger = ledger;
    this.quick = quick;
    this.owed = new HashSet<>(ProcessClaims.announced(quick));
  }

  /**
   * Plays it.
   *
   * @throws InterruptedException when the area's time is over
   */
  void play() throws InterruptedException {
    Optional<String> obstacle = NetLab.obstacle();
    if (obstacle.isPresent()) {
      giveUp(obstacle.get());
      return;
    }
    try {
      five();
      if (!quick) {
        withHazelcast();
      }
    } catch (IOException | DemoException e) {
      giveUp(AreaRun.sentence(e));
    }
    giveUp("the script ended without a number");
  }

  private void giveUp(String reason) {
    owed.forEach(claim -> ledger.unmeasured(claim, reason, Duration.ZERO));
    owed.clear();
  }

  private void five() throws IOException, InterruptedException {
    try (NetCluster cluster = up(NODES, false)) {
      bytes(cluster);
      step(List.of(ONE_WAY), () -> oneWay(cluster));
      step(List.of(DEAF), () -> deaf(cluster));
      step(List.of(LOSS), () -> loss(cluster));
      step(
          List.of(STOP_UNREACHABLE, STOP_DEAD, RETURN_EVICTS, RETURN_INCARNATION),
          () -> {
            long before = cluster.incarnation("n1", "n5");
            stop(cluster, "n5", STOP_UNREACHABLE, STOP_DEAD);
            resume(cluster, "n5", before, RETURN_EVICTS, RETURN_INCARNATION);
          });
      if (!quick) {
        step(
            List.of(PAUSE_EVICTS, PAUSE_INCARNATION, AGAIN_UNREACHABLE, AGAIN_DEAD),
            () -> longPause(cluster));
      }
      step(List.of(KILL_DEAD), () -> kill(cluster, "n4", KILL_DEAD, living(cluster, "n4")));
    }
  }

  private void withHazelcast() throws IOException, InterruptedException {
    try (NetCluster cluster = up(HAZELCAST_NODES, true)) {
      step(
          List.of(HAZELCAST_STOP),
          () -> {
            long at = cluster.process("n3").pause();
            enter(HAZELCAST_STOP, elapsed(cluster, List.of("n1", "n2"), "n3", "DEAD", at));
            cluster.process("n3").resume();
            cluster.awaitAll(cluster.ids(), UP_LIMIT);
          });
      step(List.of(HAZELCAST_KILL), () -> kill(cluster, "n2", HAZELCAST_KILL, List.of("n1", "n3")));
    }
  }

  private NetCluster up(int nodes, boolean hazelcast) throws IOException, InterruptedException {
    long startNanos = System.nanoTime();
    NetCluster cluster = NetCluster.start(nodes, hazelcast);
    try {
      cluster.awaitAll(cluster.ids(), UP_LIMIT);
      Thread.sleep(WARM_UP_MILLIS);
    } catch (DemoException | InterruptedException e) {
      cluster.close();
      throw e;
    }
    long millis = (System.nanoTime() - startNanos) / 1_000_000;
    ledger.note("  " + nodes + " processes up after " + millis + " ms");
    return cluster;
  }

  /** Not a claim of its own: shown beside what the simulator says. */
  private void bytes(NetCluster cluster) throws IOException, InterruptedException {
    String metric = "phial_gossip_bytes_out_total{transport=\"udp\"}";
    double before = cluster.metric("n1", metric);
    long startNanos = System.nanoTime();
    Thread.sleep(SETTLE_MILLIS);
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    double rate = (cluster.metric("n1", metric) - before) / seconds;
    ledger.note("  a calm node sends " + Math.round(rate) + " bytes per second, headers counted");
  }

  private void step(List<Claim> claims, Body body) throws InterruptedException {
    String reason = "its step ended without a number";
    stepNanos = System.nanoTime();
    try {
      body.measure();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      reason = AreaRun.sentence(e);
    }
    for (Claim claim : claims) {
      if (owed.remove(claim)) {
        ledger.unmeasured(claim, reason, took());
      }
    }
  }

  private Duration took() {
    return Duration.ofNanos(System.nanoTime() - stepNanos);
  }

  private void enter(Claim claim, long number) {
    ledger.measured(claim, (double) number, took());
    owed.remove(claim);
  }

  private void oneWay(NetCluster cluster) throws IOException, InterruptedException {
    watch(
        cluster,
        () -> cluster.lab().block(cluster.host("n1"), cluster.host("n2")),
        ONE_WAY,
        ProcessScript::isHarsh);
  }

  private void deaf(NetCluster cluster) throws IOException, InterruptedException {
    watch(
        cluster,
        () -> cluster.lab().deafen(cluster.host("n3")),
        DEAF,
        event -> event.to().equals("DEAD"));
  }

  private void loss(NetCluster cluster) throws IOException, InterruptedException {
    watch(
        cluster,
        () -> {
          for (Host host : cluster.lab().hosts()) {
            cluster.lab().loss(host, 0.3);
          }
        },
        LOSS,
        event -> event.to().equals("DEAD"));
  }

  /** A link's fault that lasts longer than any verdict takes. */
  @FunctionalInterface
  private interface Fault {
    void make() throws IOException, InterruptedException;
  }

  private void watch(NetCluster cluster, Fault fault, Claim claim, Predicate<VerdictEvent> wrong)
      throws IOException, InterruptedException {
    long position = cluster.verdicts().position();
    try {
      fault.make();
      Thread.sleep(quick ? WATCH_QUICK_MILLIS : WATCH_MILLIS);
    } finally {
      cluster.lab().heal();
    }
    cluster.awaitAll(cluster.ids(), UP_LIMIT);
    enter(claim, count(cluster, position, sighting -> wrong.test(sighting.event())));
  }

  private static boolean isHarsh(VerdictEvent event) {
    return event.to().equals("UNREACHABLE") || event.to().equals("DEAD");
  }

  private long count(NetCluster cluster, long position, Predicate<Sighting> wrong) {
    List<Sighting> found = cluster.verdicts().since(position).stream().filter(wrong).toList();
    found.stream().limit(SHOWN_MAX).forEach(sighting -> ledger.note("  wrong: " + sighting));
    return found.size();
  }

  private void stop(NetCluster cluster, String id, Claim unreachable, Claim dead)
      throws InterruptedException {
    List<String> others = living(cluster, id);
    long at = cluster.process(id).pause();
    enter(unreachable, elapsed(cluster, others, id, "UNREACHABLE", at));
    enter(dead, elapsed(cluster, others, id, "DEAD", at));
  }

  private static List<String> living(NetCluster cluster, String except) {
    return cluster.others(except).stream().filter(id -> cluster.process(id).isRunning()).toList();
  }

  private static long elapsed(
      NetCluster cluster, List<String> observers, String subject, String word, long sinceMillis)
      throws InterruptedException {
    return cluster
            .lastToSay(observers, subject, word, sinceMillis, VERDICT_LIMIT)
            .orElseThrow(() -> new DemoException(subject + " was not " + word + " at all in 20 s"))
        - sinceMillis;
  }

  private void resume(NetCluster cluster, String id, long before, Claim evicts, Claim incarnation)
      throws IOException, InterruptedException {
    long position = cluster.verdicts().position();
    cluster.process(id).resume();
    cluster.awaitAll(cluster.ids(), UP_LIMIT);
    Thread.sleep(SETTLE_MILLIS);
    enter(evicts, count(cluster, position, s -> s.observer().equals(id) && isHarsh(s.event())));
    enter(incarnation, cluster.incarnation("n1", id) - before);
  }

  private void longPause(NetCluster cluster) throws IOException, InterruptedException {
    long before = cluster.incarnation("n1", "n5");
    cluster.process("n5").pause();
    Thread.sleep(PAUSE_MILLIS);
    resume(cluster, "n5", before, PAUSE_EVICTS, PAUSE_INCARNATION);
    long again = cluster.incarnation("n1", "n5");
    stop(cluster, "n5", AGAIN_UNREACHABLE, AGAIN_DEAD);
    cluster.process("n5").resume();
    cluster.awaitAll(cluster.ids(), UP_LIMIT);
    ledger.note("  incarnations " + before + ", " + again + ", " + cluster.incarnation("n1", "n5"));
  }

  private void kill(NetCluster cluster, String id, Claim claim, List<String> others)
      throws InterruptedException {
    long at = cluster.process(id).kill();
    enter(claim, elapsed(cluster, others, id, "DEAD", at));
  }
}
