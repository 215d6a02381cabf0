package io.phial.demo;

/** One client of the tour that suffers something, or must not. Faults return their moment. */
interface Actor {
  /** What is done to whom. */
  enum Role {
    /** A UDP client that is killed. */
    UDP_KILLED,
    /** A plain TCP client that is killed. */
    SEED_KILLED,
    /** A plain TCP client that is stopped for good: its connection stays open. */
    SEED_HUNG,
    /** A UDP client that is stopped and comes back within its grace. */
    UDP_PAUSED,
    /** A plain TCP client to which nothing happens. */
    SEED_SPARED
  }

  /** The id that the nodes know. */
  String id() throws InterruptedException;

  /** SIGKILL. */
  long kill() throws InterruptedException;

  /** SIGSTOP for good. */
  long hang() throws InterruptedException;

  /** SIGSTOP for a moment. */
  long pause();

  /** SIGCONT. */
  long resume();
}
