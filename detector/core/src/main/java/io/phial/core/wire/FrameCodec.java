package io.phial.core.wire;

import io.phial.core.wire.MalformedFrameException.Kind;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Frames between nodes as bytes, and back.
 *
 * <p>Layout, big-endian: format (1 byte: kind of seal in the upper half, version in the lower),
 * fence (2 bytes, the upper quarter of the XXH64 of the cluster label), what the seal needs, and
 * under the seal: type (1) and body. A reader checks in this order: size, fence, format, seal,
 * type, body; whatever fails, nothing of the frame is used. It throws nothing but {@link
 * MalformedFrameException}, whose kind says what was wrong. A later version may add types freely; a
 * changed body takes a new version, which a release must be able to read before another one writes
 * it.
 *
 * <p>Thread-safe if its seals are; the plain one is.
 */
public final class FrameCodec {
  /** Frames sent as datagrams are no larger, so that no usual path fragments them. */
  public static final int DATAGRAM_BYTES_MAX = 1400;

  /** Frames sent over connections are no larger. */
  public static final int STREAM_BYTES_MAX = 512 * 1024;

  /** What a gossip frame needs besides its rumours, or a reply besides its rows, at most. */
  public static final int ENVELOPE_BYTES_MAX = 160;

  /** The version of the bodies that is written. */
  static final int VERSION = 1;

  private static final int HEADER_BYTES = 3;
  private static final int KINDS = 16;

  private final short fence;
  private final FrameSeal seal;
  private final @Nullable FrameSeal[] accepted = new FrameSeal[KINDS];

  /** A codec with the plain seal of this cluster. */
  public FrameCodec(String clusterLabel) {
    this(clusterLabel, new LabelSeal(clusterLabel));
  }

  /**
   * A codec with another seal.
   *
   * @param seal for what is written; accepted in what is read, too
   * @param alsoAccepted further seals to accept, each of another kind
   */
  public FrameCodec(String clusterLabel, FrameSeal seal, FrameSeal... alsoAccepted) {
    this.fence = (short) (Xxh64.hash(clusterLabel, 0) >>> 48);
    this.seal = seal;
    for (FrameSeal other : alsoAccepted) {
      accepted[other.kind()] = other;
    }
    accepted[seal.kind()] = seal;
  }

  /** The plain seal of a cluster: keeps out accidents, not attackers. Thread-safe. */
  public static FrameSeal plainSeal(String clusterLabel) {
    return new LabelSeal(clusterLabel);
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
      out.put((byte) (seal.kind() << 4 | VERSION)).putShort(fence);
      seal.begin(out);
      int bodyStart = out.position();
      FrameBodies.write(frame, out);
      seal.seal(out, start, bodyStart);
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
      if (limit - start > STREAM_BYTES_MAX) {
        throw new MalformedFrameException(Kind.TOO_BIG, "frame too big");
      }
      if (limit - start < HEADER_BYTES) {
        throw new MalformedFrameException("frame too short");
      }
      if (in.getShort(start + 1) != fence) {
        throw new MalformedFrameException(Kind.FOREIGN, "another cluster");
      }
      ByteBuffer body = sealOf(in.get(start)).open(in, start, start + HEADER_BYTES);
      Frame frame = FrameBodies.read(body.order(ByteOrder.BIG_ENDIAN));
      if (body.hasRemaining()) {
        throw new MalformedFrameException("bytes after the end");
      }
      return frame;
    } finally {
      in.position(limit);
    }
  }

  private FrameSeal sealOf(byte format) throws MalformedFrameException {
    int kind = format >> 4 & 0xF;
    if ((format & 0xF) != VERSION || kind > AesGcmSeal.KIND) {
      throw new MalformedFrameException(Kind.UNKNOWN, "unknown version");
    }
    FrameSeal found = accepted[kind];
    if (found == null) {
      throw new MalformedFrameException(Kind.UNSEALED, "a seal that is not accepted");
    }
    return found;
  }
}
