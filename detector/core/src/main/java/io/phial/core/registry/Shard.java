package io.phial.core.registry;

import io.phial.core.phi.ArrivalModel;
import java.util.function.IntConsumer;

/**
 * The clients of one event loop, and the only writer of their records. Not thread-safe: single
 * writer. A beat allocates nothing and takes constant time; so does a tick per row that is due.
 *
 * <p>Time: every method takes the same monotonic clock. The shard keeps its own time, which stands
 * still while the shard does: when an input finds the last tick overdue by more than {@link
 * ShardOptions#stallNanos}, the excess is not counted, beats teach nothing and no verdict is given
 * until two ticks came on time, so that all that waited in the sockets is read first.
 *
 * <p>Bounds: {@link ShardOptions#clientsMax} rows. When they are used up, the client that has been
 * DEAD or LEFT for longest makes room, without a verdict; when there is none, the newcomer is
 * refused and counted. A tick looks at {@value #DUE_PER_TICK} due rows at most; the others follow
 * in the next one.
 */
public final class Shard {
  /** No such row. */
  public static final int NONE = -1;

  private static final int DUE_PER_TICK = 50_000;
  private static final int SEQUENCE_MASK = 0xFFFF;
  // Counters this far behind are repeats or overtaken beats; others mean that the counter jumped.
  private static final int REPEAT_WINDOW = 1 << 12;

  private final ShardOptions options;
  private final ShardClock clock;
  private final ClientTable clients;
  private final RecordTable records;
  private final TimingWheel wheel;
  private final Judge judge;
  private final TimingWheel.Due onDue = this::onDue;
  private long refused;
  private long localNanos;
  private long nowNanos;

  /** Creates an empty shard; starts nothing. */
  public Shard(ShardOptions options, VerdictSink sink, long nowNanos) {
    this.options = options;
    this.clock = new ShardClock(options.tickNanos(), options.stallNanos(), nowNanos);
    this.clients = new ClientTable(options.clientsMax());
    this.records = clients.records();
    this.wheel = new TimingWheel(records, options.tickNanos(), nowNanos);
    this.judge = new Judge(options, sink, clients, wheel);
    this.localNanos = nowNanos;
    this.nowNanos = nowNanos;
  }

  /**
   * Registers or re-registers a client (counts as a beat); {@link #NONE} when the shard is full. A
   * higher incarnation starts a fresh estimate; a lower one comes from a process that is gone and
   * changes nothing. A session that another client had is that client's no longer.
   *
   * @throws IllegalArgumentException when id or interval are out of bounds; nothing changed
   */
  public int register(ClientSpec spec, long nowNanos) {
    ClientTable.check(spec);
    input(nowNanos);
    int row = clients.rowOf(spec.id());
    if (row == NONE) {
      row = add(spec);
      if (row != NONE) {
        start(row, spec);
        String reason = Reason.registered(judge.numbers(row, localNanos));
        judge.change(row, Verdict.ALIVE, Evidence.REGISTERED, reason, localNanos, nowNanos);
      }
    } else if (spec.incarnation() == 0 || spec.incarnation() >= clients.incarnation(row)) {
      registerAgain(row, spec);
    }
    return row;
  }

  private int add(ClientSpec spec) {
    int row = clients.add(spec);
    if (row == NONE) {
      int oldest = judge.oldestRetired();
      if (oldest == NONE) {
        refused++;
        return NONE;
      }
      drop(oldest);
      row = clients.add(spec);
    }
    judge.added(row);
    return row;
  }

  private void start(int row, ClientSpec spec) {
    boolean declared = spec.intervalNanos() > 0;
    long interval = declared ? spec.intervalNanos() : options.learnIntervalNanosMax();
    judge.model(row).start(records.page(row), records.at(row), interval, localNanos);
    records.flags(row, Flags.withCadence(records.flags(row), 0));
    clients.telling(row, 0);
    clients.set(row, Flags.SEQUENCED, false);
  }

  private void registerAgain(int row, ClientSpec spec) {
    Reason.Numbers before = judge.numbers(row, localNanos);
    boolean fresh =
        spec.incarnation() > clients.incarnation(row)
            || clients.is(row, Flags.TCP) != (spec.transport() == Transport.TCP);
    boolean sameSession = spec.session() == records.session(row);
    boolean wasDeclared = clients.is(row, Flags.DECLARED);
    clients.declare(row, spec);
    if (fresh || wasDeclared != clients.is(row, Flags.DECLARED)) {
      start(row, spec);
    } else {
      long interval = spec.intervalNanos() > 0 ? spec.intervalNanos() : before.intervalNanos();
      long[] page = records.page(row);
      judge.model(row).changeInterval(page, records.at(row), interval, localNanos);
      clients.set(row, Flags.SEQUENCED, sameSession && clients.is(row, Flags.SEQUENCED));
    }
    heard(row, Evidence.REGISTERED, before);
  }

