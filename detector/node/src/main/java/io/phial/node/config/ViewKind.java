package io.phial.node.config;

/** Where the shared view lives. */
public enum ViewKind {
  /** Embedded when the node knows of no other one, else in Hazelcast. */
  AUTO,
  /** In Hazelcast: any number of nodes. */
  HAZELCAST,
  /** In each process its own: nodes watch each other, clients stay where they beat. */
  EMBEDDED
}
