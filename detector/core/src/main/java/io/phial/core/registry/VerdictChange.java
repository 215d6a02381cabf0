package io.phial.core.registry;

/**
 * A change of one client's verdict with its evidence. Immutable.
 *
 * @param id the client
 * @param from the verdict before
 * @param to the verdict now; differs from {@code from}
 * @param evidence what it rests on
 * @param phi suspicion at this moment, finite, 0 or more
 * @param reason one sentence for people: silence, expected interval, beats missed, loss, phi
 * @param atNanos when, on the shard's monotonic clock
 */
public record VerdictChange(
    String id,
    Verdict from,
    Verdict to,
    Evidence evidence,
    double phi,
    String reason,
    long atNanos) {}
