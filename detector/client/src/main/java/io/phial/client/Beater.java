package io.phial.client;

/**
 * One client's side of a protocol, as a state machine: inputs are what arrived, wake-ups and the
 * time; outputs go to its outbox and listener. Not thread-safe.
 */
sealed interface Beater permits UdpBeater, TcpBeater {
  /** Begins to register. */
  void start(long nowNanos);

  /** Does what is due. Calls too early are harmless. */
  void onWake(long nowNanos);

  /** When {@link #onWake} has something to do. */
  long wakeAtNanos();

  /**
   * The program lives: beats now, as soon as there is a connection. For manual beats only.
   *
   * @param payload what it says about itself; empty for nothing new
   */
  void beat(String payload, long nowNanos);

  /** Says that the program is gone, if anybody listens; {@link #isDone} follows soon. */
  void gone(String how, long nowNanos);

  /** Says goodbye if anybody listens; {@link #isDone} follows after a bounded time. */
  void goodbye(long nowNanos);

  /** True when nothing more is going to happen. */
  boolean isDone();

  /** How the client stands. */
  Standing standing();
}
