package io.phial.core.member;

/**
 * What frames cost on the network, in bytes: one place for the plan, the byte budget and the
 * simulator.
 */
public final class FrameBytes {
  /** IPv4 and UDP headers of one datagram. */
  public static final int DATAGRAM_HEADERS = 20 + 8;

  /**
   * What the seal of AES-GCM adds to a frame of the plain seal, at most: name of the key 1, salt 8,
   * counter up to 5, tag 12, less the 4 bytes of the plain tag.
   */
  public static final int SEALING = 1 + 8 + 5 + 12 - 4;

  /** Everything around a frame's plain encoding. */
  public static final int AROUND_DATAGRAM = DATAGRAM_HEADERS + SEALING;

  /** A connection made for one frame: seven segments of 40 bytes of headers, and the length. */
  public static final int AROUND_STREAM = 7 * 40 + 4 + SEALING;

  /** A beat between acquainted nodes with its echo, without rumours, in its plain encoding. */
  public static final int BEAT = 17;

  /** The same without an echo. */
  public static final int BEAT_WITHOUT_ECHO = 14;

  /** An echo of a node with a short id, in its plain encoding. */
  public static final int ECHO = 23;

  private FrameBytes() {}
}
