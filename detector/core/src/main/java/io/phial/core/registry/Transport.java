package io.phial.core.registry;

/** How a client's beats travel. */
public enum Transport {
  /** Sequenced datagrams. */
  UDP,
  /** A plain connection. */
  TCP
}
