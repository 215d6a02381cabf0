package io.phial.client;

import io.phial.core.registry.Transport;
import io.phial.core.wire.ClientIds;
import io.phial.core.wire.Endpoint;
import java.util.List;

/**
 * Everything a client needs to know; checked before anything starts.
 *
 * @param id 1 to 128 printable characters without blanks
 * @param nodes 1 to 64 nodes of one cluster; the first is tried first
 * @param transport how beats travel
 * @param intervalNanos the promised time between beats
 * @param incarnation grows with every start of the client
 * @param ackTimeoutNanosMax a beat is repeated after half an interval, but not later than this
 * @param backoffNanosMin the first pause before trying again is random below this
 * @param backoffNanosMax pauses grow up to this
 * @param manual beats are sent when the program says so, never by themselves
 */
record BeaterOptions(
    String id,
    List<Endpoint> nodes,
    Transport transport,
    long intervalNanos,
    long incarnation,
    long ackTimeoutNanosMax,
    long backoffNanosMin,
    long backoffNanosMax,
    boolean manual) {
  static final int NODES_MAX = 64;

  /** However long a node asks a client to stay away, it tries again after this. */
  static final long RETRY_AFTER_NANOS_MAX = 3_600_000_000_000L;

  private static final long MILLI = 1_000_000L;

  BeaterOptions {
    nodes = List.copyOf(nodes);
    if (!ClientIds.isValid(id)) {
      throw new IllegalArgumentException(
          "id must be 1 to 128 printable characters without blanks, not tcp:, was '" + id + "'");
    }
    if (transport == Transport.TCP && id.indexOf('=') >= 0) {
      throw new IllegalArgumentException("id must be without = for TCP, was '" + id + "'");
    }
    if (nodes.isEmpty() || nodes.size() > NODES_MAX) {
      throw new IllegalArgumentException("nodes must be 1 to 64, was " + nodes.size());
    }
    if (manual && transport != Transport.TCP) {
      throw new IllegalArgumentException(
          "transport must be TCP for manual beats, was " + transport);
    }
    long intervalMillis = intervalNanos / MILLI;
    if (intervalMillis == 0 || !ClientIds.isInterval(intervalMillis)) {
      throw new IllegalArgumentException(
          "interval must be 10 ms to 24 h, was " + intervalNanos + " ns");
    }
    if (incarnation < 0 || incarnation > 999_999_999_999_999_999L) {
      throw new IllegalArgumentException(
          "incarnation must be 0 to 999999999999999999, was " + incarnation);
    }
    if (ackTimeoutNanosMax < MILLI
        || backoffNanosMin < MILLI
        || backoffNanosMax < backoffNanosMin) {
      throw new IllegalArgumentException(
          "timeouts must be 1 ms or more and backoffMax not below backoffMin, was "
              + List.of(ackTimeoutNanosMax, backoffNanosMin, backoffNanosMax));
    }
  }

  /** Options with the usual timeouts: acks within 1 s, pauses from 250 ms up to 30 s. */
  static BeaterOptions of(
      String id, List<Endpoint> nodes, Transport transport, long intervalNanos, long incarnation) {
    return new BeaterOptions(
        id,
        nodes,
        transport,
        intervalNanos,
        incarnation,
        1_000 * MILLI,
        250 * MILLI,
        30_000 * MILLI,
        false);
  }

  /** The same, beating only when told to. */
  BeaterOptions manually() {
    return new BeaterOptions(
        id,
        nodes,
        transport,
        intervalNanos,
        incarnation,
        ackTimeoutNanosMax,
        backoffNanosMin,
        backoffNanosMax,
        true);
  }

  int intervalMillis() {
    return (int) (intervalNanos / MILLI);
  }
}
