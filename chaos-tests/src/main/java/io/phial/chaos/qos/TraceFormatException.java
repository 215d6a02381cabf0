package io.phial.chaos.qos;

import java.io.IOException;

/** A recorded trace that cannot be read; the message names the line. */
public final class TraceFormatException extends IOException {
  /** Creates one about a line, counted from 1. */
  TraceFormatException(long line, String what) {
    super("line " + line + ": " + what);
  }
}
