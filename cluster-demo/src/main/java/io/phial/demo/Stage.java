package io.phial.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the tour plays on: real processes, or a recording in tests. Faults return their moment. */
interface Stage {
  /** Every node's id. */
  List<String> nodeIds();

  /** The nodes that run, are not paused and are not leaving. */
  List<String> nodesUp();

  /** Starts all nodes; returns when they see each other. */
  void startNodes() throws IOException, InterruptedException;

  /** Starts the fleet and the actors; the plain TCP ones connect to the given node. */
  void startClients(String seedNode) throws IOException, InterruptedException;

  /** What the nodes said. */
  VerdictLog verdicts();

  /** Who really was ill. */
  HealthBook health();

  /** The ids of the fleet. */
  List<String> fleet();

  /** An actor. */
  Actor actor(Actor.Role role);

  /** The nodes as one of them sees them; empty when it does not answer. */
  Optional<NodesView> nodes(String observer) throws InterruptedException;

  /** All clients as one node lists them; empty when it gives no whole answer. */
  Optional<Map<String, ClientRow>> clients(String observer) throws InterruptedException;

  /** One client as one node sees it. */
  Optional<ClientRow> client(String observer, String id) throws InterruptedException;

  /** SIGKILL for a node. */
  long killNode(String id);

  /** SIGSTOP for a node. */
  long pauseNode(String id);

  /** SIGCONT for a node. */
  long resumeNode(String id);

  /** SIGTERM for a node. */
  long leaveNode(String id);

  /** Waits for the end of a node's process; its exit code, or empty when it still runs. */
  Optional<Integer> awaitExit(String id, Duration limit) throws InterruptedException;

  /** Starts a node that has ended; returns when all see it. */
  void restartNode(String id) throws IOException, InterruptedException;

  /** Lines that the nodes printed among their events and that were none. */
  long oddLines();

  /** What became of the clients' datagrams on the bad network. */
  Map<String, Long> datagrams();

  /** Now, on the clock of the events. */
  long nowMillis();
}
