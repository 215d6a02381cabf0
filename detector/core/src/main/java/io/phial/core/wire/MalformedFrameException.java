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
    /** From another cluster, or sealed with another key: not for us. */
    FOREIGN,
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
