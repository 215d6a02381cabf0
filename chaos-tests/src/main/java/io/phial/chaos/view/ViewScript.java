package io.phial.chaos.view;

import static io.phial.demo.VerdictEvent.CLIENT;

import io.phial.chaos.job.Scrape;
import io.phial.chaos.job.Sheet;
import io.phial.chaos.job.Steps;
import io.phial.core.placement.Slots;
import io.phial.demo.ClientRow;
import io.phial.demo.DemoCluster;
import io.phial.demo.DemoException;
import io.phial.demo.DemoNode;
import io.phial.demo.Sighting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One cluster's life: a node drains, clients come, a node joins, one is killed, one is stopped. */
final class ViewScript {
  private static final Duration SETTLE_LIMIT = Duration.ofSeconds(30);
  private static final long POLL_MILLIS = 50;

  /** Clients that are killed in a step; ids from the end downwards. */
  private static final int VICTIMS = 20;

  private static final int SLOTS_PERCENT = 100;

  /** DEAD by silence after a takeover: the node's detection, the spread, grace and doubt. */
  private static final int DEAD_INTERVALS = 8;

  private static final Duration DEAD_SLACK = Duration.ofSeconds(10);

  private final DemoCluster cluster;
  private final int clients;
  private final Duration interval;
  private int victims;

  ViewScript(DemoCluster cluster, int clients, Duration interval) {
    this.cluster = cluster;
    this.clients = clients;
    this.interval = interval;
    this.victims = clients;
  }

  void play(Steps steps, boolean quick) throws InterruptedException, IOException {
    DemoNode guest = cluster.node("n4");
    steps.step(List.of(ViewClaims.DRAIN_FOREIGN), sheet -> drain(sheet, guest));
    List<DemoNode> three = cluster.nodesUp();
    try (Load load = new Load(cluster, three, clients, interval)) {
      steps.step(List.of(ViewClaims.LOAD), sheet -> spread(sheet, load));
      long position = cluster.verdicts().position();
      steps.step(List.of(ViewClaims.JOIN_MOVED), sheet -> join(sheet, guest));
      steps.step(
          List.of(ViewClaims.KILL_AGAIN, ViewClaims.KILL_WITH), sheet -> kill(sheet, load, guest));
      if (!quick) {
        full(steps, load, guest);
      }
      steps.step(List.of(ViewClaims.FALSE_DEAD), sheet -> falseDead(sheet, position));
    }
    steps.step(List.of(ViewClaims.BLOCKED), this::blocked);
  }

  private void full(Steps steps, Load load, DemoNode guest) throws InterruptedException {
    DemoNode hung = cluster.node("n3");
    steps.step(List.of(ViewClaims.STOP_AGAIN, ViewClaims.STALE), sheet -> stop(sheet, load, hung));
    steps.step(
        List.of(ViewClaims.AWAY_BEATS, ViewClaims.AWAY_VERDICTS, ViewClaims.AWAY_LOST),
        sheet -> new HazelcastAway(cluster, this::victims).measure(sheet, load));
    steps.step(List.of(ViewClaims.TWO_LOST), sheet -> two(sheet, load, guest));
  }

  private DemoNode survivor() {
    return cluster.node("n1");
  }

