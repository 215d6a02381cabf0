package io.phial.node.config;

/** Where the shared view lives. */
public enum ViewKind {
  /** In Hazelcast: any number of nodes. */
  HAZELCAST,
  /** In this process: a lone node. */
  EMBEDDED
}
