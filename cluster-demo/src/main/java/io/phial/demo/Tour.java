package io.phial.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The scripted tour: faults one after another, each with what every survivor said about it and how
 * long that took. It judges by what was said, never by how fast: speed is judged elsewhere.
 */
final class Tour {
  /** The fewest nodes: two survivors must agree. */
  static final int NODES_MIN = 3;

  /** One step: does something and reports. */
  @FunctionalInterface
  private interface Body {
    void run(StepReport report) throws IOException, InterruptedException;
  }

  private record Step(String name, String what, Body body) {}

  private final Stage stage;
  private final Patience patience;
  private final Narrator narrator;
  private final List<Step> steps;
  private final List<StepReport> reports = new ArrayList<>();

  Tour(Stage stage, long seed, Patience patience, Narrator narrator) {
    this.stage = stage;
    this.patience = patience;
    this.narrator = narrator;
    List<String> ids = new ArrayList<>(stage.nodeIds());
    Collections.shuffle(ids, new Random(seed));
    this.steps = steps(stage, patience, ids.get(0), ids.get(1), ids.get(2));
  }

  private static List<Step> steps(
      Stage stage, Patience patience, String killed, String stopped, String spared) {
    ClientSteps clients = new ClientSteps(stage, patience, spared);
    NodeSteps nodes = new NodeSteps(stage, patience, clients, killed, stopped);
    return List.of(
        new Step("start", "nodes one by one, then all clients", clients::start),
        new Step("kill-client", "kill -9 a UDP client and a plain TCP client", clients::kill),
        new Step("hang-client", "SIGSTOP a plain TCP client for good", clients::hang),
        new Step(
            "stop-client",
            "SIGSTOP a UDP client, SIGCONT within its grace",
            clients::pauseAndResume),
        new Step("kill-node", "kill -9 " + killed, nodes::kill),
        new Step("restart-node", "start " + killed + " again", nodes::restart),
        new Step("stop-node", "SIGSTOP " + stopped, nodes::stop),
        new Step("resume-node", "SIGCONT " + stopped, nodes::resume),
        new Step("heal", "everyone ALIVE everywhere, and calm", nodes::heal),
        new Step("leave-node", "SIGTERM " + killed, nodes::leave));
  }

  /** Plays all steps; stops at the first that leaves the cluster in no state to go on from. */
  boolean play() throws InterruptedException {
    for (Step step : steps) {
      StepReport report = run(step);
      reports.add(report);
      narrator.end(report);
      if (!report.isOk()) {
        break;
      }
    }
    Map<String, Object> summary = summary();
    narrator.summary(summary);
    return Boolean.TRUE.equals(summary.get("ok"));
  }

  private StepReport run(Step step) throws InterruptedException {
    narrator.begin(step.name(), step.what());
    StepReport report = new StepReport(step.name());
    long startMillis = stage.nowMillis();
    long position = stage.verdicts().position();
    try {
      step.body().run(report);
    } catch (IOException | DemoException e) {
      report.fail(e.getMessage());
    }
    List<Sighting> wrong =
        stage.verdicts().since(position).stream().filter(stage.health().isFalseDead()).toList();
    if (!wrong.isEmpty()) {
      report.fail(wrong.size() + " times DEAD about the healthy: " + Witness.some(wrong));
    }
    report.put("seconds", (stage.nowMillis() - startMillis) / 1000.0);
    return report;
  }

  private Map<String, Object> summary() throws InterruptedException {
    int falseDead = stage.verdicts().find(stage.health().isFalseDead()).size();
    int lost = clientsLost();
    List<String> left =
        steps.subList(reports.size(), steps.size()).stream().map(Step::name).toList();
    boolean stepsOk = left.isEmpty() && reports.stream().allMatch(StepReport::isOk);
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("ok", stepsOk && falseDead == 0 && lost == 0 && stage.oddLines() == 0);
    summary.put("falseDead", falseDead);
    summary.put("clientsLost", lost);
    summary.put("steps", reports.stream().map(StepReport::toMap).toList());
    if (!left.isEmpty()) {
      summary.put("notReached", left);
    }
    summary.put("oddLines", stage.oddLines());
    summary.put("datagrams", stage.datagrams());
    return summary;
  }

  /** As found when the node faults were over, otherwise as of now. */
  private int clientsLost() throws InterruptedException {
    for (StepReport report : reports) {
      if (report.values().get("clientsLost") instanceof Integer lost) {
        return lost;
      }
    }
    return new Witness(stage, patience.limit()).roll(stage.fleet()).missing().size();
  }
}
