package io.phial.core.registry;

import io.phial.core.phi.ArrivalModel;
import io.phial.core.phi.CalibratedModel;

/**
 * What a beat does to its record. The usual one (of a client that is ALIVE, with a declared
 * interval) reads and writes one cache line, that of the record, and the tables of its cohort.
 */
final class Beats {
  /** A client cannot announce a longer quiet than this, in nanoseconds. */
  static final long QUIET_NANOS_MAX = ArrivalModel.INTERVAL_NANOS_MAX;

  private static final int SEQUENCE_MASK = 0xFFFF;
  // Counters this far behind are repeats or overtaken beats; others mean that the counter jumped.
  private static final int REPEAT_WINDOW = 1 << 12;
  private static final long SEQUENCED = (long) Flags.SEQUENCED << RecordTable.FLAGS_SHIFT;

  private final ShardClock clock;
  private final ClientTable clients;
  private final RecordTable records;
  private final Judge judge;
  private final Cohorts cohorts;

  Beats(ShardClock clock, ClientTable clients, Judge judge) {
    this.clock = clock;
    this.clients = clients;
    this.records = clients.records();
    this.judge = judge;
    this.cohorts = judge.cohorts();
  }

  /** Takes a beat; false when it was a repeat, or its client has left. */
  boolean onBeat(int row, int sequence) {
    long[] page = records.page(row);
    int at = records.at(row);
    long counters = page[at + RecordTable.COUNTERS];
    int flags = (int) (counters >>> RecordTable.FLAGS_SHIFT);
    int beats = ahead(counters, sequence);
    if (beats < 0) {
      return false;
    }
    CalibratedModel model = cohorts.model(flags);
    long localNanos = clock.localNanos();
    boolean quiet = model.lastArrivalNanos(page, at) - localNanos > 0;
    if (Flags.isQuickBeat(flags) && !clock.isSettling() && !quiet) {
      page[at + RecordTable.COUNTERS] = counted(counters, sequence);
      model.onArrival(page, at, localNanos, beats, true);
      return true;
    }
    if (Flags.verdict(flags) == Verdict.LEFT) {
      return false;
    }
    page[at + RecordTable.COUNTERS] = counted(counters, sequence);
    unusual(row, beats, quiet);
    return true;
  }

  /** How far the counter went: 0 when unknown, -1 for a repeat or an older beat. */
  private static int ahead(long counters, int sequence) {
    if (sequence < 0 || (counters & SEQUENCED) == 0) {
      return 0;
    }
    int ahead = sequence - (int) (counters >>> RecordTable.SEQUENCE_SHIFT) & SEQUENCE_MASK;
    if (ahead == 0 || ahead > SEQUENCE_MASK - REPEAT_WINDOW) {
      return -1;
    }
    return ahead < 1 << 15 ? ahead : 0;
  }

  /** One beat more, with this sequence number. */
  private static long counted(long counters, int sequence) {
    long beats = (counters & RecordTable.BEATS_MAX) < RecordTable.BEATS_MAX ? 1 : 0;
    if (sequence < 0) {
      return counters + beats;
    }
    long cleared = counters & ~((long) SEQUENCE_MASK << RecordTable.SEQUENCE_SHIFT);
    long numbered = (sequence & (long) SEQUENCE_MASK) << RecordTable.SEQUENCE_SHIFT;
    return (cleared | numbered | SEQUENCED) + beats;
  }

  private void unusual(int row, int beats, boolean quiet) {
    boolean learn = judge.verdict(row) == Verdict.ALIVE && !clients.is(row, Flags.CLOSED);
    Reason.Numbers before = learn ? null : judge.numbers(row, clock.localNanos());
    if (quiet) {
      awake(row);
    } else {
      arrive(row, beats, learn);
    }
    if (before != null) {
      heard(row, Evidence.BEAT, before);
    }
  }

