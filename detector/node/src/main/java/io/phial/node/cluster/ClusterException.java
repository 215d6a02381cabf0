package io.phial.node.cluster;

/**
 * An operation on the cluster did not succeed. Expected in operation, so it carries no stack trace;
 * its message is one short sentence without the caller's data.
 */
public final class ClusterException extends RuntimeException {
  private final Reason reason;

  /** Why it failed, for callers that decide by it. */
  public enum Reason {
    /** The store is not joined now; the operation was not tried. */
    AWAY(1),
    /** No answer within the time-out; a write may still have happened. */
    TIMEOUT(2),
    /** The addressed node is no member, or does not serve the operation. */
    UNKNOWN(3),
    /** A bound was reached: too much under way, or a body too large. */
    REFUSED(4),
    /** The other side, or Hazelcast, answered with an error. */
    FAILED(5);

    private final int code;

    Reason(int code) {
      this.code = code;
    }

    /** How the reason travels over the bus. */
    int code() {
      return code;
    }

    static Reason ofCode(int code) {
      for (Reason reason : values()) {
        if (reason.code == code) {
          return reason;
        }
      }
      return FAILED;
    }
  }

  ClusterException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  static ClusterException away(String what) {
    return new ClusterException(Reason.AWAY, what + ": the cluster is away");
  }

  static ClusterException timeout(String what, long millis) {
    return new ClusterException(Reason.TIMEOUT, what + ": no answer within " + millis + " ms");
  }

  static ClusterException failed(String what, Throwable cause) {
    return new ClusterException(Reason.FAILED, what + ": " + brief(cause));
  }

  /** Why it failed. */
  public Reason reason() {
    return reason;
  }

  /** One line of at most 200 characters about an error. */
  static String brief(Throwable cause) {
    String message = cause.getMessage();
    String line = cause.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    int end = line.indexOf('\n');
    line = end < 0 ? line : line.substring(0, end);
    return line.length() <= 200 ? line : line.substring(0, 200);
  }
}
