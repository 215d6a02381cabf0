package io.phial.chaos.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.phial.client.Phial;
import io.phial.core.registry.Transport;
import io.phial.core.wire.Endpoint;
import io.phial.demo.DemoException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What is done to the pods, and the numbers that come of it. Each leaves them whole. */
final class PodScript {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final int GRACE_SECONDS = 45;

  private final PodCluster pods;

  PodScript(PodCluster pods) {
    this.pods = pods;
  }

  /** Kills the program with SIGKILL; milliseconds until a node says DEAD. Starts it again. */
  long killApp() throws IOException, InterruptedException {
    Hurt.kill(pods.appId());
    long millis = Ask.until(LIMIT, "the killed program DEAD", () -> is("DEAD"));
    pods.startApp();
    Ask.until(LIMIT, "the program ALIVE again", () -> is("ALIVE"));
    return millis;
  }

  private boolean is(String verdict) {
    return pods.verdict().equals(verdict);
  }

  /**
   * A hung program, frozen and thawed.
   *
   * @param suspectMillis until SUSPECT
   * @param deadMillis until DEAD
   */
  record Hung(long suspectMillis, long deadMillis) {}

  Hung hangApp() throws InterruptedException {
    Hurt.pause(pods.appId());
    try {
      long suspect = Ask.until(LIMIT, "the hung program SUSPECT", () -> is("SUSPECT"));
      long dead = suspect + Ask.until(LIMIT, "the hung program DEAD", () -> is("DEAD"));
      return new Hung(suspect, dead);
    } finally {
      Hurt.resume(pods.appId());
      Ask.until(LIMIT, "the program ALIVE again", () -> is("ALIVE"));
    }
  }

  /** The end of the program announced as by a preStop hook; true when it is LEFT and not DEAD. */
  boolean leave() throws IOException, InterruptedException {
    ExecResult.of(
        pods.agentId(),
        "java",
        "-Xmx8m",
        "-cp",
        "/opt/phial/phial-agent.jar",
        "io.phial.agent.Leaving");
    Hurt.stop(pods.appId(), 1);
    Ask.until(LIMIT, "the stopped program LEFT", () -> is("LEFT") || is("DEAD"));
    boolean left = is("LEFT");
    pods.startApp();
    Ask.until(LIMIT, "the program ALIVE again", () -> is("ALIVE"));
    return left;
  }

  /**
   * All nodes away.
   *
   * @param unanswered questions to the agent without an answer that lists the program
   * @param unmarked answers not marked stale after the first seconds
   */
  record Away(long unanswered, long unmarked) {}

  Away nodesAway(Duration time) throws IOException, InterruptedException {
    for (int i = 0; i < PodCluster.NODES; i++) {
      Hurt.pause(pods.nodeId(i));
    }
    long unanswered = 0;
    long unmarked = 0;
    try {
      long begun = System.nanoTime();
      Thread.sleep(5000);
      while (System.nanoTime() - begun < time.toNanos()) {
        JsonNode answer = Ask.parse(orEmpty(pods.askAgent("/v1/peers?group=shop/web")));
        boolean lists = answer.path("peers").path(0).path("id").asText().equals("shop/web/web-0");
        unanswered += lists ? 0 : 1;
        unmarked += lists && !answer.path("stale").asBoolean() ? 1 : 0;
        Thread.sleep(1000);
      }
    } finally {
      for (int i = 0; i < PodCluster.NODES; i++) {
        Hurt.resume(pods.nodeId(i));
      }
    }
    pods.awaitReady();
    Ask.until(LIMIT, "the program ALIVE again", () -> is("ALIVE"));
    return new Away(unanswered, unmarked);
  }

  private static String orEmpty(String text) {
    return text.isBlank() ? "{}" : text;
  }

  /**
   * A rolling restart.
   *
   * @param dead nodes and clients that were called DEAD by anybody
   * @param notLeft nodes whose leave was not shown as LEFT by another one
   * @param notBack clients not ALIVE afterwards
   */
  record Rolling(Set<String> dead, long notLeft, long notBack) {}

