package io.phial.node.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * The nodes of the cluster as one node sees them.
 *
 * @param self the id of the node that answers
 * @param epoch of the view; 0 before the first
 * @param usable false while the shared view cannot be reached
 * @param nodes sorted by id, the answering one included
 */
@JsonPropertyOrder({"self", "epoch", "usable", "nodes"})
public record NodesAnswer(String self, long epoch, boolean usable, List<NodeRow> nodes) {}
