package io.phial.core.wire;

/** What nodes tell each other about a node; mere suspicion travels as accusations instead. */
public enum Standing {
  /** Takes part. */
  ALIVE(0),
  /** Enough observers agreed that it is silent. Reversible. */
  UNREACHABLE(1),
  /** Judged dead: this incarnation never comes back. */
  DEAD(2),
  /** Said goodbye: this incarnation never comes back. */
  LEFT(3);

  private final int code;

  Standing(int code) {
    this.code = code;
  }

  /** Its number on the wire. */
  int code() {
    return code;
  }

  static Standing of(int code) throws MalformedFrameException {
    return switch (code) {
      case 0 -> ALIVE;
      case 1 -> UNREACHABLE;
      case 2 -> DEAD;
      case 3 -> LEFT;
      default -> throw new MalformedFrameException("unknown standing");
    };
  }
}
