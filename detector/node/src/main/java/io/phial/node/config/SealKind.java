package io.phial.node.config;

/** How the frames between nodes are protected. */
public enum SealKind {
  /** With the keys; nothing else is taken. */
  SEALED,
  /** With the keys; plain text is taken too. Only for the way from plain text to keys. */
  MIXED,
  /** Not at all; sealed frames are taken too when there are keys. */
  PLAIN
}
