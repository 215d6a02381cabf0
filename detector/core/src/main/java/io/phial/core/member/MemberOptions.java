package io.phial.core.member;

/**
 * Settings of the membership; the helper of this package may add to them.
 *
 * @param tickNanos how often {@code onTick} is called
 * @param intervalNanos time between two beats to an observer
 * @param observers how many observers a node has at most
 * @param suspectPhi an observer accuses at this phi
 * @param unreachablePhi the fused phi of UNREACHABLE
 * @param stabilityNanos how long UNREACHABLE must last before DEAD
 */
public record MemberOptions(
    long tickNanos,
    long intervalNanos,
    int observers,
    double suspectPhi,
    double unreachablePhi,
    long stabilityNanos) {}
