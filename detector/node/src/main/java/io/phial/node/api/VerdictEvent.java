package io.phial.node.api;

import io.phial.core.member.MemberEvent;
import io.phial.core.registry.VerdictChange;
import org.jspecify.annotations.Nullable;

/**
 * A change of what this node says about a node or a client. Immutable.
 *
 * @param atEpochMillis wall clock
 * @param kind what the subject is
 * @param id the subject
 * @param from the word before; {@value #UNKNOWN} for one newly seen
 * @param to the word now
 * @param reason one sentence for people
 * @param phi suspicion, finite, 0 or more
 * @param incarnation the subject's; 0 when it has none
 * @param origin who decided it; null for what this node only sees for itself
 */
public record VerdictEvent(
    long atEpochMillis,
    Kind kind,
    String id,
    String from,
    String to,
    String reason,
    double phi,
    long incarnation,
    @Nullable EventOrigin origin) {
  /** The word for what was not seen before. */
  public static final String UNKNOWN = "UNKNOWN";

  /** What a subject is. */
  public enum Kind {
    /** A member of the cluster. */
    NODE("node"),
    /** Something that beats. */
    CLIENT("client");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** As it is written in an event line. */
    public String word() {
      return word;
    }
  }

  /** Keeps phi a number that JSON can hold. */
  public VerdictEvent {
    phi = Numbers.finite(phi);
  }

  /** An event without an origin. */
  public VerdictEvent(
      long atEpochMillis,
      Kind kind,
      String id,
      String from,
      String to,
      String reason,
      double phi,
      long incarnation) {
    this(atEpochMillis, kind, id, from, to, reason, phi, incarnation, null);
  }

  /** The same with its origin. */
  public VerdictEvent withOrigin(EventOrigin decided) {
    return new VerdictEvent(atEpochMillis, kind, id, from, to, reason, phi, incarnation, decided);
  }

  /** The event of a client's change. */
  public static VerdictEvent of(VerdictChange change, long atEpochMillis, long incarnation) {
    return new VerdictEvent(
        atEpochMillis,
        Kind.CLIENT,
        change.id(),
        change.from().name(),
        change.to().name(),
        change.reason(),
        change.phi(),
        incarnation);
  }

  /** The event of a node's change. */
  public static VerdictEvent of(MemberEvent event, long atEpochMillis) {
    return new VerdictEvent(
        atEpochMillis,
        Kind.NODE,
        event.node().id(),
        event.from() == null ? UNKNOWN : event.from().name(),
        event.to().name(),
        event.reason(),
        event.phi(),
        event.incarnation());
  }
}
