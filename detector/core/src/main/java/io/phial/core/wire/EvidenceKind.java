package io.phial.core.wire;

/** On what an accusation of a node rests. */
public enum EvidenceKind {
  /** It has not beaten for longer than a living node would. */
  SILENCE(0),
  /** Its host answers that nobody listens on its port: the process is gone. */
  REFUSED(1);

  private final int code;

  EvidenceKind(int code) {
    this.code = code;
  }

  /** Its number on the wire. */
  int code() {
    return code;
  }

  static EvidenceKind of(int code) throws MalformedFrameException {
    return switch (code) {
      case 0 -> SILENCE;
      case 1 -> REFUSED;
      default -> throw new MalformedFrameException("unknown kind of evidence");
    };
  }
}
