package io.phial.chaos.job;

import io.phial.demo.ClientRow;
import io.phial.demo.DemoCluster;
import io.phial.demo.DemoException;
import io.phial.demo.DemoNode;
import io.phial.demo.NodesView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What every node says about every node and client at one moment.
 *
 * @param entries by observer and subject, the state or verdict; for nodes with the incarnation
 */
record Census(Map<String, String> entries) {
  /**
   * Asks every node that is up.
   *
   * @throws DemoException when one gives no whole answer
   */
  static Census take(DemoCluster cluster) throws InterruptedException {
    Map<String, String> entries = new TreeMap<>();
    for (DemoNode observer : cluster.nodesUp()) {
      NodesView view = observer.api().nodes().orElseThrow(() -> silent(observer, "nodes"));
      for (NodesView.Row row : view.nodes()) {
        entries.put(
            observer + " on node " + row.id(), row.state() + " incarnation " + row.incarnation());
      }
      Map<String, ClientRow> clients =
          observer.api().clients().orElseThrow(() -> silent(observer, "clients"));
      clients.forEach((id, row) -> entries.put(observer + " on client " + id, row.verdict()));
    }
    return new Census(entries);
  }

  private static DemoException silent(DemoNode observer, String what) {
    return new DemoException(observer + " gave no whole list of " + what);
  }

  /** What differs between this earlier census and a later one, one line each. */
  List<String> changesTo(Census later) {
    Set<String> all = new TreeSet<>(entries.keySet());
    all.addAll(later.entries.keySet());
    List<String> changes = new ArrayList<>();
    for (String key : all) {
      String before = entries.get(key);
      String now = later.entries.get(key);
      if (!Objects.equals(before, now)) {
        changes.add(key + ": " + orNothing(before) + " -> " + orNothing(now));
      }
    }
    return changes;
  }

  private static String orNothing(@org.jspecify.annotations.Nullable String entry) {
    return entry == null ? "nothing" : entry;
  }
}
