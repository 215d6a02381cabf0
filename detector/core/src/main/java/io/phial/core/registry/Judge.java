package io.phial.core.registry;

import io.phial.core.phi.ArrivalModel;

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
  private final RetiredRows retired = new RetiredRows();
  private final ShardClock clock;
  private final Profiles profiles;
  private final Cohorts cohorts;
  private final CommonCause commonCause;
  private final Sight sight = new Sight();
  private final int[] counts = new int[Codes.VERDICT_COUNT];
  private boolean impaired;

  Judge(
      ShardOptions options,
      VerdictSink sink,
      ClientTable clients,
      TimingWheel wheel,
      ShardClock clock) {
    this.options = options;
    this.sink = sink;
    this.clients = clients;
    this.records = clients.records();
    this.wheel = wheel;
    this.clock = clock;
    this.profiles = options.allProfiles();
    this.cohorts = new Cohorts(profiles);
    this.commonCause = new CommonCause(options.commonCause(), profiles);
  }

  Profiles profiles() {
    return profiles;
  }

  private Profile profile(int row) {
    return profiles.of(Flags.profile(records.flags(row)));
  }

  Cohorts cohorts() {
    return cohorts;
  }

  CommonCause commonCause() {
    return commonCause;
  }

  Sight sight() {
    return sight;
  }

  ArrivalModel model(int row) {
    return cohorts.model(records.flags(row));
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

  /** A row came into use with the verdict of its flags, or what it declares has changed. */
  void added(int row) {
    count(row, 1);
  }

  /** A row goes out of use, or what it declares will change. */
  void removed(int row) {
    count(row, -1);
  }

  private void count(int row, int change) {
    int flags = records.flags(row);
    Verdict verdict = Flags.verdict(flags);
    counts[Codes.of(verdict)] += change;
    commonCause.count(Flags.cohort(flags), clients.zone(row), verdict, change);
  }

  private void become(int row, Verdict verdict, Evidence evidence) {
    boolean before = isRetired(verdict(row));
    count(row, -1);
    records.flags(row, Flags.with(records.flags(row), verdict, evidence));
    count(row, 1);
    if (before) {
      retired.remove(row);
    }
    if (isRetired(verdict)) {
      retired.add(row);
    }
  }

  private static boolean isRetired(Verdict verdict) {
    return verdict == Verdict.DEAD || verdict == Verdict.LEFT;
  }

  /** A row is about to be freed. */
  void freed(int row) {
    count(row, -1);
    wheel.remove(row);
    if (isRetired(verdict(row))) {
      retired.remove(row);
    }
  }

  /** A client moved to another row; its old one is about to be freed. */
  void moved(int from, int to) {
    wheel.moved(from, to);
    if (isRetired(verdict(to))) {
      retired.moved(from, to);
    }
  }

  /** The oldest DEAD or LEFT row, or {@link ClientTable#NONE}. */
  int oldestRetired() {
    return retired.oldest();
  }

  /** A row taken over comes in with the verdict that it had. */
  void restored(int row, Verdict verdict, long localNanos) {
    become(row, verdict, Evidence.TAKEOVER);
    clients.set(row, Flags.UNHEARD, true);
    if (isRetired(verdict)) {
      retire(row, localNanos);
    } else {
      arm(row);
    }
  }

  private void retire(int row, long localNanos) {
    records.deadline(row, localNanos + options.deadRetentionNanos());
    wheel.schedule(row);
  }

  /** A wheel entry fired and its deadline has passed; returns true when the row is to be freed. */
  boolean onDue(int row, long localNanos, long nowNanos) {
    Verdict verdict = verdict(row);
    if (isRetired(verdict)) {
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
    long held = impaired ? HELD_TICKS * options.tickNanos() : unsettledNanos(row, localNanos);
    held = held > 0 ? held : commonCauseNanos(row, verdict);
    if (held > 0) {
      records.deadline(row, localNanos + held);
      wheel.schedule(row);
    } else if (closed && verdict != Verdict.SUSPECT) {
      closed(row, localNanos, nowNanos);
    } else {
      worsen(row, verdict, closed, localNanos, nowNanos);
    }
    return false;
  }

  /** How long a verdict has to wait because the way to the client may only just be open again. */
  private long unsettledNanos(int row, long localNanos) {
    long last = model(row).lastArrivalNanos(records.page(row), records.at(row));
    boolean unseen = clients.is(row, Flags.UNHEARD) || sight.isUnseen(last);
    return unseen ? sight.countsFrom(localNanos) - localNanos : 0;
  }

  /** How long DEAD has to wait because many others are silent too. */
  private long commonCauseNanos(int row, Verdict verdict) {
    if (verdict != Verdict.SUSPECT) {
      return 0;
    }
    int flags = records.flags(row);
    double interval = model(row).intervalNanos(records.page(row), records.at(row));
    Profile profile = profiles.of(Flags.profile(flags));
    double intervals = Math.max(profile.missedBeatsMin(), profile.silenceNanosMin() / interval);
    return commonCause.delayNanos(
        Flags.cohort(flags), clients.zone(row), Math.max(1, intervals), clock.localNanos());
  }

  private String commonCauseReason(int row) {
    int zone = clients.zone(row);
    return commonCause.reason(Flags.cohort(records.flags(row)), zone, clients.zones().name(zone));
  }

  /** True when the silence of a client may be the silence of the way that its beats took. */
  boolean isOutOfSight(int row) {
    return clients.is(row, Flags.UNHEARD)
        || sight.isOutOfSight(model(row).lastArrivalNanos(records.page(row), records.at(row)));
  }

  private String sightReason(int row) {
    return isOutOfSight(row) ? Reason.outOfSight() : "";
  }

  private void worsen(int row, Verdict verdict, boolean closed, long localNanos, long nowNanos) {
    Reason.Numbers numbers = numbers(row, localNanos);
    Evidence evidence = closed ? Evidence.CONNECTION_CLOSED : Evidence.SILENCE;
    String reason = closed ? Reason.notBack(numbers) : Reason.silence(numbers);
    reason += sightReason(row);
    if (verdict == Verdict.SUSPECT) {
      reason += commonCauseReason(row);
    }
    Verdict to = verdict == Verdict.SUSPECT ? Verdict.DEAD : Verdict.SUSPECT;
    change(row, to, evidence, reason, localNanos, nowNanos);
  }

  /** The connection ended without a goodbye. */
  void closed(int row, long localNanos, long nowNanos) {
    Verdict verdict = verdict(row);
    if (isRetired(verdict)) {
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
    long interval = model.intervalNanos(page, at);
    long lost = lostNanos(model.lastArrivalNanos(page, at), interval);
    long last = model.lastArrivalNanos(page, at) + lost;
    Profile profile = profile(row);
    long grace = Math.max((long) (profile.missedBeatsMin() * interval), profile.silenceNanosMin());
    boolean unheard = clients.is(row, Flags.UNHEARD);
    boolean unseen = unheard || sight.isUnseen(model.lastArrivalNanos(page, at));
    if (unseen) {
      // Whoever judged it or passed its beats on is gone: it has first to find out, then to come.
      grace += options.reconnectGraceNanos();
      last = sight.countsFrom(last);
    }
    if (verdict == Verdict.SUSPECT) {
      long extra = unseen ? options.reconnectGraceNanos() : 0;
      return later(model.deadlineNanos(page, at, profile.deadPhi()) + lost, last + grace + extra);
    }
    long suspect = model.deadlineNanos(page, at, profile.suspectPhi()) + lost;
    return unheard ? later(suspect, last + grace) : suspect;
  }

  /**
   * A beat sent while this shard stood still may have found a full socket. The next one then comes
   * up to one interval later than the shard's own time expects it.
   */
  private long lostNanos(long lastNanos, long intervalNanos) {
    return Math.max(0, Math.min(clock.resumedNanos() - lastNanos, intervalNanos));
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
    become(row, to, evidence);
    if (isRetired(to)) {
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
    long silence = localNanos - model.lastArrivalNanos(page, at);
    return new Reason.Numbers(
        Math.max(0, silence),
        Math.max(0, -silence),
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
      case ALIVE -> numbers.quietNanos() > 0 ? Reason.quiet(numbers) : Reason.alive(numbers);
      case LEFT -> Reason.goodbye();
      case SUSPECT -> sinceSuspected(flags, numbers) + sightReason(row) + commonCauseReason(row);
      case DEAD -> sinceSuspected(flags, numbers) + sightReason(row);
    };
  }

  private static String sinceSuspected(int flags, Reason.Numbers numbers) {
    return Flags.evidence(flags) == Evidence.CONNECTION_CLOSED
        ? Reason.closedSince(numbers)
        : Reason.silence(numbers);
  }
}
