package io.phial.demo;

/** The demo could not be brought into the state it needs; the message says what is missing. */
public final class DemoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public DemoException(String message) {
    super(message);
  }
}
