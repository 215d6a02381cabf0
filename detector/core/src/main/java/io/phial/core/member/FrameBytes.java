package io.phial.core.member;

/**
 * What frames cost on the network, in bytes: one place for the plan, the byte budget and the
 * simulator.
 */
public final class FrameBytes {
  /** IPv4 and UDP headers of one datagram. */
  public static final int DATAGRAM_HEADERS = 20 + 8;

  /**
   * What sealing with AES-GCM adds to a frame of the plain seal: 8 bytes of nonce and a tag of 16
   * (NIST SP 800-38D), less the 4 bytes of the plain tag, and 4 for the key's name.
   */
  public static final int SEALING = 8 + 16 - 4 + 4;

  /** Everything around a frame's plain encoding. */
  public static final int AROUND_DATAGRAM = DATAGRAM_HEADERS + SEALING;

  /** A connection made for one frame: seven segments of 40 bytes of headers, and the length. */
  public static final int AROUND_STREAM = 7 * 40 + 4 + SEALING;

  /** A beat between acquainted nodes, without rumours, in its plain encoding. */
  public static final int BEAT = 19;

  /** An echo with an id of eight characters, in its plain encoding. */
  public static final int ECHO = 31;

  private FrameBytes() {}
}
