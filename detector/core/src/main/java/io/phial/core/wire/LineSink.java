package io.phial.core.wire;

/** What a {@link LineParser} found, in the order of the stream. */
public interface LineSink {
  /** A bare heartbeat: answer {@code ACK}, without a line end. */
  void onBeat();

  /** The last bare heartbeat turns out to be a line: answer a line end. */
  void onLineEnd();

  /**
   * A heartbeat with arguments.
   *
   * @param acked true when its first word arrived alone and {@link #onBeat} was called for it: only
   *     a line end is left to answer; else answer {@code ACK} and a line end
   */
  void onBeatLine(BeatLine line, boolean acked);

  /** A heartbeat of one byte: answer one point, without a line end. */
  void onShortBeat();

  /** {@code PONG}: the answer to a {@code PING} of the node, after a heartbeat at least. */
  void onPong();

  /** {@code PING}: answer {@code PONG} and a line end. */
  void onPing();

  /** {@code BYE}: nothing after it is read. */
  void onGoodbye();

  /**
   * {@code GONE}: who sends this beats for a program and has seen that it is gone; nothing after it
   * is read.
   *
   * @param how it was seen, a few printable words; may be empty
   */
  void onGone(String how);

  /**
   * A line that means nothing: answer {@code ERR}, a blank, the reason and a line end.
   *
   * @param oversized true when the line was too long, or went on being so
   */
  void onError(String reason, boolean oversized);
}