  Rolling rolling(int clients) throws InterruptedException {
    List<Phial> fleet = new ArrayList<>();
    try {
      for (int i = 0; i < clients; i++) {
        fleet.add(client(i, i % 2 == 0 ? Transport.UDP : Transport.TCP));
      }
      Ask.until(LIMIT, clients + " clients ALIVE", () -> alive(0) >= clients);
      long[] read = new long[PodCluster.NODES];
      for (int i = 0; i < PodCluster.NODES; i++) {
        read[i] = Hurt.log(pods.nodeId(i)).size();
      }
      for (int i = 0; i < PodCluster.NODES; i++) {
        Hurt.stop(pods.nodeId(i), GRACE_SECONDS);
        Hurt.start(pods.nodeId(i));
        pods.awaitReady();
      }
      int last = PodCluster.NODES - 1;
      Ask.until(LIMIT, clients + " clients ALIVE again", () -> alive(last) >= clients);
      return judge(read, Math.max(0, clients - alive(0)));
    } finally {
      fleet.parallelStream().forEach(Phial::close);
    }
  }

  private long alive(int node) {
    return Ask.json(pods.api(node) + "/v1/clients?limit=1&verdict=ALIVE&prefix=fleet-")
        .path("total")
        .asLong(-1);
  }

  private Phial client(int number, Transport transport) {
    List<Endpoint> nodes = new ArrayList<>();
    for (int i = 0; i < PodCluster.NODES; i++) {
      nodes.add(new Endpoint(pods.address((number + i) % PodCluster.NODES), 7070));
    }
    return Phial.builder().id("fleet-" + number).nodes(nodes).transport(transport).connect();
  }

  // Logs outlive a restarted container, which an event stream does not.
  private Rolling judge(long[] read, long notBack) {
    Set<String> dead = new TreeSet<>();
    Set<String> left = new TreeSet<>();
    for (int i = 0; i < PodCluster.NODES; i++) {
      for (String line : Hurt.log(pods.nodeId(i)).stream().skip(read[i]).toList()) {
        try {
          JsonNode event = Ask.parse(line.startsWith("{") ? line : "{}");
          if (event.path("to").asText().equals("DEAD")) {
            dead.add(event.path("id").asText());
          } else if (event.path("to").asText().equals("LEFT")) {
            left.add(event.path("id").asText());
          }
        } catch (IOException e) {
          throw new DemoException("log line cannot be read: " + line);
        }
      }
    }
    long shown = left.stream().filter(id -> id.startsWith("phial-")).count();
    return new Rolling(dead, PodCluster.NODES - shown, notBack);
  }

  /** Freezes a node until it is DEAD; milliseconds until UNREACHABLE. Thaws it. */
  long pauseNode(int node) throws InterruptedException {
    Hurt.pause(pods.nodeId(node));
    try {
      long millis = awaitState(node, "UNREACHABLE");
      awaitState(node, "DEAD");
      return millis;
    } finally {
      Hurt.resume(pods.nodeId(node));
      pods.awaitReady();
    }
  }

  /** Kills a node; milliseconds until DEAD. Starts it again. */
  long killNode(int node) throws InterruptedException {
    Hurt.kill(pods.nodeId(node));
    long millis = awaitState(node, "DEAD");
    Hurt.start(pods.nodeId(node));
    pods.awaitReady();
    return millis;
  }

  /** Cuts a node off; milliseconds until DEAD at another one. Connects it again. */
  long cutNode(int node) throws InterruptedException {
    String network = pods.network().getId();
    Hurt.disconnect(network, pods.nodeId(node));
    long millis = awaitState(node, "DEAD");
    Hurt.connect(network, pods.nodeId(node), pods.address(node), pods.aliases());
    pods.awaitReady();
    return millis;
  }

  private long awaitState(int node, String state) throws InterruptedException {
    String other = pods.api((node + 1) % PodCluster.NODES);
    String id = "phial-" + node;
    return Ask.until(LIMIT, id + " " + state, () -> Ask.state(other, id).equals(state));
  }

  /**
   * One direction between two nodes blocked, or a share lost, for a while.
   *
   * @return how often a node was seen DEAD meanwhile
   */
  long disturb(boolean block, double share, Duration time) throws InterruptedException {
    String at = pods.nodeId(0);
    if (block) {
      Hurt.block(at, pods.address(1));
    } else {
      for (int i = 0; i < PodCluster.NODES; i++) {
        Hurt.lose(pods.nodeId(i), "10.0.0.0/8", share);
      }
    }
    long dead = 0;
    try {
      long begun = System.nanoTime();
      while (System.nanoTime() - begun < time.toNanos()) {
        for (int i = 0; i < PodCluster.NODES; i++) {
          dead += Ask.states(pods.api(i)).contains("DEAD") ? 1 : 0;
        }
        Thread.sleep(250);
      }
    } finally {
      for (int i = 0; i < PodCluster.NODES; i++) {
        Hurt.heal(pods.nodeId(i));
      }
    }
    pods.awaitReady();
    return dead;
  }
}
