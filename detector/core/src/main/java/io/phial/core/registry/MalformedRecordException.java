package io.phial.core.registry;

/** Bytes that are no {@link ClientRecord}; the message says what is wrong with them. */
public final class MalformedRecordException extends Exception {
  MalformedRecordException(String message) {
    super(message);
  }
}