  /** What every sign of life does: the verdict is ALIVE from here on. */
  private void heard(int row, Evidence evidence, Reason.Numbers before) {
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
    judge.change(row, Verdict.ALIVE, evidence, reason, localNanos, nowNanos);
  }

  /**
   * Takes a client over from a dead node: UNKNOWN, armed with a full grace from now; one that was
   * DEAD or LEFT stays so. A client that is here already stays as it is.
   *
   * @param spreadNanos the graces of many clients end spread over this time, by a hash of the id
   * @return the row, or {@link #NONE} when the shard is full or the client is anonymous
   * @throws IllegalArgumentException when id or interval are out of bounds; nothing changed
   */
  public int restore(ClientRecord record, long spreadNanos, long nowNanos) {
    ClientSpec spec = record.spec();
    ClientTable.check(spec);
    input(nowNanos);
    int known = clients.rowOf(spec.id());
    if (known != NONE || spec.anonymous()) {
      return known;
    }
    int row = add(spec);
    if (row != NONE) {
      start(row, spec);
      restoreEstimate(row, record, spread(spec.id(), spreadNanos));
      restoreVerdict(row, record);
    }
    return row;
  }

  private void restoreEstimate(int row, ClientRecord record, long spreadNanos) {
    long[] page = records.page(row);
    int at = records.at(row);
    ArrivalModel model = judge.model(row);
    if (model.restore(page, at, record.estimator(), localNanos)) {
      if (clients.is(row, Flags.DECLARED)) {
        model.changeInterval(page, at, record.spec().intervalNanos(), localNanos);
      } else {
        records.flags(row, Flags.withCadence(records.flags(row), Cadence.KNOWN));
      }
    }
    model.shift(page, at, spreadNanos);
  }

  private static long spread(String id, long spreadNanos) {
    double share =
        (RowIndex.mix(RowIndex.hash(id) ^ 0x5bd1e995) >>> 1) / (double) Integer.MAX_VALUE;
    return (long) (share * Math.max(0, spreadNanos));
  }

  private void restoreVerdict(int row, ClientRecord record) {
    Verdict verdict = record.verdict();
    judge.restored(row, verdict, localNanos);
    if (verdict == Verdict.ALIVE || verdict == Verdict.SUSPECT) {
      String reason = Reason.takeover(record.home(), verdict);
      judge.change(row, Verdict.UNKNOWN, Evidence.TAKEOVER, reason, localNanos, nowNanos);
    }
  }

  /** The row of an id, or {@link #NONE}. */
  public int rowOf(String id) {
    return clients.rowOf(id);
  }

  /** The row of a datagram session, or {@link #NONE}. */
  public int rowOfSession(int session) {
    return clients.rowOfSession(session);
  }

  /**
   * Takes a beat. One of a client that said goodbye is a straggler and changes nothing.
   *
   * @param sequence the low 16 bits of the client's counter, or -1 when it sends none
   * @return false when the beat was a repeat and changed nothing
   */
  public boolean onBeat(int row, int sequence, long nowNanos) {
    check(row);
    input(nowNanos);
    Verdict verdict = judge.verdict(row);
    int beats = advance(row, sequence);
    if (beats < 0 || verdict == Verdict.LEFT) {
      return false;
    }
    records.countBeat(row);
    if (verdict == Verdict.ALIVE && !clients.is(row, Flags.CLOSED)) {
      arrive(row, beats, true);
    } else {
      Reason.Numbers before = judge.numbers(row, localNanos);
      arrive(row, beats, false);
      heard(row, Evidence.BEAT, before);
    }
    return true;
  }

  /** How far the counter went: 0 when unknown, -1 for a repeat or an older beat. */
  private int advance(int row, int sequence) {
    if (sequence < 0) {
      return 0;
    }
    int ahead = sequence - records.sequence(row) & SEQUENCE_MASK;
    boolean known = clients.is(row, Flags.SEQUENCED);
    if (known && (ahead == 0 || ahead > SEQUENCE_MASK - REPEAT_WINDOW)) {
      return -1;
    }
    records.sequence(row, sequence);
    clients.set(row, Flags.SEQUENCED, true);
    return known && ahead < 1 << 15 ? ahead : 0;
  }

