package io.phial.core.registry;

/**
 * Fixed numbers of the enums, in records and on the wire, so that the order of the constants in the
 * source is free. Never reuse or change one.
 */
final class Codes {
  /** Verdicts by code. */
  private static final Verdict[] VERDICTS = {
    Verdict.UNKNOWN, Verdict.ALIVE, Verdict.SUSPECT, Verdict.DEAD, Verdict.LEFT
  };

  /** Evidence by code. */
  private static final Evidence[] EVIDENCE = {
    Evidence.REGISTERED,
    Evidence.BEAT,
    Evidence.SILENCE,
    Evidence.CONNECTION_CLOSED,
    Evidence.GOODBYE,
    Evidence.TAKEOVER,
    Evidence.REPORTED
  };

  /** How many verdicts there are. */
  static final int VERDICT_COUNT = VERDICTS.length;

  private Codes() {}

  static int of(Verdict verdict) {
    return switch (verdict) {
      case UNKNOWN -> 0;
      case ALIVE -> 1;
      case SUSPECT -> 2;
      case DEAD -> 3;
      case LEFT -> 4;
    };
  }

  static Verdict verdict(int code) {
    return VERDICTS[code];
  }

  static int of(Evidence evidence) {
    return switch (evidence) {
      case REGISTERED -> 0;
      case BEAT -> 1;
      case SILENCE -> 2;
      case CONNECTION_CLOSED -> 3;
      case GOODBYE -> 4;
      case TAKEOVER -> 5;
      case REPORTED -> 6;
    };
  }

  static Evidence evidence(int code) {
    return EVIDENCE[code];
  }
}
