package io.phial.core.wire;

import java.nio.ByteBuffer;

/**
 * The plain seal: a 32-bit checksum keyed with the cluster label. It keeps out accidents (damaged
 * bytes, a neighbour with another label), not attackers. Thread-safe.
 */
final class LabelSeal implements FrameSeal {
  private static final int TAG_BYTES = 4;

  /** The kind of this seal. */
  static final int KIND = 0;

  private final long seed;

  LabelSeal(String clusterLabel) {
    seed = Xxh64.hash(clusterLabel, 1);
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public void begin(ByteBuffer frame) {}

  @Override
  public int overheadBytes() {
    return TAG_BYTES;
  }

  @Override
  public void seal(ByteBuffer frame, int frameStart, int bodyStart) {
    frame.putInt(tag(frame, frameStart, frame.position()));
  }

  @Override
  public ByteBuffer open(ByteBuffer frame, int frameStart, int bodyStart)
      throws MalformedFrameException {
    int bodyEnd = frame.limit() - TAG_BYTES;
    if (bodyEnd < bodyStart) {
      throw new MalformedFrameException("truncated");
    }
    if (frame.getInt(bodyEnd) != tag(frame, frameStart, bodyEnd)) {
      throw new MalformedFrameException("broken seal");
    }
    return frame.slice(bodyStart, bodyEnd - bodyStart);
  }

  private int tag(ByteBuffer frame, int start, int end) {
    int length = end - start;
    if (frame.hasArray()) {
      return (int) Xxh64.hash(frame.array(), frame.arrayOffset() + start, length, seed);
    }
    byte[] copy = new byte[length];
    frame.get(start, copy);
    return (int) Xxh64.hash(copy, 0, length, seed);
  }
}