  private void arrive(int row, int beats, boolean learn) {
    long[] page = records.page(row);
    int at = records.at(row);
    ArrivalModel model = judge.model(row);
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

  /**
   * The client's connection ended without a goodbye: an anonymous client is DEAD at once, a named
   * one SUSPECT, and DEAD after {@link ShardOptions#reconnectGraceNanos}, unless it comes back.
   * While impaired this is remembered and judged later.
   */
  public void onClosed(int row, long nowNanos) {
    check(row);
    input(nowNanos);
    judge.closed(row, localNanos, nowNanos);
  }

  /** The client said goodbye. */
  public void onGoodbye(int row, long nowNanos) {
    check(row);
    input(nowNanos);
    if (judge.verdict(row) != Verdict.LEFT) {
      judge.change(row, Verdict.LEFT, Evidence.GOODBYE, Reason.goodbye(), localNanos, nowNanos);
    }
  }

  /**
   * Who beats for the client has seen that its process is gone: DEAD at once, also while impaired,
   * since this is said and not concluded.
   *
   * @param how it was seen, for people; may be empty
   */
  public void onGone(int row, String how, long nowNanos) {
    check(row);
    input(nowNanos);
    Verdict verdict = judge.verdict(row);
    if (verdict != Verdict.LEFT && verdict != Verdict.DEAD) {
      String reason = Reason.gone(how);
      judge.change(row, Verdict.DEAD, Evidence.REPORTED, reason, localNanos, nowNanos);
    }
  }

  /** Forgets a client without a verdict: it moved, or its slot did. */
  public void drop(int row) {
    check(row);
    judge.removed(row);
    clients.remove(row);
  }

  /** Judges what is due. Call every {@link ShardOptions#tickNanos}. */
  public void onTick(long nowNanos) {
    boolean settled = clock.tick(nowNanos);
    input(nowNanos);
    if (settled) {
      wheel.advance(localNanos, DUE_PER_TICK, onDue);
    }
  }

  private void onDue(int row) {
    if (judge.onDue(row, localNanos, nowNanos)) {
      drop(row);
    }
  }

  /** While impaired, no verdict gets worse; due ones wait. */
  public void impaired(boolean impaired, long nowNanos) {
    input(nowNanos);
    judge.impaired(impaired);
  }

  /** One client as of now. */
  public ClientSnapshot snapshot(int row, long nowNanos) {
    check(row);
    input(nowNanos);
    Reason.Numbers numbers = judge.numbers(row, localNanos);
    Verdict verdict = judge.verdict(row);
    boolean isFinal = verdict == Verdict.DEAD || verdict == Verdict.LEFT;
    long suspectIn = judge.dueNanos(row, Verdict.ALIVE) - localNanos;
    long deadIn = judge.dueNanos(row, Verdict.SUSPECT) - localNanos;
    if (verdict == Verdict.SUSPECT && clients.is(row, Flags.CLOSED)) {
      deadIn = records.deadline(row) - localNanos;
    }
    boolean suspected = verdict == Verdict.SUSPECT || isFinal;
    return new ClientSnapshot(
        clients.spec(row, numbers.intervalNanos()),
        verdict,
        numbers.phi(),
        numbers.silenceNanos(),
        records.beats(row),
        numbers.lossRate(),
        suspected ? Math.min(suspectIn, -1) : suspectIn,
        isFinal ? Math.min(deadIn, -1) : deadIn,
        judge.explain(row, numbers));
  }

  /** What to keep of a client for takeover. An undeclared interval is 0 in its spec. */
  public ClientRecord record(int row, String home, long nowNanos, long nowEpochMillis) {
    check(row);
    input(nowNanos);
    long[] page = records.page(row);
    int at = records.at(row);
    ArrivalModel model = judge.model(row);
    boolean declared = clients.is(row, Flags.DECLARED);
    boolean known = declared || Flags.cadence(records.flags(row)) >= Cadence.KNOWN;
    long silence = Math.max(0, localNanos - model.lastArrivalNanos(page, at));
    return new ClientRecord(
        clients.spec(row, declared ? model.intervalNanos(page, at) : 0),
        home,
        judge.verdict(row),
        nowEpochMillis - silence / 1_000_000,
        known ? model.exported(page, at) : new byte[0]);
  }

  /** Visits every row in use; the visitor may drop the row it is given. */
  public void forEachRow(IntConsumer visitor) {
    for (int row = 0; row < records.used(); row++) {
      if (records.isInUse(row)) {
        visitor.accept(row);
      }
    }
  }

  /** Clients held. */
  public int size() {
    return records.size();
  }

  /** Clients held that have this verdict. */
  public int count(Verdict verdict) {
    return judge.count(verdict);
  }

  /** What a client declared, without the cost of a snapshot. */
  public ClientSpec spec(int row) {
    check(row);
    return clients.spec(row, judge.model(row).intervalNanos(records.page(row), records.at(row)));
  }

  /** The verdict of a client, without the cost of a snapshot. */
  public Verdict verdict(int row) {
    check(row);
    return judge.verdict(row);
  }

  /** Registrations and takeovers refused because the shard was full. */
  public long refused() {
    return refused;
  }

  /** Total time not counted because the shard itself stood still, in nanoseconds. */
  public long stalledNanos() {
    return clock.stalledNanos();
  }

  /** Every input passes here first: it may end a stall. */
  private void input(long nowNanos) {
    this.nowNanos = nowNanos;
    this.localNanos = clock.local(nowNanos);
  }

  private void check(int row) {
    if (!records.isInUse(row)) {
      throw new IllegalArgumentException("row must be in use, was " + row);
    }
  }
}
