package io.phial.chaos.input;

import java.util.List;

/**
 * What one bad connection does.
 *
 * @param what a few words for a report
 * @param chunks written one after another, each in one write
 * @param ending how the connection ends
 */
public record MalformedStream(String what, List<byte[]> chunks, Ending ending) {
  /** How a bad connection ends. */
  public enum Ending {
    /** Both directions are closed in order. */
    CLOSE,
    /** A reset. */
    RESET,
    /** Only the sending direction is closed; the other stays open until the attack is over. */
    HALF_CLOSE,
    /** It stays open and silent until the attack is over. */
    HANG
  }

  /** Copies the list; the bytes belong to this from now on. */
  public MalformedStream {
    chunks = List.copyOf(chunks);
  }

  static MalformedStream of(String what, Ending ending, byte[]... chunks) {
    return new MalformedStream(what, List.of(chunks), ending);
  }
}
