package io.phial.node.api;

/** A request that cannot be answered, with what the asker is told. */
final class RequestException extends RuntimeException {
  private final int status;

  RequestException(int status, String message) {
    // No stack trace: bad requests are normal and may be many.
    super(message, null, false, false);
    this.status = status;
  }

  static RequestException bad(String parameter, String bound, String value) {
    String shown = value.length() > 100 ? value.substring(0, 100) + "…" : value;
    return new RequestException(
        400, parameter + " must be " + bound + ", was " + (shown.isEmpty() ? "empty" : shown));
  }

  int status() {
    return status;
  }
}
