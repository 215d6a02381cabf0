package io.phial.core.registry;

/** What the cluster says about a client. */
public enum Verdict {
  /** The observer cannot tell: it has just taken over, or is impaired. */
  UNKNOWN,
  /** It beats as agreed. */
  ALIVE,
  /** Silent for longer than its history explains; not final. */
  SUSPECT,
  /**
   * Silent past its grace, or its connection ended without a goodbye. Final until it beats again.
   */
  DEAD,
  /** It said goodbye. */
  LEFT
}
