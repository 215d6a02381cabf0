package io.phial.node.cluster;

import java.time.Duration;
import java.util.List;

/**
 * Settings of {@link HazelcastCluster}. Checked when built; start from {@link #of}.
 *
 * @param nodeId this node's id; unique in the cluster, at most one live process may use it
 * @param clusterName fences this cluster from others that reach its port; all members share it
 * @param bindAddress the one address that Hazelcast and the event bus listen on and are reached at;
 *     an address literal, never a wildcard
 * @param hazelcastPort the port of Hazelcast; fixed, never another one when it is taken
 * @param busPort the port of the event bus; 0 takes any free one, which firewalls dislike
 * @param members {@code host:port} of other members to look for; may hold this one too
 * @param operationTimeout the longest that an operation's future stays open. Longer rides out the
 *     loss of a member that owns the data (some seconds until gossip is sure); shorter fails
 *     sooner. Rule of thumb: above the time from a hang to DEAD
 * @param startTimeout the longest that {@code start} and {@code rejoin} may take
 * @param recordQueueMax client records that wait to be written; beyond it the oldest is dropped
 * @param recordBatchMax records in one batch; one batch is under way at a time
 * @param busRequestsMax bus requests under way, in each direction
 * @param busBodyBytesMax the largest body of a request, reply or publication
 * @param eventsMax entries of the event log kept by the cluster; the same on all members
 */
public record ClusterOptions(
    String nodeId,
    String clusterName,
    String bindAddress,
    int hazelcastPort,
    int busPort,
    List<String> members,
    Duration operationTimeout,
    Duration startTimeout,
    int recordQueueMax,
    int recordBatchMax,
    int busRequestsMax,
    int busBodyBytesMax,
    int eventsMax) {

  /** Checks every bound. */
  public ClusterOptions {
    members = List.copyOf(members);
    check(
        nodeId.matches("[A-Za-z0-9._-]{1,64}"),
        "nodeId",
        "1 to 64 characters of [A-Za-z0-9._-]",
        nodeId);
    check(
        !clusterName.isBlank() && clusterName.length() <= 64,
        "clusterName",
        "1 to 64 characters",
        clusterName);
    check(
        bindAddress.matches("[0-9a-fA-F:.]{2,45}")
            && !bindAddress.equals("0.0.0.0")
            && !bindAddress.equals("::"),
        "bindAddress",
        "the literal of one address",
        bindAddress);
    range("hazelcastPort", hazelcastPort, 1, 65535);
    range("busPort", busPort, 0, 65535);
    check(members.size() <= 256, "members", "at most 256", members.size());
    for (String member : members) {
      check(member.matches("[^\\s,]{1,255}:\\d{1,5}"), "members", "host:port", member);
    }
    range("operationTimeout", operationTimeout, 100, 60_000);
    range("startTimeout", startTimeout, 5_000, 600_000);
    range("recordQueueMax", recordQueueMax, 1, 10_000_000);
    range("recordBatchMax", recordBatchMax, 1, 10_000);
    range("busRequestsMax", busRequestsMax, 1, 100_000);
    range("busBodyBytesMax", busBodyBytesMax, 1_024, 64 << 20);
    range("eventsMax", eventsMax, 16, 1_000_000);
  }

  /** The defaults for one node: 8 s an operation, 60 s to start, 65,536 queued records. */
  public static ClusterOptions of(
      String nodeId,
      String clusterName,
      String bindAddress,
      int hazelcastPort,
      List<String> members) {
    return new ClusterOptions(
        nodeId,
        clusterName,
        bindAddress,
        hazelcastPort,
        0,
        members,
        Duration.ofSeconds(8),
        Duration.ofSeconds(60),
        65_536,
        512,
        1_024,
        8 << 20,
        16_384);
  }

  /** The same with another operation time-out. */
  public ClusterOptions withOperationTimeout(Duration timeout) {
    return new ClusterOptions(
        nodeId,
        clusterName,
        bindAddress,
        hazelcastPort,
        busPort,
        members,
        timeout,
        startTimeout,
        recordQueueMax,
        recordBatchMax,
        busRequestsMax,
        busBodyBytesMax,
        eventsMax);
  }

  private static void range(String option, Duration value, long minMillis, long maxMillis) {
    check(
        value.toMillis() >= minMillis && value.toMillis() <= maxMillis,
        option,
        minMillis + " to " + maxMillis + " ms",
        value.toMillis() + " ms");
  }

  private static void range(String option, int value, int min, int max) {
    check(value >= min && value <= max, option, min + " to " + max, value);
  }

  private static void check(boolean holds, String option, String bound, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(option + " must be " + bound + ", was " + value);
    }
  }
}