  private void drain(Sheet sheet, DemoNode guest) throws Exception {
    List<String> before = owners();
    cluster.leave(guest);
    List<String> after = untilOwners(guest, false);
    int foreign = 0;
    int own = 0;
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      boolean moved = !before.get(slot).equals(after.get(slot));
      foreign += moved && !before.get(slot).equals(guest.id()) ? 1 : 0;
      own += moved && before.get(slot).equals(guest.id()) ? 1 : 0;
    }
    sheet.note(guest + " gave up " + own + " slots");
    sheet.put(ViewClaims.DRAIN_FOREIGN, foreign);
  }

  private void spread(Sheet sheet, Load load) throws Exception {
    Duration limit = SETTLE_LIMIT.plusMillis(clients / 2L);
    await("all clients registered", limit, () -> load.number("registered") == clients);
    await("all clients ALIVE", limit, () -> count("ALIVE") == clients);
    double most = 0;
    double sum = 0;
    for (DemoNode node : cluster.nodesUp()) {
      double held = Scrape.of(node.ports().url()).sum(Pattern.compile("^phial_clients(\\{.*)?$"));
      sheet.note(node + " judges " + (long) held + " clients");
      most = Math.max(most, held);
      sum += held;
    }
    sheet.note("clients: " + load.status());
    sheet.put(ViewClaims.LOAD, most * cluster.nodesUp().size() / sum);
  }

  private void join(Sheet sheet, DemoNode guest) throws Exception {
    List<String> before = owners();
    cluster.restart(guest);
    List<String> after = untilOwners(guest, true);
    int moved = 0;
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      moved += before.get(slot).equals(after.get(slot)) ? 0 : 1;
    }
    sheet.put(ViewClaims.JOIN_MOVED, (double) moved * SLOTS_PERCENT / Slots.COUNT);
    await("all clients ALIVE after the join", SETTLE_LIMIT, () -> count("ALIVE") == clients);
  }

  private void kill(Sheet sheet, Load load, DemoNode node) throws Exception {
    long registrations = load.number("registrations");
    Set<String> killed = victims(load, node);
    Set<String> gained = judgedBy(node);
    long at = cluster.kill(node);
    // The view is known without asking the dead node; counting before would wait for its answer.
    awaitTakenOver(node);
    sheet.note("its slots had new owners after " + (now() - at) + " ms");
    sheet.note("living clients to be judged again: " + gained.size());
    awaitJudgedElsewhere(gained, node);
    sheet.put(ViewClaims.KILL_AGAIN, (double) (now() - at) / interval.toMillis());
    sheet.note("registered again: " + (load.number("registrations") - registrations));
    sheet.put(ViewClaims.KILL_WITH, notDead(killed, at));
  }

  private void stop(Sheet sheet, Load load, DemoNode node) throws Exception {
    long at = cluster.pause(node);
    String after;
    try {
      await("the hung node is DEAD", SETTLE_LIMIT, () -> state(node).equals("DEAD"));
      long dead = now();
      awaitTakenOver(node);
      await("all clients ALIVE", SETTLE_LIMIT, () -> count("ALIVE") >= victims);
      sheet.note("the hung node was DEAD after " + (dead - at) + " ms");
      sheet.put(ViewClaims.STOP_AGAIN, (double) (now() - dead) / interval.toMillis());
      after = EventFeed.lastId(survivor());
    } finally {
      cluster.resume(node);
    }
    await("the node is back", SETTLE_LIMIT, () -> state(node).equals("ALIVE"));
    long epoch = survivor().api().nodes().orElseThrow().epoch();
    untilOwners(node, true);
    Thread.sleep(2 * interval.toMillis());
    long stale =
        EventFeed.after(survivor(), after).stream()
            .filter(e -> e.path("kind").asText().equals(CLIENT))
            .filter(e -> e.path("judge").asText().equals(node.id()))
            .filter(e -> e.path("epoch").asLong() < epoch)
            .peek(e -> sheet.note("stale: " + e))
            .count();
    sheet.put(ViewClaims.STALE, stale);
    sheet.note("registrations so far: " + load.number("registrations"));
  }

  private void two(Sheet sheet, Load load, DemoNode guest) throws Exception {
    cluster.restart(guest);
    untilOwners(guest, true);
    await("all clients ALIVE", SETTLE_LIMIT, () -> count("ALIVE") >= victims);
    // Time for the records to be written with their new homes and copied twice.
    Thread.sleep(15_000);
    long registrations = load.number("registrations");
    cluster.kill(guest);
    cluster.kill(cluster.node("n3"));
    awaitTakenOver(guest);
    awaitTakenOver(cluster.node("n3"));
    await("all clients ALIVE", SETTLE_LIMIT.multipliedBy(2), () -> count("ALIVE") >= victims);
    Thread.sleep(2 * interval.toMillis());
    sheet.put(ViewClaims.TWO_LOST, load.number("registrations") - registrations);
  }

  /** Some clients judged by that node stop without a word; they are the highest numbers left. */
  private Set<String> victims(Load load, @Nullable DemoNode node) throws InterruptedException {
    List<String> owners = owners();
    Set<String> ids = new HashSet<>();
    int until = victims;
    while (ids.size() < VICTIMS && victims > 0) {
      victims--;
      String id = Load.PREFIX + victims;
      if (node == null || owners.get(Slots.slotOf(id)).equals(node.id())) {
        ids.add(id);
      }
    }
    load.abandon(victims, until);
    for (int i = victims; i < until; i++) {
      cluster.health().ill(CLIENT, Load.PREFIX + i, now());
    }
    return ids;
  }

  /** The living clients whose slots that node has. */
  private Set<String> judgedBy(DemoNode node) throws InterruptedException {
    List<String> owners = owners();
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < victims; i++) {
      String id = Load.PREFIX + i;
      if (owners.get(Slots.slotOf(id)).equals(node.id())) {
        ids.add(id);
      }
    }
    return ids;
  }

  // Each by its name: a count is also reached by others that are silent and not found out yet.
  private void awaitJudgedElsewhere(Set<String> ids, DemoNode gone) throws Exception {
    Set<String> left = new HashSet<>(ids);
    await(
        "each of its clients ALIVE at another node",
        SETTLE_LIMIT,
        () -> {
          Map<String, ClientRow> rows = survivor().api().clients().orElse(Map.of());
          left.removeIf(id -> isAliveElsewhere(rows.get(id), gone));
          return left.isEmpty();
        });
  }

  private static boolean isAliveElsewhere(@Nullable ClientRow row, DemoNode gone) {
    return row != null && row.verdict().equals("ALIVE") && !row.home().equals(gone.id());
  }

  private long notDead(Set<String> ids, long at) throws InterruptedException {
    Duration limit = interval.multipliedBy(DEAD_INTERVALS).plus(DEAD_SLACK);
    Set<String> dead = new HashSet<>();
    while (now() - at < limit.toMillis() && dead.size() < ids.size()) {
      for (Sighting sighting :
          cluster
              .verdicts()
              .find(s -> s.event().to().equals("DEAD") && s.event().atMillis() >= at)) {
        if (ids.contains(sighting.event().id())) {
          dead.add(sighting.event().id());
        }
      }
      Thread.sleep(POLL_MILLIS);
    }
    return (long) ids.size() - dead.size();
  }

  private void falseDead(Sheet sheet, long position) {
    List<Sighting> wrong =
        cluster.verdicts().since(position).stream()
            .filter(s -> s.event().kind().equals(CLIENT))
            .filter(cluster.health().isFalseDead())
            .toList();
    wrong.stream().limit(5).forEach(s -> sheet.note("false: " + s));
    sheet.put(ViewClaims.FALSE_DEAD, wrong.stream().map(Sighting::event).distinct().count());
  }

  private void blocked(Sheet sheet) throws IOException {
    long lines = 0;
    try (Stream<Path> files = Files.list(cluster.logs())) {
      for (Path file : files.filter(f -> f.toString().endsWith(".log")).toList()) {
        try (Stream<String> text = Files.lines(file)) {
          lines += text.filter(line -> line.contains("has been blocked for")).count();
        }
      }
    }
    sheet.put(ViewClaims.BLOCKED, lines);
  }

  private void awaitTakenOver(DemoNode node) throws Exception {
    await(
        "the slots of " + node + " have new owners",
        SETTLE_LIMIT,
        () -> {
          List<String> owners = survivor().api().owners();
          return !owners.isEmpty() && !owners.contains(node.id());
        });
  }

  private List<String> untilOwners(DemoNode node, boolean present) throws Exception {
    await(
        node + (present ? " has slots" : " has no slots"),
        SETTLE_LIMIT,
        () -> {
          List<String> owners = survivor().api().owners();
          return !owners.isEmpty() && owners.contains(node.id()) == present;
        });
    return owners();
  }

  private List<String> owners() throws InterruptedException {
    List<String> owners = survivor().api().owners();
    if (owners.size() != Slots.COUNT) {
      throw new DemoException("the view of " + survivor() + " could not be read");
    }
    return owners;
  }

  private String state(DemoNode node) throws InterruptedException {
    return survivor().api().nodes().flatMap(v -> v.row(node.id())).map(r -> r.state()).orElse("");
  }

  /** Clients of the whole cluster with that verdict; -1 while the answer is partial. */
  private long count(String verdict) throws InterruptedException {
    OptionalLong count = survivor().api().count(verdict);
    return count.orElse(-1);
  }

  private static void await(String what, Duration limit, Callable<Boolean> holds) throws Exception {
    long begun = System.nanoTime();
    while (!holds.call()) {
      if (System.nanoTime() - begun > limit.toNanos()) {
        throw new DemoException("not within " + limit.toSeconds() + " s: " + what);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static long now() {
    return System.currentTimeMillis();
  }
}
