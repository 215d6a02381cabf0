package io.phial.node.config;

/** From which importance on lines are logged. */
public enum LogLevel {
  /** Only what needs somebody now. */
  ERROR,
  /** Also what may need somebody. */
  WARN,
  /** Also every transition. */
  INFO,
  /** Also why. */
  DEBUG,
  /** Everything. */
  TRACE
}
