package io.phial.core.wire;

/**
 * The bytes are not what they should be. Normal for input from a network: count it and drop the
 * input; nothing has changed. Has no stack trace, so that floods of garbage stay cheap.
 */
public final class MalformedFrameException extends Exception {
  /** What to do about the bytes. */
  public enum Kind {
    /** Broken or hostile: no node of any version sends this. */
    MALFORMED,
    /** Larger than any frame may be; nothing of it was read. */
    TOO_BIG,
    /** From another cluster: not for us. */
    FOREIGN,
    /** Sealed with a key that is not ours, or changed on its way. */
    WRONG_KEY,
    /** Seen before, or too old to tell. */
    REPLAYED,
    /** In a seal that this node is not set to accept, such as plain text. */
    UNSEALED,
    /** A newer version or an unknown type: ignore it, its sender is not at fault. */
    UNKNOWN
  }

  private final Kind kind;

  /** Creates it. */
  public MalformedFrameException(Kind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  /** Creates one of kind {@link Kind#MALFORMED}. */
  public MalformedFrameException(String message) {
    this(Kind.MALFORMED, message);
  }

  /** What to do about the bytes. */
  public Kind kind() {
    return kind;
  }
}
