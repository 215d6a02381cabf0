package io.phial.core.member;

import io.phial.core.wire.NodeInfo;

/**
 * One node as this node sees it now.
 *
 * @param node who and where
 * @param incarnation its incarnation
 * @param state the state held now
 * @param phi own suspicion when this node observes it, else the last fused one
 * @param silenceNanos time since it was last heard directly; -1 when never
 * @param roundTripNanos last measured round trip; -1 when none
 * @param observed true when this node is one of its observers
 * @param reason one sentence that explains the state
 */
public record Member(
    NodeInfo node,
    long incarnation,
    MemberState state,
    double phi,
    long silenceNanos,
    long roundTripNanos,
    boolean observed,
    String reason) {}
