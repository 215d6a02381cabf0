package io.phial.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The demo without a script: says where to look, then how things stand, until Ctrl-C. */
final class Show {
  private static final Duration PACE = Duration.ofSeconds(10);
  private static final int VERDICTS_SHOWN_MAX = 8;

  private final DemoCluster cluster;
  private final LiveStage stage;
  private final Narrator narrator;

  Show(DemoCluster cluster, LiveStage stage, Narrator narrator) {
    this.cluster = cluster;
    this.stage = stage;
    this.narrator = narrator;
  }

  /** Runs until the process is told to end, or false when no node is left. */
  boolean run() throws IOException, InterruptedException {
    narrator.say("starting " + stage.nodeIds().size() + " nodes, one after another");
    stage.startNodes();
    stage.startClients(stage.nodeIds().get(0));
    whereToLook();
    long seen = cluster.verdicts().position();
    while (!stage.nodesUp().isEmpty()) {
      long from = seen;
      // A node's verdict about a node is told at once, anything else waits for the next line.
      cluster.verdicts().await(isNews(from), PACE);
      seen = cluster.verdicts().position();
      tellVerdicts(cluster.verdicts().since(from));
      tellStanding();
    }
    narrator.say("no node is left");
    return false;
  }

  private java.util.function.Predicate<Sighting> isNews(long position) {
    List<Sighting> old = cluster.verdicts().since(Math.max(0, position - 1));
    long sinceMillis = old.isEmpty() ? 0 : old.get(0).event().atMillis();
    return s -> s.event().kind().equals(VerdictEvent.NODE) && s.event().atMillis() > sinceMillis;
  }

  private void whereToLook() {
    DemoNode first = cluster.nodes().get(0);
    for (DemoNode node : cluster.nodes()) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("node", node.id());
      object.put("pid", node.process().pid());
      object.put("http", node.ports().url());
      object.put("tcp", node.ports().tcpEndpoint().toString());
      object.put("udp", node.ports().udpEndpoint().toString());
      narrator.tell(
          String.format(
              "  %-4s pid %-7d %s   tcp %d  udp %d",
              node.id(),
              node.process().pid(),
              node.ports().url(),
              node.ports().tcp(),
              node.ports().udp()),
          object);
    }
    String url = first.ports().url();
    narrator.say("  clients' programs: " + (cluster.usesPython() ? "Python" : "Java twins"));
    narrator.say("  logs: " + cluster.logs());
    narrator.say("look:  curl -s " + url + "/v1/nodes");
    narrator.say("       curl -s '" + url + "/v1/clients?limit=5'");
    narrator.say("       curl -sN " + url + "/v1/events");
    narrator.say("hurt:  kill -9 " + first.process().pid() + "    # or -STOP, later -CONT");
    narrator.say("beat:  printf HEARTBEAT | nc " + NodePorts.HOST + " " + first.ports().tcp());
    narrator.say("end:   Ctrl-C");
  }

  private void tellVerdicts(List<Sighting> news) {
    List<Sighting> notable =
        news.stream()
            .filter(
                s ->
                    s.event().kind().equals(VerdictEvent.NODE)
                        || s.event().to().equals("DEAD")
                        || s.event().to().equals("SUSPECT"))
            .toList();
    for (Sighting s : notable.subList(0, Math.min(VERDICTS_SHOWN_MAX, notable.size()))) {
      narrator.say("  " + s);
    }
    if (notable.size() > VERDICTS_SHOWN_MAX) {
      narrator.say("  and " + (notable.size() - VERDICTS_SHOWN_MAX) + " more");
    }
  }

  private void tellStanding() throws InterruptedException {
    for (String observer : new ArrayList<>(stage.nodesUp())) {
      Optional<NodesView> nodes = stage.nodes(observer);
      Optional<Map<String, ClientRow>> clients = stage.clients(observer);
      if (nodes.isPresent() && clients.isPresent()) {
        Map<String, Long> nodeStates = new TreeMap<>();
        nodes.get().nodes().forEach(r -> nodeStates.merge(r.state(), 1L, Long::sum));
        Map<String, Long> verdicts = new TreeMap<>();
        clients.get().values().forEach(r -> verdicts.merge(r.verdict(), 1L, Long::sum));
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("at", stage.nowMillis());
        object.put("observer", observer);
        object.put("nodes", nodeStates);
        object.put("clients", verdicts);
        object.put("datagrams", stage.datagrams());
        narrator.tell(
            "nodes " + nodeStates + "  clients " + verdicts + "  datagrams " + stage.datagrams(),
            object);
        return;
      }
    }
    narrator.say("no node gives a whole answer");
  }
}
