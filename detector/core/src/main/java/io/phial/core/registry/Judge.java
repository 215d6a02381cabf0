package io.phial.core.registry;

import io.phial.core.phi.ArrivalModel;
import io.phial.core.phi.CalibratedModel;
import io.phial.core.phi.Cohort;
import io.phial.core.phi.PhiOptions;

/**
 * Gives the verdicts of a shard: when each is due, which may follow which, and why. All times but
 * the instant of a published change are the shard's own ({@link ShardClock}).
 */
final class Judge {
  /** While verdicts are held back, rows that are due are looked at again this often. */
  private static final int HELD_TICKS = 16;

  private final ShardOptions options;
  private final VerdictSink sink;
  private final ClientTable clients;
  private final RecordTable records;
  private final TimingWheel wheel;
  private final RetiredRows retired;
  private final ArrivalModel udp;
  private final ArrivalModel tcp;
  private final int[] counts = new int[Codes.VERDICT_COUNT];
  private boolean impaired;

  Judge(ShardOptions options, VerdictSink sink, ClientTable clients, TimingWheel wheel) {
    this.options = options;
    this.sink = sink;
    this.clients = clients;
    this.records = clients.records();
    this.wheel = wheel;
    this.retired = new RetiredRows(records);
    PhiOptions schedule = PhiOptions.defaults().withLearnPhi(options.suspectPhi());
    PhiOptions anchored = schedule.withAnchored(true);
    udp = new CalibratedModel(schedule, new Cohort(schedule));
    tcp = new CalibratedModel(anchored, new Cohort(anchored));
  }

  ArrivalModel model(int row) {
    return clients.is(row, Flags.TCP) ? tcp : udp;
  }

  Verdict verdict(int row) {
    return Flags.verdict(records.flags(row));
  }

  int count(Verdict verdict) {
    return counts[Codes.of(verdict)];
  }

  void impaired(boolean value) {
    impaired = value;
  }

  boolean isImpaired() {
    return impaired;
  }

  /** A row came into use with the verdict of its flags. */
  void added(int row) {
    counts[Codes.of(verdict(row))]++;
  }

  /** A row goes out of use. */
  void removed(int row) {
    counts[Codes.of(verdict(row))]--;
    wheel.remove(row);
  }

  /** The oldest DEAD or LEFT row, or {@link ClientTable#NONE}. */
  int oldestRetired() {
    return retired.poll();
  }

  /** A row taken over comes in with the verdict that it had. */
  void restored(int row, Verdict verdict, long localNanos) {
    counts[Codes.of(verdict(row))]--;
    counts[Codes.of(verdict)]++;
    int flags = Flags.with(records.flags(row), verdict, Evidence.TAKEOVER);
    records.flags(row, flags | Flags.UNHEARD);
    if (verdict == Verdict.DEAD || verdict == Verdict.LEFT) {
      retire(row, localNanos);
    } else {
      arm(row);
    }
  }

  private void retire(int row, long localNanos) {
    records.deadline(row, localNanos + options.deadRetentionNanos());
    wheel.schedule(row);
    retired.add(row);
  }

  /** A wheel entry fired and its deadline has passed; returns true when the row is to be freed. */
  boolean onDue(int row, long localNanos, long nowNanos) {
    Verdict verdict = verdict(row);
    if (verdict == Verdict.DEAD || verdict == Verdict.LEFT) {
      return true;
    }
    boolean closed = clients.is(row, Flags.CLOSED);
    if (!(closed && verdict == Verdict.SUSPECT)) {
      long due = closed ? localNanos : dueNanos(row, verdict);
      if (due - localNanos > 0) {
        records.deadline(row, due);
        wheel.schedule(row);
        return false;
      }
    }
    if (impaired) {
      records.deadline(row, localNanos + HELD_TICKS * options.tickNanos());
      wheel.schedule(row);
    } else if (closed && verdict != Verdict.SUSPECT) {
      closed(row, localNanos, nowNanos);
    } else {
      worsen(row, verdict, closed, localNanos, nowNanos);
    }
    return false;
  }

  private void worsen(int row, Verdict verdict, boolean closed, long localNanos, long nowNanos) {
    Reason.Numbers numbers = numbers(row, localNanos);
    Evidence evidence = closed ? Evidence.CONNECTION_CLOSED : Evidence.SILENCE;
    String reason = closed ? Reason.notBack(numbers) : Reason.silence(numbers);
    Verdict to = verdict == Verdict.SUSPECT ? Verdict.DEAD : Verdict.SUSPECT;
    change(row, to, evidence, reason, localNanos, nowNanos);
  }

