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
 * in the next one. The memory of clients that left is given back bit by bit, with the ticks.
 *
 * <p>A row is the handle of a client until it is dropped, or until {@link #onTick} moves it, which
 * it does only while less than half of some thousands of rows are in use. So do not keep a row
 * across ticks; ask {@link #rowOf} or {@link #rowOfSession} again.
 */
public final class Shard {
  /** No such row. */
  public static final int NONE = -1;

  /** The longest quiet that a client can announce, in nanoseconds; a longer one is cut. */
  public static final long QUIET_NANOS_MAX = Beats.QUIET_NANOS_MAX;

  private static final int DUE_PER_TICK = 20_000;

  private final ShardOptions options;
  private final ShardClock clock;
  private final ClientTable clients;
  private final RecordTable records;
  private final TimingWheel wheel;
  private final Judge judge;
  private final Beats beats;
  private final TimingWheel.Due onDue = this::onDue;
  private final ClientTable.Moved onMoved;
  private long refused;

  /** Creates an empty shard; starts nothing. */
  public Shard(ShardOptions options, VerdictSink sink, long nowNanos) {
    this.options = options;
    this.clock = new ShardClock(options.tickNanos(), options.stallNanos(), nowNanos);
    this.clients = new ClientTable(options.clientsMax(), (int) (nowNanos ^ nowNanos >>> 32));
    this.records = clients.records();
    this.wheel = new TimingWheel(records, options.tickNanos(), nowNanos);
    this.judge = new Judge(options, sink, clients, wheel, clock);
    this.beats = new Beats(clock, clients, judge);
    this.onMoved = judge::moved;
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
    clock.input(nowNanos);
    int row = clients.rowOf(spec.id());
    if (row == NONE) {
      row = add(spec);
      if (row != NONE) {
        start(row, spec);
        String reason = Reason.registered(judge.numbers(row, clock.localNanos()));
        judge.change(row, Verdict.ALIVE, Evidence.REGISTERED, reason, clock.localNanos(), nowNanos);
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
    judge.model(row).start(records.page(row), records.at(row), interval, clock.localNanos());
    records.flags(row, Flags.withCadence(records.flags(row), 0));
    clients.telling(row, 0);
    clients.set(row, Flags.SEQUENCED, false);
  }

  private void registerAgain(int row, ClientSpec spec) {
    Reason.Numbers before = judge.numbers(row, clock.localNanos());
    boolean fresh =
        spec.incarnation() > clients.incarnation(row)
            || clients.is(row, Flags.TCP) != (spec.transport() == Transport.TCP);
    boolean sameSession = spec.session() == records.session(row);
    boolean wasDeclared = clients.is(row, Flags.DECLARED);
    judge.removed(row);
    clients.declare(row, spec);
    judge.added(row);
    if (fresh || wasDeclared != clients.is(row, Flags.DECLARED)) {
      start(row, spec);
    } else {
      long interval = spec.intervalNanos() > 0 ? spec.intervalNanos() : before.intervalNanos();
      long[] page = records.page(row);
      judge.model(row).changeInterval(page, records.at(row), interval, clock.localNanos());
      clients.set(row, Flags.SEQUENCED, sameSession && clients.is(row, Flags.SEQUENCED));
    }
    beats.heard(row, Evidence.REGISTERED, before);
  }

  /**
   * Takes a client over from a dead node: UNKNOWN, armed with a full grace from now; one that was
   * DEAD or LEFT stays so. A client that is here already stays as it is.
   *
   * @param spreadNanos the graces of many clients end spread over this time, by a hash of the id
   * @param nowEpochMillis wall clock, against which an announced quiet is measured
   * @return the row, or {@link #NONE} when the shard is full or the client is anonymous
   * @throws IllegalArgumentException when id or interval are out of bounds; nothing changed
   */
  public int restore(ClientRecord record, long spreadNanos, long nowNanos, long nowEpochMillis) {
    ClientSpec spec = record.spec();
    ClientTable.check(spec);
    clock.input(nowNanos);
    int known = clients.rowOf(spec.id());
    if (known != NONE || spec.anonymous()) {
      return known;
    }
    int row = add(spec);
    if (row != NONE) {
      start(row, spec);
      long quietNanos = quietNanos(record.quietUntilEpochMillis(), nowEpochMillis);
      restoreEstimate(row, record, spread(spec.id(), spreadNanos) + quietNanos);
      restoreVerdict(row, record);
    }
    return row;
  }

  private void restoreEstimate(int row, ClientRecord record, long laterNanos) {
    long[] page = records.page(row);
    int at = records.at(row);
    ArrivalModel model = judge.model(row);
    if (model.restore(page, at, record.estimator(), clock.localNanos())) {
      if (clients.is(row, Flags.DECLARED)) {
        model.changeInterval(page, at, record.spec().intervalNanos(), clock.localNanos());
      } else {
        records.flags(row, Flags.withCadence(records.flags(row), Cadence.KNOWN));
      }
    }
    model.shift(page, at, laterNanos);
  }

  private static long quietNanos(long untilEpochMillis, long nowEpochMillis) {
    long millis = Math.max(0, untilEpochMillis - nowEpochMillis);
    return Math.min(QUIET_NANOS_MAX / 1_000_000, millis) * 1_000_000;
  }

  private static long spread(String id, long spreadNanos) {
    double share = (RowIndex.mix(IdArena.hash(id, 0x5bd1e995)) >>> 1) / (double) Integer.MAX_VALUE;
    return (long) (share * Math.max(0, spreadNanos));
  }

  private void restoreVerdict(int row, ClientRecord record) {
    Verdict verdict = record.verdict();
    judge.restored(row, verdict, clock.localNanos());
    if (verdict == Verdict.ALIVE || verdict == Verdict.SUSPECT) {
      String reason = Reason.takeover(record.home(), verdict);
      judge.change(
          row, Verdict.UNKNOWN, Evidence.TAKEOVER, reason, clock.localNanos(), clock.nowNanos());
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
    clock.input(nowNanos);
    return beats.onBeat(row, sequence);
  }

  /**
   * Takes many beats of one instant, as {@link #onBeat} would one after the other. First it looks
   * at all their records, so that the machine fetches many cache lines at a time; with many clients
   * that is most of the cost of a beat.
   *
   * @param rows whose beats
   * @param sequences of each as for {@link #onBeat}
   * @param count how many; no more than either array holds
   * @return beats that were no repeats
   */
  public int onBeats(int[] rows, int[] sequences, int count, long nowNanos) {
    clock.input(nowNanos);
    int inUse = 0;
    for (int i = 0; i < count; i++) {
      inUse += records.isInUse(rows[i]) ? 1 : 0;
    }
    if (inUse < count) {
      throw new IllegalArgumentException("rows must be in use, of " + count + " were " + inUse);
    }
    int taken = 0;
    for (int i = 0; i < count; i++) {
      taken += beats.onBeat(rows[i], sequences[i]) ? 1 : 0;
    }
    return taken;
  }

  /**
   * The client announced another interval; counts as a beat. The schedule starts anew, what was
   * learned of its loss and relative jitter stays.
   *
   * @param sequence as for {@link #onBeat}: what the client sent before is then known for old
   * @param intervalNanos above 0, at most {@link ArrivalModel#INTERVAL_NANOS_MAX}
   * @return false when the announcement was a repeat and changed nothing
   * @throws IllegalArgumentException when the interval is out of bounds; nothing changed
   */
  public boolean onInterval(int row, int sequence, long intervalNanos, long nowNanos) {
    check(row);
    if (intervalNanos == 0) {
      throw new IllegalArgumentException("intervalNanos must be above 0, was 0");
    }
    ClientTable.checkInterval(intervalNanos);
    clock.input(nowNanos);
    return beats.onAnnounced(row, sequence, intervalNanos, 0);
  }

  /**
   * The client announced to be quiet until an instant; counts as a beat. It is expected again
   * within one interval after that instant. A later beat before it ends the quiet.
   *
   * @param sequence as for {@link #onBeat}: what the client sent before is then known for old
   * @param untilNanos on the clock of this shard; at most {@link #QUIET_NANOS_MAX} from now count
   * @return false when the announcement was a repeat and changed nothing
   */
  public boolean onQuiet(int row, int sequence, long untilNanos, long nowNanos) {
    check(row);
    clock.input(nowNanos);
    return beats.onAnnounced(row, sequence, 0, untilNanos - nowNanos);
  }

  /**
   * The client's connection ended without a goodbye: an anonymous client is DEAD at once, a named
   * one SUSPECT, and DEAD after {@link ShardOptions#reconnectGraceNanos}, unless it comes back.
   * While impaired this is remembered and judged later.
   */
  public void onClosed(int row, long nowNanos) {
    check(row);
    clock.input(nowNanos);
    judge.closed(row, clock.localNanos(), nowNanos);
  }

  /** The client said goodbye. */
  public void onGoodbye(int row, long nowNanos) {
    check(row);
    clock.input(nowNanos);
    if (judge.verdict(row) != Verdict.LEFT) {
      judge.change(
          row, Verdict.LEFT, Evidence.GOODBYE, Reason.goodbye(), clock.localNanos(), nowNanos);
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
    clock.input(nowNanos);
    Verdict verdict = judge.verdict(row);
    if (verdict != Verdict.LEFT && verdict != Verdict.DEAD) {
      String reason = Reason.gone(how);
      judge.change(row, Verdict.DEAD, Evidence.REPORTED, reason, clock.localNanos(), nowNanos);
    }
  }

  /** Forgets a client without a verdict: it moved, or its slot did. */
  public void drop(int row) {
    check(row);
    judge.freed(row);
    clients.remove(row);
  }

  /** Judges what is due. Call every {@link ShardOptions#tickNanos}. */
  public void onTick(long nowNanos) {
    if (clock.tick(nowNanos)) {
      wheel.advance(clock.localNanos(), DUE_PER_TICK, onDue);
    }
    clients.compact(onMoved);
  }

  private void onDue(int row) {
    if (judge.onDue(row, clock.localNanos(), clock.nowNanos())) {
      drop(row);
    }
  }

  /** While impaired, no verdict gets worse; due ones wait. */
  public void impaired(boolean impaired, long nowNanos) {
    clock.input(nowNanos);
    judge.impaired(impaired);
  }

  /** Suspicion of one client now: finite, 0 or more; allocates nothing. */
  public double phi(int row, long nowNanos) {
    check(row);
    clock.input(nowNanos);
    return judge.model(row).phi(records.page(row), records.at(row), clock.localNanos());
  }

  /**
   * When the suspicion of a client will reach a threshold if no beat comes, on the clock of this
   * shard; allocates nothing.
   *
   * @param threshold phi, above 0
   */
  public long deadlineNanos(int row, double threshold, long nowNanos) {
    check(row);
    clock.input(nowNanos);
    long local = judge.model(row).deadlineNanos(records.page(row), records.at(row), threshold);
    return local - clock.localNanos() + nowNanos;
  }

  /** One client as of now. */
  public ClientSnapshot snapshot(int row, long nowNanos) {
    check(row);
    clock.input(nowNanos);
    Reason.Numbers numbers = judge.numbers(row, clock.localNanos());
    Verdict verdict = judge.verdict(row);
    boolean isFinal = verdict == Verdict.DEAD || verdict == Verdict.LEFT;
    long suspectIn = judge.dueNanos(row, Verdict.ALIVE) - clock.localNanos();
    long deadIn = judge.dueNanos(row, Verdict.SUSPECT) - clock.localNanos();
    if (verdict == Verdict.SUSPECT && clients.is(row, Flags.CLOSED)) {
      deadIn = records.deadline(row) - clock.localNanos();
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
    clock.input(nowNanos);
    long[] page = records.page(row);
    int at = records.at(row);
    ArrivalModel model = judge.model(row);
    boolean declared = clients.is(row, Flags.DECLARED);
    boolean known = declared || Flags.cadence(records.flags(row)) >= Cadence.KNOWN;
    long quiet = model.lastArrivalNanos(page, at) - clock.localNanos();
    long silence = Math.max(0, -quiet);
    return new ClientRecord(
        clients.spec(row, declared ? model.intervalNanos(page, at) : 0),
        home,
        judge.verdict(row),
        nowEpochMillis - silence / 1_000_000,
        known ? model.exported(page, at) : new byte[0],
        quiet > 0 ? nowEpochMillis + quiet / 1_000_000 : 0);
  }

  /** Visits every row in use; the visitor may drop the row it is given. */
  public void forEachRow(IntConsumer visitor) {
    for (int row = 0; row < records.rowsBound(); row++) {
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

  /**
   * True when a client may be well where this node cannot see: it was taken over and not heard here
   * yet, or not heard since a node went out of reach that is still away. SUSPECT and DEAD of such a
   * client are partial.
   */
  public boolean isOutOfSight(int row) {
    check(row);
    return judge.isOutOfSight(row);
  }

  /** A node went out of reach: whoever was heard by way of it may be cut off with it. */
  public void onCut(long nowNanos) {
    clock.input(nowNanos);
    judge.sight().cut(clock.localNanos());
  }

  /**
   * A node is back in reach. No client that was silent since before the newest cut becomes DEAD
   * before the time to settle and a full grace have passed.
   *
   * @param settleNanos what the node may need until it passes beats on again, 0 or more
   * @param whole no other node is out of reach
   */
  public void onMended(long settleNanos, boolean whole, long nowNanos) {
    clock.input(nowNanos);
    judge.sight().mended(settleNanos, whole, clock.localNanos());
  }

  /** Registrations and takeovers refused because the shard was full. */
  public long refused() {
    return refused;
  }

  /** Total time not counted because the shard itself stood still, in nanoseconds. */
  public long stalledNanos() {
    return clock.stalledNanos();
  }

  /** How often so many clients fell silent together that DEAD was slowed down. */
  public long commonCauses() {
    return judge.commonCause().episodes();
  }

  /** How often a DEAD that was due was put off for a common cause. */
  public long deadHeldBack() {
    return judge.commonCause().heldBack();
  }

  /** Clients whose zone was one too many for the shard to tell it from others. */
  public long zonesRefused() {
    return clients.zones().refused();
  }

  /** True from the end of a stall until verdicts are given again. */
  public boolean isSettling() {
    return clock.isSettling();
  }

  /** Bytes held for records and ids, free ones included. */
  public long bytesHeld() {
    return clients.bytesHeld();
  }

  private void check(int row) {
    if (!records.isInUse(row)) {
      throw new IllegalArgumentException("row must be in use, was " + row);
    }
  }
}
