package io.phial.chaos.job;

import static io.phial.demo.VerdictEvent.CLIENT;
import static io.phial.demo.VerdictEvent.NODE;

import io.phial.demo.ClientRow;
import io.phial.demo.DemoCluster;
import io.phial.demo.DemoNode;
import io.phial.demo.NodesView;
import io.phial.demo.Sighting;
import io.phial.demo.VerdictEvent;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Waits for verdicts on every node that is up, and counts those that should not be. */
final class Verdicts {
  private static final long POLL_MILLIS = 50;

  private final DemoCluster cluster;

  Verdicts(DemoCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Time from the fault until the slowest survivor printed this state of a node.
   *
   * @return milliseconds; the whole limit when a survivor never said it, which fails any claim with
   *     a bound below
   */
  long nodeMillis(Sheet sheet, DemoNode subject, String state, long faultMillis, Duration limit)
      throws InterruptedException {
    List<String> observers = others(subject);
    Duration left = limit.minusMillis(System.currentTimeMillis() - faultMillis);
    Map<String, VerdictEvent> found =
        cluster
            .verdicts()
            .awaitOnEach(
                observers,
                e ->
                    e.isAbout(NODE, subject.id())
                        && e.to().equals(state)
                        && e.atMillis() >= faultMillis,
                left.isNegative() ? Duration.ZERO : left);
    if (found.size() < observers.size()) {
      Set<String> missing = new HashSet<>(observers);
      missing.removeAll(found.keySet());
      sheet.note(subject + " not " + state + " on " + missing + " within " + limit.toSeconds());
      return limit.toMillis();
    }
    found.forEach(
        (observer, event) ->
            sheet.note(
                observer
                    + ": "
                    + subject
                    + " "
                    + state
                    + " after "
                    + (event.atMillis() - faultMillis)
                    + " ms: "
                    + event.reason()));
    return found.values().stream().mapToLong(e -> e.atMillis() - faultMillis).max().orElse(0);
  }

  /**
   * Time from the fault until every node that is up says this of a client: by an event of its own,
   * or by its answer to a question.
   */
  long clientMillis(Sheet sheet, String id, String verdict, long faultMillis, Duration limit)
      throws InterruptedException {
    long worst = 0;
    Set<String> missing = new HashSet<>(cluster.nodesUp().stream().map(DemoNode::id).toList());
    while (System.currentTimeMillis() - faultMillis < limit.toMillis()) {
      for (DemoNode node : cluster.nodesUp()) {
        if (missing.contains(node.id())) {
          Optional<Long> at = said(node, id, verdict, faultMillis);
          if (at.isPresent()) {
            missing.remove(node.id());
            worst = Math.max(worst, at.get() - faultMillis);
          }
        }
      }
      if (missing.isEmpty()) {
        return worst;
      }
      Thread.sleep(POLL_MILLIS);
    }
    sheet.note(id + " not " + verdict + " on " + missing + " within " + limit.toSeconds() + " s");
    return limit.toMillis();
  }

  private Optional<Long> said(DemoNode node, String id, String verdict, long sinceMillis)
      throws InterruptedException {
    Optional<Long> event =
        cluster
            .verdicts()
            .find(
                s ->
                    s.observer().equals(node.id())
                        && s.event().isAbout(CLIENT, id)
                        && s.event().to().equals(verdict)
                        && s.event().atMillis() >= sinceMillis)
            .stream()
            .findFirst()
            .map(s -> s.event().atMillis());
    if (event.isPresent()) {
      return event;
    }
    boolean listed = node.api().client(id).map(row -> row.verdict().equals(verdict)).orElse(false);
    return listed ? Optional.of(System.currentTimeMillis()) : Optional.empty();
  }

  /**
   * How many were said at or after a position of the log, each once, however many nodes printed it;
   * they are shown.
   */
  int count(Sheet sheet, long position, Predicate<VerdictEvent> unwanted) {
    List<VerdictEvent> found =
        cluster.verdicts().since(position).stream()
            .map(Sighting::event)
            .filter(unwanted)
            .distinct()
            .toList();
    found.stream().limit(10).forEach(event -> sheet.note("unwanted: " + event));
    return found.size();
  }

  /** Waits until all nodes that are up see each other ALIVE; false when the limit passes. */
  boolean allNodesAlive(Duration limit) throws InterruptedException {
    return poll(limit, () -> allSeeAll(cluster.nodesUp()));
  }

  private static boolean allSeeAll(List<DemoNode> up) throws InterruptedException {
    for (DemoNode node : up) {
      Optional<NodesView> view = node.api().nodes();
      boolean whole =
          view.isPresent()
              && up.stream()
                  .allMatch(
                      other ->
                          view.get()
                              .row(other.id())
                              .filter(row -> row.state().equals("ALIVE"))
                              .isPresent());
      if (!whole) {
        return false;
      }
    }
    return true;
  }

  /** Those that some node that is up does not list as ALIVE, after waiting for the best. */
  Set<String> notAlive(List<String> ids, Duration limit) throws InterruptedException {
    Set<String> missing = new HashSet<>();
    poll(
        limit,
        () -> {
          missing.clear();
          for (DemoNode node : cluster.nodesUp()) {
            Map<String, ClientRow> rows = node.api().clients().orElse(Map.of());
            ids.stream().filter(id -> !isAlive(rows.get(id))).forEach(missing::add);
          }
          return missing.isEmpty();
        });
    return missing;
  }

  private static boolean isAlive(@org.jspecify.annotations.Nullable ClientRow row) {
    return row != null && row.verdict().equals("ALIVE");
  }

  /** Ids of the nodes that are up, without the subject. */
  List<String> others(DemoNode subject) {
    return cluster.nodesUp().stream()
        .map(DemoNode::id)
        .filter(id -> !id.equals(subject.id()))
        .toList();
  }

  /** A question whose asking may take a while. */
  private interface Question {
    boolean ask() throws InterruptedException;
  }

  private static boolean poll(Duration limit, Question question) throws InterruptedException {
    long startNanos = System.nanoTime();
    while (!question.ask()) {
      if (System.nanoTime() - startNanos > limit.toNanos()) {
        return false;
      }
      Thread.sleep(POLL_MILLIS * 4);
    }
    return true;
  }
}
