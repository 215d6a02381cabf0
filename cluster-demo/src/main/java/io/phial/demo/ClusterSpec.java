package io.phial.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link DemoCluster} is made of.
 *
 * @param nodes how many node processes, {@value #NODES_MIN} to {@value #NODES_MAX}
 * @param javaHome the Java installation that runs the nodes
 * @param jvmArgs options of the nodes' JVMs, after the demo's own and so stronger
 * @param nodeArgs arguments of {@code phial node}, after the demo's own
 * @param link what UDP clients' datagrams suffer
 * @param interval how often clients beat
 * @param python the Python 3 program; {@link #NO_PYTHON} to use the Java twins of the programs
 * @param logs where logs go and stay; null for a temporary directory that is removed
 * @param seed of everything random here: loss, delay, the ports' search
 */
public record ClusterSpec(
    int nodes,
    Path javaHome,
    List<String> jvmArgs,
    List<String> nodeArgs,
    Link link,
    Duration interval,
    String python,
    @Nullable Path logs,
    long seed) {
  /** The fewest nodes. */
  public static final int NODES_MIN = 1;

  /** The most nodes; each is a JVM on this very machine. */
  public static final int NODES_MAX = 15;

  /** Stands for: use no Python. */
  public static final String NO_PYTHON = "none";

  /** Checks the bounds. */
  public ClusterSpec {
    if (nodes < NODES_MIN || nodes > NODES_MAX) {
      throw new IllegalArgumentException(
          "--nodes must be " + NODES_MIN + " to " + NODES_MAX + ", was " + nodes);
    }
    if (interval.toMillis() < 100 || interval.toMillis() > 60_000) {
      throw new IllegalArgumentException(
          "--interval must be 100 ms to 60000 ms, was " + interval.toMillis() + " ms");
    }
    jvmArgs = List.copyOf(jvmArgs);
    nodeArgs = List.copyOf(nodeArgs);
  }

  /** Three nodes, beats every second, 3 % loss and 10 ms mean jitter. */
  public static ClusterSpec defaults() {
    return new ClusterSpec(
        3,
        Path.of(System.getProperty("java.home")),
        List.of(),
        List.of(),
        new Link(0.03, Duration.ofMillis(10)),
        Duration.ofSeconds(1),
        "python3",
        null,
        1);
  }

  /** The same with another number of nodes. */
  public ClusterSpec withNodes(int count) {
    return new ClusterSpec(count, javaHome, jvmArgs, nodeArgs, link, interval, python, logs, seed);
  }

  /** The same with another Java for the nodes. */
  public ClusterSpec withNodeJvm(Path home, List<String> args) {
    return new ClusterSpec(nodes, home, args, nodeArgs, link, interval, python, logs, seed);
  }

  /** The same with further arguments for every node. */
  public ClusterSpec withNodeArgs(List<String> args) {
    return new ClusterSpec(nodes, javaHome, jvmArgs, args, link, interval, python, logs, seed);
  }

  /** The same behind another network. */
  public ClusterSpec withLink(Link other) {
    return new ClusterSpec(nodes, javaHome, jvmArgs, nodeArgs, other, interval, python, logs, seed);
  }

  /** The same with another interval of clients. */
  public ClusterSpec withInterval(Duration other) {
    return new ClusterSpec(nodes, javaHome, jvmArgs, nodeArgs, link, other, python, logs, seed);
  }

  /** The same with another Python. */
  public ClusterSpec withPython(String program) {
    return new ClusterSpec(nodes, javaHome, jvmArgs, nodeArgs, link, interval, program, logs, seed);
  }

  /** The same with logs kept in a directory; null for a temporary one. */
  public ClusterSpec withLogs(@Nullable Path directory) {
    return new ClusterSpec(
        nodes, javaHome, jvmArgs, nodeArgs, link, interval, python, directory, seed);
  }

  /** The same with another seed. */
  public ClusterSpec withSeed(long other) {
    return new ClusterSpec(nodes, javaHome, jvmArgs, nodeArgs, link, interval, python, logs, other);
  }
}
