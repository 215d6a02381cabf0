package io.phial.node.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * Who owns which slot, as one node sees it.
 *
 * @param epoch of the view; 0 before the first
 * @param partial true while some node of the view is out of reach, or this side is the smaller one
 * @param nodes the ids of the nodes in the view, sorted
 * @param owners for each slot the place of its owner in {@code nodes}; empty before the first view
 */
@JsonPropertyOrder({"epoch", "partial", "nodes", "owners"})
public record ViewAnswer(long epoch, boolean partial, List<String> nodes, List<Integer> owners) {}
