package io.phial.node.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;

/** How an event looks as text. */
interface Line {
  /** The text with its line end. */
  String of(ILoggingEvent event);

  /** The part of a logger's name after its last dot. */
  static String shortName(String logger) {
    return logger.substring(logger.lastIndexOf('.') + 1);
  }
}
