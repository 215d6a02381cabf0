package io.phial.core.registry;

/**
 * One client as seen at one moment.
 *
 * @param spec what it declared; the interval is the one in force (learned ones included)
 * @param verdict the current verdict
 * @param phi suspicion now, finite, 0 or more
 * @param silenceNanos time since its last beat, own stalls not counted
 * @param beats beats counted since registration
 * @param lossRate its decayed share of lost beats, 0 to 1
 * @param suspectInNanos time until it is suspected if it stays silent; negative when past
 * @param deadInNanos time until it is declared dead if it stays silent; negative when past
 * @param reason one sentence that explains the verdict as of now
 */
public record ClientSnapshot(
    ClientSpec spec,
    Verdict verdict,
    double phi,
    long silenceNanos,
    long beats,
    double lossRate,
    long suspectInNanos,
    long deadInNanos,
    String reason) {}