  /** The connection ended without a goodbye. */
  void closed(int row, long localNanos, long nowNanos) {
    Verdict verdict = verdict(row);
    if (verdict == Verdict.DEAD || verdict == Verdict.LEFT) {
      return;
    }
    clients.set(row, Flags.CLOSED, true);
    boolean anonymous = clients.is(row, Flags.ANONYMOUS);
    boolean waits = verdict == Verdict.SUSPECT && !anonymous;
    if (impaired && !waits) {
      records.deadline(row, localNanos);
      wheel.schedule(row);
      return;
    }
    String reason = Reason.closed(numbers(row, localNanos));
    if (!waits) {
      Verdict to = anonymous ? Verdict.DEAD : Verdict.SUSPECT;
      change(row, to, Evidence.CONNECTION_CLOSED, reason, localNanos, nowNanos);
    } else {
      // Already suspected for its silence: the nearer of the two ends counts.
      long grace = localNanos + options.reconnectGraceNanos();
      long silence = dueNanos(row, Verdict.SUSPECT);
      records.deadline(row, grace - silence < 0 ? grace : silence);
      wheel.schedule(row);
    }
  }

  /** When the next verdict of a silent client is due. */
  long dueNanos(int row, Verdict verdict) {
    long[] page = records.page(row);
    int at = records.at(row);
    ArrivalModel model = model(row);
    long last = model.lastArrivalNanos(page, at);
    long interval = model.intervalNanos(page, at);
    long grace = Math.max((long) (options.graceIntervals() * interval), options.graceNanosMin());
    boolean unheard = clients.is(row, Flags.UNHEARD);
    if (unheard) {
      // Whoever judged it died: it has first to find out, then to come here.
      grace += options.reconnectGraceNanos();
    }
    if (verdict == Verdict.SUSPECT) {
      long extra = unheard ? options.reconnectGraceNanos() : 0;
      return later(model.deadlineNanos(page, at, options.deadPhi()), last + grace + extra);
    }
    long suspect = model.deadlineNanos(page, at, options.suspectPhi());
    return unheard ? later(suspect, last + grace) : suspect;
  }

  private static long later(long a, long b) {
    return a - b > 0 ? a : b;
  }

  /** Arms a row for the next verdict. */
  void arm(int row) {
    records.deadline(row, dueNanos(row, verdict(row)));
    wheel.schedule(row);
  }

  /**
   * Performs every change of verdict.
   *
   * @throws IllegalStateException when the new verdict may not follow the old one; nothing changed
   */
  void change(
      int row, Verdict to, Evidence evidence, String reason, long localNanos, long nowNanos) {
    Verdict from = verdict(row);
    if (!isLegal(from, to)) {
      throw new IllegalStateException("id=" + clients.id(row) + " from=" + from + " to=" + to);
    }
    ArrivalModel model = model(row);
    double phi = model.phi(records.page(row), records.at(row), localNanos);
    counts[Codes.of(from)]--;
    counts[Codes.of(to)]++;
    records.flags(row, Flags.with(records.flags(row), to, evidence));
    if (to == Verdict.DEAD || to == Verdict.LEFT) {
      retire(row, localNanos);
    } else if (to == Verdict.SUSPECT && evidence == Evidence.CONNECTION_CLOSED) {
      records.deadline(row, localNanos + options.reconnectGraceNanos());
      wheel.schedule(row);
    } else {
      arm(row);
    }
    sink.onVerdict(
        row, new VerdictChange(clients.id(row), from, to, evidence, phi, reason, nowNanos));
  }

  private static boolean isLegal(Verdict from, Verdict to) {
    return switch (from) {
      case UNKNOWN -> to == Verdict.ALIVE || to == Verdict.SUSPECT || to == Verdict.LEFT;
      case ALIVE -> to != Verdict.ALIVE;
      case SUSPECT -> to != Verdict.SUSPECT;
      case DEAD -> to == Verdict.ALIVE || to == Verdict.LEFT;
      case LEFT -> to == Verdict.ALIVE;
    };
  }

  Reason.Numbers numbers(int row, long localNanos) {
    long[] page = records.page(row);
    int at = records.at(row);
    ArrivalModel model = model(row);
    return new Reason.Numbers(
        Math.max(0, localNanos - model.lastArrivalNanos(page, at)),
        model.intervalNanos(page, at),
        clients.is(row, Flags.DECLARED),
        (long) model.beatsMissed(page, at, localNanos),
        model.lossRate(page, at),
        model.phi(page, at, localNanos));
  }

  /** The sentence that explains the verdict as of now. */
  String explain(int row, Reason.Numbers numbers) {
    int flags = records.flags(row);
    return switch (Flags.verdict(flags)) {
      case UNKNOWN -> Reason.unheard(numbers);
      case ALIVE -> Reason.alive(numbers);
      case LEFT -> Reason.goodbye();
      case SUSPECT, DEAD ->
          Flags.evidence(flags) == Evidence.CONNECTION_CLOSED
              ? Reason.closedSince(numbers)
              : Reason.silence(numbers);
    };
  }
}
