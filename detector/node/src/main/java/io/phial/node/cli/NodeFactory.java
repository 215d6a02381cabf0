package io.phial.node.cli;

import io.phial.node.api.RunningNode;
import io.phial.node.config.NodeConfig;

/** Makes a node from settings; starts nothing. */
@FunctionalInterface
public interface NodeFactory {
  /** A node that is not started yet. */
  RunningNode create(NodeConfig config);
}