  /** It was not due yet, by its own word or by the spread of a takeover: it beats from now on. */
  private void awake(int row) {
    long[] page = records.page(row);
    int at = records.at(row);
    ArrivalModel model = judge.model(row);
    model.changeInterval(page, at, model.intervalNanos(page, at), clock.localNanos());
    if (judge.verdict(row) == Verdict.ALIVE) {
      judge.arm(row);
    }
  }

  private void arrive(int row, int beats, boolean learn) {
    long[] page = records.page(row);
    int at = records.at(row);
    ArrivalModel model = judge.model(row);
    long localNanos = clock.localNanos();
    long gap = localNanos - model.lastArrivalNanos(page, at);
    if (clock.isSettling() || clients.is(row, Flags.CLOSED)) {
      model.onQueued(page, at, localNanos, beats);
    } else if (clients.is(row, Flags.DECLARED)) {
      model.onArrival(page, at, localNanos, beats, learn);
    } else {
      arriveUndeclared(row, beats, learn, gap);
    }
  }

  private void arriveUndeclared(int row, int beats, boolean learn, long gap) {
    long[] page = records.page(row);
    int at = records.at(row);
    ArrivalModel model = judge.model(row);
    long localNanos = clock.localNanos();
    int count = Flags.cadence(records.flags(row));
    long interval = model.intervalNanos(page, at);
    if (count < Cadence.KNOWN) {
      model.onQueued(page, at, localNanos, 0);
    } else {
      model.onArrival(page, at, localNanos, beats, learn);
    }
    if (Cadence.isSteady(count, gap, interval)) {
      return;
    }
    Cadence.Lesson lesson = Cadence.onGap(count, clients.telling(row), gap, interval);
    records.flags(row, Flags.withCadence(records.flags(row), lesson.count()));
    clients.telling(row, lesson.gap());
    if (lesson.intervalNanos() > 0) {
      model.changeInterval(page, at, lesson.intervalNanos(), localNanos);
      if (judge.verdict(row) == Verdict.ALIVE) {
        judge.arm(row);
      }
    }
  }

  /** What every sign of life does: the verdict is ALIVE from here on. */
  void heard(int row, Evidence evidence, Reason.Numbers before) {
    Verdict verdict = judge.verdict(row);
    clients.set(row, Flags.CLOSED, false);
    clients.set(row, Flags.UNHEARD, false);
    if (verdict == Verdict.ALIVE) {
      judge.arm(row);
      return;
    }
    String reason =
        verdict == Verdict.UNKNOWN
            ? Reason.heardAfterTakeover(before)
            : Reason.back(before, verdict);
    judge.change(row, Verdict.ALIVE, evidence, reason, clock.localNanos(), clock.nowNanos());
  }

  /**
   * Takes an announcement, which counts as a beat.
   *
   * @param intervalNanos the interval from now on, or 0 to keep it
   * @param quietNanos silence from now on that is nobody's fault, 0 or more
   * @return false when it was a repeat, or its client has left
   */
  boolean onAnnounced(int row, int sequence, long intervalNanos, long quietNanos) {
    long[] page = records.page(row);
    int at = records.at(row);
    long counters = page[at + RecordTable.COUNTERS];
    if (ahead(counters, sequence) < 0 || judge.verdict(row) == Verdict.LEFT) {
      return false;
    }
    Reason.Numbers before = judge.numbers(row, clock.localNanos());
    page[at + RecordTable.COUNTERS] = counted(counters, sequence);
    clients.set(row, Flags.DECLARED, clients.is(row, Flags.DECLARED) || intervalNanos > 0);
    long interval = intervalNanos > 0 ? intervalNanos : before.intervalNanos();
    long quiet = Math.max(0, Math.min(QUIET_NANOS_MAX, quietNanos));
    judge.model(row).changeInterval(page, at, interval, clock.localNanos() + quiet);
    heard(row, Evidence.BEAT, before);
    return true;
  }
}
