package io.phial.demo;

import static io.phial.demo.VerdictEvent.CLIENT;
import static io.phial.demo.VerdictEvent.NODE;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Waits for what the nodes should say, measures it from the fault on, and writes it down. */
final class Witness {
  private static final int NAMED_MAX = 5;

  private final Stage stage;
  private final Duration limit;

  Witness(Stage stage, Duration limit) {
    this.stage = stage;
    this.limit = limit;
  }

  /** Every node that is up must say this about a node; the worst time goes in as the step's. */
  void nodeVerdict(StepReport report, String subject, String state, long faultMillis)
      throws InterruptedException {
    List<String> observers = others(subject);
    Map<String, VerdictEvent> said =
        stage
            .verdicts()
            .awaitOnEach(
                observers,
                e ->
                    e.isAbout(NODE, subject) && e.to().equals(state) && e.atMillis() >= faultMillis,
                limit);
    for (String observer : observers) {
      VerdictEvent event = said.get(observer);
      if (event == null) {
        report.fail(observer + " did not see " + subject + " " + state + within());
      } else {
        note(report, "survivors", observer, state, event.atMillis() - faultMillis, event.reason());
      }
    }
    said.values().stream()
        .mapToLong(e -> e.atMillis() - faultMillis)
        .max()
        .ifPresent(worst -> report.put(key(state), worst));
  }

  /**
   * Every node that is up must say this about a client: by an event of its own or, as only its
   * owner judges it, by its answer to a question.
   */
  void clientVerdict(StepReport report, Actor actor, String group, String verdict, long faultMillis)
      throws InterruptedException {
    String id = actor.id();
    Map<String, Long> tookMillis = new TreeMap<>();
    boolean complete =
        Poll.until(
            limit,
            () -> {
              for (String observer : stage.nodesUp()) {
                if (!tookMillis.containsKey(observer)) {
                  said(observer, id, verdict, faultMillis)
                      .ifPresent(
                          e -> {
                            tookMillis.put(observer, e.atMillis() - faultMillis);
                            note(
                                report,
                                group,
                                observer,
                                verdict,
                                e.atMillis() - faultMillis,
                                e.reason());
                          });
                }
              }
              return tookMillis.keySet().containsAll(stage.nodesUp());
            });
    if (!complete) {
      report.fail(id + " was not " + verdict + " on every node" + within());
    }
    long worst = tookMillis.values().stream().mapToLong(t -> t).max().orElse(0);
    report.values().merge(key(verdict), worst, (a, b) -> Math.max((Long) a, (Long) b));
  }

  private Optional<VerdictEvent> said(String observer, String id, String verdict, long since)
      throws InterruptedException {
    Optional<VerdictEvent> event =
        stage
            .verdicts()
            .find(
                s ->
                    s.observer().equals(observer)
                        && s.event().isAbout(CLIENT, id)
                        && s.event().to().equals(verdict)
                        && s.event().atMillis() >= since)
            .stream()
            .findFirst()
            .map(Sighting::event);
    if (event.isPresent()) {
      return event;
    }
    return stage
        .client(observer, id)
        .filter(row -> row.verdict().equals(verdict))
        .map(row -> new VerdictEvent(stage.nowMillis(), CLIENT, id, "", verdict, row.reason(), 0));
  }

  private static void note(
      StepReport report, String group, String observer, String state, long millis, String reason) {
    report.put(group, observer, key(state), millis);
    report.put(group, observer, key(state).replace("Ms", "Reason"), reason);
  }

  /** Waits until every node that is up lists all of them ALIVE; the time since goes in. */
  void allAlive(StepReport report, Collection<String> ids, long sinceMillis)
      throws InterruptedException {
    Roll[] last = new Roll[1];
    boolean all =
        Poll.until(
            limit,
            () -> {
              last[0] = roll(ids);
              return last[0].isComplete();
            });
    report.put("clientsAlive", ids.size() - last[0].missing().size());
    report.put("clientsAliveMs", stage.nowMillis() - sinceMillis);
    if (!all) {
      report.fail(last[0] + within());
    }
  }

  /**
   * A roll call of clients on all nodes that are up.
   *
   * @param missing those that some node does not list as ALIVE, with what it says
   * @param mute the nodes that gave no whole answer
   */
  record Roll(Map<String, String> missing, List<String> mute) {
    boolean isComplete() {
      return missing.isEmpty() && mute.isEmpty();
    }

    @Override
    public String toString() {
      String nodes = mute.isEmpty() ? "" : "no whole answer from " + mute + "; ";
      return nodes
          + missing.size()
          + " clients not ALIVE on all nodes: "
          + some(missing.entrySet());
    }
  }

  /** Calls the roll once. */
  Roll roll(Collection<String> ids) throws InterruptedException {
    Map<String, String> missing = new TreeMap<>();
    List<String> mute = new ArrayList<>();
    List<String> observers = stage.nodesUp();
    for (String observer : observers) {
      Optional<Map<String, ClientRow>> listed = stage.clients(observer);
      if (listed.isEmpty()) {
        mute.add(observer);
      }
      for (String id : listed.isEmpty() ? List.<String>of() : ids) {
        String verdict = verdict(listed.get(), id);
        if (!verdict.equals("ALIVE")) {
          missing.put(id, verdict + " on " + observer);
        }
      }
    }
    if (mute.size() == observers.size()) {
      ids.forEach(id -> missing.put(id, "no answer"));
    }
    return new Roll(missing, mute);
  }

  private static String verdict(Map<String, ClientRow> rows, String id) {
    ClientRow row = rows.get(id);
    return row == null ? "not listed" : row.verdict();
  }

  /** Waits until the question has a good answer from every node that is up. */
  void everyNode(StepReport report, String what, Predicate<NodesView> question)
      throws InterruptedException {
    List<String> wrong = new ArrayList<>();
    boolean all =
        Poll.until(
            limit,
            () -> {
              wrong.clear();
              for (String observer : stage.nodesUp()) {
                if (!stage.nodes(observer).map(question::test).orElse(false)) {
                  wrong.add(observer);
                }
              }
              return wrong.isEmpty();
            });
    if (!all) {
      report.fail("not " + what + " on " + wrong + within());
    }
  }

  /** How many of these clients got a verdict at or after a position of the log, on any node. */
  int count(Collection<String> ids, String verdict, long position) {
    Set<String> among = new HashSet<>(ids);
    return (int)
        stage.verdicts().since(position).stream()
            .map(Sighting::event)
            .filter(e -> e.kind().equals(CLIENT) && e.to().equals(verdict))
            .map(VerdictEvent::id)
            .filter(among::contains)
            .distinct()
            .count();
  }

  /** The nodes that are up, without the subject. */
  List<String> others(String subject) {
    return stage.nodesUp().stream().filter(id -> !id.equals(subject)).toList();
  }

  static String some(Collection<?> all) {
    String first =
        all.stream().limit(NAMED_MAX).map(Object::toString).collect(Collectors.joining(", "));
    return all.size() > NAMED_MAX ? first + ", …" : first;
  }

  private static String key(String state) {
    return state.toLowerCase(Locale.ROOT) + "Ms";
  }

  private String within() {
    return " within " + limit.toSeconds() + " s";
  }
}
