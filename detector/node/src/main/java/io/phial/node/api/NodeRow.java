package io.phial.node.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.phial.core.member.Member;
import io.phial.core.wire.NodeInfo;

/**
 * One node.
 *
 * @param id its name
 * @param zone its failure domain, may be empty
 * @param state what it is held to be
 * @param incarnation grows when it restarts or refutes
 * @param phi suspicion, three decimals
 * @param silenceMs since it was last heard directly; -1 when never
 * @param roundTripMs last measured, three decimals; -1 when none
 * @param observed true when the answering node is one of its observers
 * @param slots how many slots of clients it owns
 * @param endpoints where it is reached
 * @param reason one sentence that explains the state
 */
@JsonPropertyOrder({
  "id",
  "zone",
  "state",
  "incarnation",
  "phi",
  "silenceMs",
  "roundTripMs",
  "observed",
  "slots",
  "endpoints",
  "reason"
})
public record NodeRow(
    String id,
    String zone,
    String state,
    long incarnation,
    double phi,
    long silenceMs,
    double roundTripMs,
    boolean observed,
    int slots,
    Endpoints endpoints,
    String reason) {

  /** Where a node is reached, each as host:port. */
  @JsonPropertyOrder({"gossip", "tcp", "udp", "http"})
  public record Endpoints(String gossip, String tcp, String udp, String http) {
    static Endpoints of(NodeInfo node) {
      return new Endpoints(
          node.gossip().toString(),
          node.tcp().toString(),
          node.udp().toString(),
          node.http().toString());
    }
  }

  /**
   * The row of a node that is known from before a restart only.
   *
   * @param state LEFT or DEAD as it was then, else UNKNOWN
   */
  public static NodeRow remembered(NodeInfo node, String state, long incarnation) {
    return new NodeRow(
        node.id(),
        node.zone(),
        state,
        incarnation,
        0,
        -1,
        -1,
        false,
        0,
        Endpoints.of(node),
        "known from before the restart, not heard of since");
  }

  /** The row of a member that owns some slots. */
  public static NodeRow of(Member member, int slots) {
    return new NodeRow(
        member.node().id(),
        member.node().zone(),
        member.state().name(),
        member.incarnation(),
        Numbers.rounded(member.phi()),
        Numbers.millis(member.silenceNanos()),
        Numbers.exactMillis(member.roundTripNanos()),
        member.observed(),
        slots,
        Endpoints.of(member.node()),
        member.reason());
  }
}
