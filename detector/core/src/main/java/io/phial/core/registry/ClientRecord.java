package io.phial.core.registry;

/**
 * What the cluster keeps of a client so that another node can take it over. Written on change of
 * state, never per beat.
 *
 * @param spec what the client declared
 * @param home the id of the node that judges it
 * @param verdict the last published verdict
 * @param lastSeenEpochMillis wall clock of the last beat known when this was written
 * @param estimator the exported arrival estimate, at most 40 bytes; empty when there is none
 * @param quietUntilEpochMillis wall clock until which it announced to be quiet; 0 when it did not
 */
public record ClientRecord(
    ClientSpec spec,
    String home,
    Verdict verdict,
    long lastSeenEpochMillis,
    byte[] estimator,
    long quietUntilEpochMillis) {
  /** A record of a client that announced no quiet. */
  public ClientRecord(
      ClientSpec spec, String home, Verdict verdict, long lastSeenEpochMillis, byte[] estimator) {
    this(spec, home, verdict, lastSeenEpochMillis, estimator, 0);
  }
}
