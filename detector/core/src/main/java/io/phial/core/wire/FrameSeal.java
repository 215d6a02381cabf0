package io.phial.core.wire;

import java.nio.ByteBuffer;

/**
 * Protects the body of a frame. What is before it is in clear, and is protected from change too.
 * Not necessarily thread-safe: one seal per codec, one codec per event loop.
 */
public interface FrameSeal {
  /** Which seal it is, 0 to 15; frames carry it in clear. */
  int kind();

  /** How many bytes sealing adds at most. */
  int overheadBytes();

  /**
   * Writes what a reader needs to open the body, at the buffer's position; the body follows.
   *
   * @throws java.nio.BufferOverflowException when the buffer has no room for it
   */
  void begin(ByteBuffer frame);

  /**
   * Seals in place the body that ends at the buffer's position.
   *
   * @param frameStart index of the first header byte
   * @param bodyStart index of the first body byte, right after {@link #begin}
   * @throws java.nio.BufferOverflowException when the buffer has no room for the overhead
   */
  void seal(ByteBuffer frame, int frameStart, int bodyStart);

  /**
   * Opens what lies between {@code sealStart} and the buffer's limit.
   *
   * @param sealStart index of the first byte that {@link #begin} wrote
   * @return the plain body, from position to limit, good until the next call
   * @throws MalformedFrameException when the seal is broken, foreign or seen before
   */
  ByteBuffer open(ByteBuffer frame, int frameStart, int sealStart) throws MalformedFrameException;
}
