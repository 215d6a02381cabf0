package io.phial.demo;

import static io.phial.demo.VerdictEvent.CLIENT;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The steps of the tour in which the cluster starts and its clients suffer. */
final class ClientSteps {
  private static final long BEATS_MIN = 6;

  private final Stage stage;
  private final Patience patience;
  private final Witness witness;
  private final String seedNode;

  ClientSteps(Stage stage, Patience patience, String seedNode) {
    this.stage = stage;
    this.patience = patience;
    this.witness = new Witness(stage, patience.limit());
    this.seedNode = seedNode;
  }

  /** Every client that is meant to be ALIVE from the beginning to the end. */
  List<String> spared() throws InterruptedException {
    List<String> ids = new ArrayList<>(stage.fleet());
    ids.add(stage.actor(Actor.Role.UDP_PAUSED).id());
    ids.add(stage.actor(Actor.Role.SEED_SPARED).id());
    return ids;
  }

  void start(StepReport report) throws IOException, InterruptedException {
    long startMillis = stage.nowMillis();
    stage.startNodes();
    report.put("nodes", stage.nodesUp().size());
    report.put("nodesMs", stage.nowMillis() - startMillis);
    long clientsMillis = stage.nowMillis();
    stage.startClients(seedNode);
    List<String> all = new ArrayList<>(stage.fleet());
    for (Actor.Role role : Actor.Role.values()) {
      all.add(stage.actor(role).id());
    }
    witness.allAlive(report, all, clientsMillis);
    for (Actor.Role role : Actor.Role.values()) {
      String id = stage.actor(role).id();
      if (!Poll.until(patience.limit(), () -> beats(id) >= BEATS_MIN)) {
        report.fail(id + " did not beat " + BEATS_MIN + " times");
      }
    }
  }

  void kill(StepReport report) throws InterruptedException {
    Actor udp = stage.actor(Actor.Role.UDP_KILLED);
    Actor seed = stage.actor(Actor.Role.SEED_KILLED);
    report.put("clients", List.of(udp.id(), seed.id()));
    long udpMillis = udp.kill();
    long seedMillis = seed.kill();
    witness.clientVerdict(report, seed, "seed", "DEAD", seedMillis);
    report.put("seedDeadMs", report.values().get("deadMs"));
    witness.clientVerdict(report, udp, "udp", "DEAD", udpMillis);
  }

  void hang(StepReport report) throws InterruptedException {
    Actor seed = stage.actor(Actor.Role.SEED_HUNG);
    report.put("client", seed.id());
    witness.clientVerdict(report, seed, "survivors", "DEAD", seed.hang());
  }

  void pauseAndResume(StepReport report) throws InterruptedException {
    Actor udp = stage.actor(Actor.Role.UDP_PAUSED);
    String id = udp.id();
    report.put("client", id);
    long before = beats(id);
    long pausedMillis = udp.pause();
    // The pause lasts as long as nobody makes the mistake that this step looks for.
    stage.verdicts().await(s -> isNow(s, id, "DEAD", pausedMillis), patience.pause());
    long resumedMillis = udp.resume();
    report.put("pausedMs", resumedMillis - pausedMillis);
    stage.verdicts().find(s -> isNow(s, id, "SUSPECT", pausedMillis)).stream()
        .findFirst()
        .ifPresent(
            s -> {
              report.put("suspectMs", s.event().atMillis() - pausedMillis);
              report.put("suspectReason", s.event().reason());
            });
    boolean beatsAgain = Poll.until(patience.limit(), () -> beats(id) > before + 1);
    witness.allAlive(report, List.of(id), resumedMillis);
    if (!beatsAgain) {
      report.fail(id + " did not beat again");
    }
    if (stage
        .verdicts()
        .await(s -> isNow(s, id, "DEAD", pausedMillis), Duration.ZERO)
        .isPresent()) {
      report.fail(id + " was declared DEAD within its grace");
    }
  }

  private static boolean isNow(Sighting sighting, String id, String verdict, long sinceMillis) {
    VerdictEvent event = sighting.event();
    return event.isAbout(CLIENT, id)
        && event.to().equals(verdict)
        && event.atMillis() >= sinceMillis;
  }

  private long beats(String id) throws InterruptedException {
    for (String observer : stage.nodesUp()) {
      Optional<ClientRow> row = stage.client(observer, id);
      if (row.isPresent()) {
        return row.get().beats();
      }
    }
    return 0;
  }
}
