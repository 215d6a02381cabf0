package io.phial.demo;

import java.util.List;
import java.util.Optional;

/**
 * The answer of {@code GET /v1/nodes}.
 *
 * @param self the node that answered
 * @param epoch of its view
 * @param usable whether its store works
 * @param nodes every node that it knows
 */
public record NodesView(String self, long epoch, boolean usable, List<Row> nodes) {
  /**
   * One node as the answering one sees it.
   *
   * @param id its name
   * @param state ALIVE, SUSPECT, UNREACHABLE, DEAD or LEFT
   * @param incarnation grows with every start and refutation
   * @param slots how many slots it owns
   * @param reason one sentence
   */
  public record Row(String id, String state, long incarnation, int slots, String reason) {}

  /** The row of a node. */
  public Optional<Row> row(String id) {
    return nodes.stream().filter(r -> r.id().equals(id)).findFirst();
  }

  /** How many nodes it holds to be in this state. */
  public long count(String state) {
    return nodes.stream().filter(r -> r.state().equals(state)).count();
  }
}
