package io.phial.node.config;

/** How log lines look. */
public enum LogFormat {
  /** One line for people. */
  TEXT,
  /** One JSON object a line for collectors. */
  JSON
}
