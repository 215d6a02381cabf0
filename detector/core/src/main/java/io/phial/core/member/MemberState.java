package io.phial.core.member;

/** What a node holds another node to be. */
public enum MemberState {
  /** It beats, or somebody vouches for it. */
  ALIVE,
  /** One observer accuses it; not yet corroborated. */
  SUSPECT,
  /** Enough observers agree that it is silent: route around it. Reversible. */
  UNREACHABLE,
  /** For good, until it returns with a higher incarnation. */
  DEAD,
  /** It said goodbye. */
  LEFT
}
