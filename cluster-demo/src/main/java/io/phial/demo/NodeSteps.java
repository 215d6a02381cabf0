package io.phial.demo;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The steps of the tour in which nodes suffer. */
final class NodeSteps {
  /** What the shell and Java call an end by SIGTERM. */
  private static final Set<Integer> TERMINATED = Set.of(0, 143);

  private final Stage stage;
  private final Patience patience;
  private final Witness witness;
  private final ClientSteps clients;
  private final String killed;
  private final String stopped;
  private long incarnationBefore;

  NodeSteps(Stage stage, Patience patience, ClientSteps clients, String killed, String stopped) {
    this.stage = stage;
    this.patience = patience;
    this.witness = new Witness(stage, patience.limit());
    this.clients = clients;
    this.killed = killed;
    this.stopped = stopped;
  }

  void kill(StepReport report) throws InterruptedException {
    List<String> homed = homedAt(killed);
    long position = stage.verdicts().position();
    long at = stage.killNode(killed);
    report.put("node", killed);
    witness.nodeVerdict(report, killed, "DEAD", at);
    clientsMeanwhile(report, homed, position, at);
  }

  void restart(StepReport report) throws IOException, InterruptedException {
    long at = stage.nowMillis();
    report.put("node", killed);
    stage.restartNode(killed);
    report.put("readyMs", stage.nowMillis() - at);
    allNodesAlive(report);
    witness.allAlive(report, clients.spared(), at);
  }

  void stop(StepReport report) throws InterruptedException {
    incarnationBefore = incarnation(stopped);
    List<String> homed = homedAt(stopped);
    long position = stage.verdicts().position();
    long at = stage.pauseNode(stopped);
    report.put("node", stopped);
    witness.nodeVerdict(report, stopped, "UNREACHABLE", at);
    witness.nodeVerdict(report, stopped, "DEAD", at);
    clientsMeanwhile(report, homed, position, at);
  }

  void resume(StepReport report) throws InterruptedException {
    long position = stage.verdicts().position();
    long at = stage.resumeNode(stopped);
    report.put("node", stopped);
    witness.nodeVerdict(report, stopped, "ALIVE", at);
    witness.everyNode(
        report,
        stopped + " ALIVE with a new incarnation",
        view ->
            view.row(stopped)
                .filter(r -> r.state().equals("ALIVE") && r.incarnation() > incarnationBefore)
                .isPresent());
    report.put("incarnationBefore", incarnationBefore);
    report.put("incarnation", incarnation(stopped));
    report.put("healthyOnAllMs", stage.nowMillis() - at);
    long accused =
        stage.verdicts().since(position).stream()
            .filter(s -> s.observer().equals(stopped) && s.event().to().equals("DEAD"))
            .filter(stage.health().isFalseDead())
            .count();
    report.put("accusedByResumed", accused);
  }

  void heal(StepReport report) throws InterruptedException {
    long at = stage.nowMillis();
    allNodesAlive(report);
    witness.allAlive(report, clients.spared(), at);
    // What a returning node gets wrong about its old clients shows after their grace, not at once.
    if (report.isOk()) {
      stage.verdicts().await(isLate(stage.nowMillis()), patience.calm());
      witness.allAlive(report, clients.spared(), at);
    }
    report.put("clientsLost", witness.roll(stage.fleet()).missing().size());
  }

  private Predicate<Sighting> isLate(long sinceMillis) {
    Predicate<Sighting> isFalse = stage.health().isFalseDead();
    return s -> s.event().atMillis() >= sinceMillis && isFalse.test(s);
  }

  void leave(StepReport report) throws InterruptedException {
    long at = stage.leaveNode(killed);
    report.put("node", killed);
    witness.nodeVerdict(report, killed, "LEFT", at);
    Optional<Integer> exit = stage.awaitExit(killed, patience.limit());
    report.put("exitMs", stage.nowMillis() - at);
    if (!TERMINATED.contains(exit.orElse(-1))) {
      report.fail(killed + " did not end by itself; exit code " + exit.orElse(null));
    }
    witness.allAlive(report, clients.spared(), at);
  }

  private void allNodesAlive(StepReport report) throws InterruptedException {
    int all = stage.nodeIds().size();
    witness.everyNode(
        report,
        all + " nodes ALIVE and a usable view",
        view -> view.usable() && view.count("ALIVE") == all);
  }

  /** What happened to clients since a node's fault: those it judged, and whether all came back. */
  private void clientsMeanwhile(StepReport report, List<String> homed, long position, long at)
      throws InterruptedException {
    witness.allAlive(report, clients.spared(), at);
    report.put("clientsOfNode", homed.size());
    report.put("clientsUnknown", witness.count(homed, "UNKNOWN", position));
    report.put("clientsSuspected", witness.count(homed, "SUSPECT", position));
    int dead = witness.count(clients.spared(), "DEAD", position);
    report.put("clientsDead", dead);
    if (dead > 0) {
      report.fail(dead + " healthy clients were declared DEAD");
    }
  }

  private List<String> homedAt(String node) throws InterruptedException {
    Set<String> fleet = Set.copyOf(stage.fleet());
    for (String observer : stage.nodesUp()) {
      Optional<Map<String, ClientRow>> rows = stage.clients(observer);
      if (rows.isPresent()) {
        return rows.get().values().stream()
            .filter(r -> r.home().equals(node) && fleet.contains(r.id()))
            .map(ClientRow::id)
            .collect(Collectors.toList());
      }
    }
    return List.of();
  }

  /** The highest incarnation that anybody knows. */
  private long incarnation(String node) throws InterruptedException {
    long highest = 0;
    for (String observer : stage.nodesUp()) {
      long known =
          stage
              .nodes(observer)
              .flatMap(v -> v.row(node))
              .map(NodesView.Row::incarnation)
              .orElse(0L);
      highest = Math.max(highest, known);
    }
    return highest;
  }
}
