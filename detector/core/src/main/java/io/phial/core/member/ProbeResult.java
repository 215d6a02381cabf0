package io.phial.core.member;

/** What came of a TCP connection attempt to a node's gossip port. */
public enum ProbeResult {
  /** Somebody accepted. */
  ACCEPTED,
  /** The host answers and nobody listens: the process is gone. */
  REFUSED,
  /** No answer in time, or another error: says nothing. */
  NO_ANSWER
}
