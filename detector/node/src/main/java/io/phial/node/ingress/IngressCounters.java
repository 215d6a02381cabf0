package io.phial.node.ingress;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What came in at one transport and what became of it. Thread-safe. */
public final class IngressCounters {
  /** Beats that were right. */
  public final Counter beats;

  /** Beats that were answered but not passed on: too close behind the one before. */
  public final Counter coalesced;

  /** Goodbyes that were right. */
  public final Counter goodbyes;

  /** Registrations that the desk accepted. */
  public final Counter registrations;

  /** Registrations refused, by the desk or by a limit of the ingress. */
  public final Counter refused;

  /** Hellos answered by a challenge. */
  public final Counter challenges;

  /** Datagrams or lines that mean nothing. */
  public final Counter malformed;

  /** Datagrams or lines that are too long. */
  public final Counter oversized;

  /** Datagrams with a wrong MAC; nothing is ever answered to them. */
  public final Counter badMac;

  /** Authentic beats of sessions that are not known (any more). */
  public final Counter unknownSession;

  /** Answers that could not be sent, or were not because too many wait. */
  public final Counter unsent;

  /** Exceptions caught at the edge. Anything but 0 is a defect. */
  public final Counter errors;

  /** Connections accepted. */
  public final Counter connectionsOpened;

  /** Connections ended, for whatever reason. */
  public final Counter connectionsClosed;

  /** Connections turned away because there are too many. */
  public final Counter connectionsRefused;

  /** Connections closed by the ingress: too many errors, nothing said, answers not read. */
  public final Counter connectionsExpelled;

  /** Clients whose process is gone, as who beats for them said. */
  public final Counter gone;

  /** Counters of a transport, a label with few values. */
  public IngressCounters(MeterRegistry meters, String transport) {
    beats = counter(meters, "beats", transport);
    coalesced = counter(meters, "coalesced", transport);
    goodbyes = counter(meters, "goodbyes", transport);
    gone = counter(meters, "gone", transport);
    registrations = counter(meters, "registrations", transport);
    refused = counter(meters, "refused", transport);
    challenges = counter(meters, "challenges", transport);
    malformed = counter(meters, "malformed", transport);
    oversized = counter(meters, "oversized", transport);
    badMac = counter(meters, "bad_mac", transport);
    unknownSession = counter(meters, "unknown_session", transport);
    unsent = counter(meters, "unsent", transport);
    errors = counter(meters, "errors", transport);
    connectionsOpened = counter(meters, "connections_opened", transport);
    connectionsClosed = counter(meters, "connections_closed", transport);
    connectionsRefused = counter(meters, "connections_refused", transport);
    connectionsExpelled = counter(meters, "connections_expelled", transport);
  }

  private static Counter counter(MeterRegistry meters, String name, String transport) {
    return meters.counter("phial_ingress_" + name, "transport", transport);
  }
}
