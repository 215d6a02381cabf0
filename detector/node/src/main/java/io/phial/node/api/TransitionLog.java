package io.phial.node.api;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One log line for each transition, always with the same keys in the same order: id, from, to,
 * reason, phi, incarnation.
 */
public final class TransitionLog {
  private static final Logger LOG = LoggerFactory.getLogger(TransitionLog.class);

  private TransitionLog() {}

  /** Logs a transition at INFO. */
  public static void log(VerdictEvent event) {
    LOG.atInfo()
        .addKeyValue("id", event.id())
        .addKeyValue("from", event.from())
        .addKeyValue("to", event.to())
        .addKeyValue("reason", event.reason())
        .addKeyValue("phi", Numbers.rounded(event.phi()))
        .addKeyValue("incarnation", event.incarnation())
        .log("{} verdict", event.kind().word());
  }
}
