package io.phial.core.wire;

import java.nio.ByteBuffer;

/**
 * Protects the body of a frame. The header before it is plain, and is protected from change too.
 * Not necessarily thread-safe: one seal per codec, one codec per event loop.
 */
public interface FrameSeal {
  /** How many bytes sealing adds at most. */
  int overheadBytes();

  /**
   * Seals in place the body that ends at the buffer's position.
   *
   * @param frameStart index of the first header byte
   * @param bodyStart index of the first body byte
   * @throws java.nio.BufferOverflowException when the buffer has no room for the overhead
   */
  void seal(ByteBuffer frame, int frameStart, int bodyStart);

  /**
   * Opens the body between {@code bodyStart} and the buffer's limit.
   *
   * @return the plain body, from position to limit
   * @throws MalformedFrameException when the seal is broken
   */
  ByteBuffer open(ByteBuffer frame, int frameStart, int bodyStart) throws MalformedFrameException;
}
