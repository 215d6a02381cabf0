package io.phial.core.registry;

/** What kind of evidence a verdict rests on. */
public enum Evidence {
  /** The client registered or sent its first beat. */
  REGISTERED,
  /** A beat arrived. */
  BEAT,
  /** No beat for too long. */
  SILENCE,
  /** Its connection was closed or reset without a goodbye. */
  CONNECTION_CLOSED,
  /** It said goodbye. */
  GOODBYE,
  /** Who beats for it has seen that its process is gone. */
  REPORTED,
  /** The node that judged it died; judged here since, with a full grace. */
  TAKEOVER
}
