package io.phial.core.wire;

import io.phial.core.wire.MalformedFrameException.Kind;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Frames between nodes as bytes, and back.
 *
 * <p>Layout, big-endian: fence (4 bytes, the upper half of the XXH64 of the cluster label), version
 * (1), then under the seal: type (1) and body. A reader checks in this order: size, fence, version,
 * seal, type, body; whatever fails, nothing of the frame is used. It throws nothing but {@link
 * MalformedFrameException}, whose kind tells frames of other clusters and of newer versions from
 * broken ones. A later version may add types freely; a changed body takes a new version.
 *
 * <p>Thread-safe if its seal is; the plain one is.
 */
public final class FrameCodec {
  /** Frames sent as datagrams are no larger, so that no usual path fragments them. */
  public static final int DATAGRAM_BYTES_MAX = 1400;

  /** Frames sent over connections are no larger. */
  public static final int STREAM_BYTES_MAX = 512 * 1024;

  /** What a gossip frame needs besides its rumours, or a reply besides its rows, at most. */
  public static final int ENVELOPE_BYTES_MAX = 160;

  private static final byte VERSION = 1;
  private static final int HEADER_BYTES = 5;

  private final int fence;
  private final FrameSeal seal;

  /** A codec with the plain seal of this cluster. */
  public FrameCodec(String clusterLabel) {
    this(clusterLabel, new LabelSeal(clusterLabel));
  }

  /** A codec with another seal. */
  public FrameCodec(String clusterLabel, FrameSeal seal) {
    this.fence = (int) (Xxh64.hash(clusterLabel, 0) >>> 32);
    this.seal = seal;
  }

  /**
   * Appends a frame.
   *
   * @return the number of bytes written
   * @throws IllegalArgumentException when a part of the frame is out of bounds
   * @throws BufferOverflowException when the buffer is too small; its position is as before
   */
  public int encode(Frame frame, ByteBuffer out) {
    int start = out.position();
    out.order(ByteOrder.BIG_ENDIAN);
    try {
      out.putInt(fence).put(VERSION);
      FrameBodies.write(frame, out);
      seal.seal(out, start, start + HEADER_BYTES);
    } catch (BufferOverflowException e) {
      out.position(start);
      throw e;
    }
    return out.position() - start;
  }

  /**
   * Reads the frame between the buffer's position and limit; afterwards nothing remains in it.
   *
   * @throws MalformedFrameException when the bytes are not a frame for this node
   */
  public Frame decode(ByteBuffer in) throws MalformedFrameException {
    int start = in.position();
    int limit = in.limit();
    in.order(ByteOrder.BIG_ENDIAN);
    try {
      if (limit - start < HEADER_BYTES || limit - start > STREAM_BYTES_MAX) {
        throw new MalformedFrameException("bad frame length");
      }
      if (in.getInt(start) != fence) {
        throw new MalformedFrameException(Kind.FOREIGN, "another cluster");
      }
      if (in.get(start + 4) != VERSION) {
        throw new MalformedFrameException(Kind.UNKNOWN, "unknown version");
      }
      ByteBuffer body = seal.open(in, start, start + HEADER_BYTES);
      Frame frame = FrameBodies.read(body.order(ByteOrder.BIG_ENDIAN));
      if (body.hasRemaining()) {
        throw new MalformedFrameException("bytes after the end");
      }
      return frame;
    } finally {
      in.position(limit);
    }
  }
}
