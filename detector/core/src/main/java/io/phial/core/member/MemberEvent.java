package io.phial.core.member;

import io.phial.core.wire.NodeInfo;
import org.jspecify.annotations.Nullable;

/**
 * A change of one node's state as this node sees it.
 *
 * @param node the subject
 * @param incarnation the subject's incarnation
 * @param from the state before; null when the node was not known
 * @param to the state now
 * @param phi fused suspicion at this moment, finite, 0 or more
 * @param reason one sentence for people: silence, expected interval, beats missed, observers that
 *     agree, kind of evidence
 */
public record MemberEvent(
    NodeInfo node,
    long incarnation,
    @Nullable MemberState from,
    MemberState to,
    double phi,
    String reason) {}
