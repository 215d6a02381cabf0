package io.phial.core.registry;

/** The 20 bits of a record that say what state it is in. */
final class Flags {
  static final int TCP = 1 << 6;
  static final int ANONYMOUS = 1 << 7;

  /** The client declared its interval. */
  static final int DECLARED = 1 << 8;

  /** The sequence field holds a number. */
  static final int SEQUENCED = 1 << 9;

  /** The connection ended without a goodbye and nothing came since. */
  static final int CLOSED = 1 << 10;

  static final int IN_USE = 1 << 14;

  /** Taken over, and not heard here yet. */
  static final int UNHEARD = 1 << 15;

  /** A client whose beat changes nothing but its estimate: see {@link #isQuickBeat}. */
  private static final int QUICK;

  private static final int QUICK_MASK;
  private static final int PROFILE_SHIFT = 16;
  private static final int THREE_BITS = 7;
  private static final int EVIDENCE_SHIFT = 3;
  private static final int CADENCE_SHIFT = 11;

  static {
    QUICK = Codes.of(Verdict.ALIVE) | DECLARED | IN_USE;
    QUICK_MASK = THREE_BITS | DECLARED | CLOSED | IN_USE | UNHEARD;
  }

  private Flags() {}

  /** True when ALIVE, with a declared interval, and nothing is pending. */
  static boolean isQuickBeat(int flags) {
    return (flags & QUICK_MASK) == QUICK;
  }

  /** Which statistics the client shares: its profile and how its beats travel. */
  static int cohort(int flags) {
    return flags >>> PROFILE_SHIFT << 1 | ((flags & TCP) == 0 ? 0 : 1);
  }

  static int profile(int flags) {
    return flags >>> PROFILE_SHIFT;
  }

  static int withProfile(int flags, int profile) {
    return (flags & ((1 << PROFILE_SHIFT) - 1)) | profile << PROFILE_SHIFT;
  }

  static Verdict verdict(int flags) {
    return Codes.verdict(flags & THREE_BITS);
  }

  static Evidence evidence(int flags) {
    return Codes.evidence(flags >> EVIDENCE_SHIFT & THREE_BITS);
  }

  static int with(int flags, Verdict verdict, Evidence evidence) {
    int cleared = flags & ~(THREE_BITS | THREE_BITS << EVIDENCE_SHIFT);
    return cleared | Codes.of(verdict) | Codes.of(evidence) << EVIDENCE_SHIFT;
  }

  /** Gaps seen of an undeclared interval: see {@link Cadence}. */
  static int cadence(int flags) {
    return flags >> CADENCE_SHIFT & THREE_BITS;
  }

  static int withCadence(int flags, int gaps) {
    return (flags & ~(THREE_BITS << CADENCE_SHIFT)) | gaps << CADENCE_SHIFT;
  }

  static int set(int flags, int bit, boolean value) {
    return value ? flags | bit : flags & ~bit;
  }
}
