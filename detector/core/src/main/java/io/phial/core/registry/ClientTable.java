package io.phial.core.registry;

import io.phial.core.phi.ArrivalModel;

/** The clients of a shard by row, by id and by session. */
final class ClientTable {
  static final int NONE = RecordTable.NONE;

  /** Rows moved and ids looked at in one call of {@link #compact}, each. */
  static final int COMPACT_BUDGET = 256;

  private final RecordTable records;
  private final IdArena ids = new IdArena();
  private final Zones zones = new Zones();
  private final int seed;
  private final RowIndex byId;
  private final RowIndex bySession;
  private final IdArena.Moved idMoved = this::idMoved;
  private int compacted;

  /**
   * Creates an empty table.
   *
   * @param seed varies the hashes of ids, so that nobody can choose ids that collide
   */
  ClientTable(int clientsMax, int seed) {
    this.records = new RecordTable(clientsMax);
    this.seed = RowIndex.mix(seed);
    this.byId = new RowIndex(new ById());
    this.bySession = new RowIndex(new BySession());
  }

  private final class ById implements RowIndex.Keys {
    @Override
    public boolean isKey(int row, int hash, String key) {
      return ids.isId(records.idReference(row), key);
    }

    @Override
    public int hashOf(int row) {
      return ids.hash(records.idReference(row), seed);
    }
  }

  private final class BySession implements RowIndex.Keys {
    @Override
    public boolean isKey(int row, int hash, String key) {
      return hashOf(row) == hash;
    }

    @Override
    public int hashOf(int row) {
      return RowIndex.mix(records.session(row));
    }
  }

  RecordTable records() {
    return records;
  }

  private int hash(String id) {
    return IdArena.hash(id, seed);
  }

  int rowOf(String id) {
    return byId.find(hash(id), id);
  }

  int rowOfSession(int session) {
    return session == 0 ? NONE : bySession.find(RowIndex.mix(session), "");
  }

  /** Adds a client whose id is not there, or {@link #NONE} when full. */
  int add(ClientSpec spec) {
    int row = records.allocate();
    if (row != NONE) {
      records.identity(row, 0, ids.add(spec.id(), spec.incarnation()));
      byId.add(hash(spec.id()), row);
      declare(row, spec);
    }
    return row;
  }

  /** Takes over what a client declares anew; its id stays. */
  void declare(int row, ClientSpec spec) {
    int flags = Flags.withProfile(records.flags(row), spec.profile());
    flags = Flags.set(flags, Flags.TCP, spec.transport() == Transport.TCP);
    flags = Flags.set(flags, Flags.ANONYMOUS, spec.anonymous());
    flags = Flags.set(flags, Flags.DECLARED, spec.intervalNanos() > 0);
    records.flags(row, flags);
    int reference = records.idReference(row);
    ids.incarnation(reference, spec.incarnation());
    int before = ids.zone(reference);
    ids.zone(reference, zones.enter(spec.zone()));
    zones.leave(before);
    changeSession(row, spec.session());
  }

  /** A session has one row; whoever is given it last has it. */
  private void changeSession(int row, int session) {
    int before = records.session(row);
    if (before == session) {
      return;
    }
    if (before != 0) {
      bySession.remove(RowIndex.mix(before), row);
    }
    int other = rowOfSession(session);
    if (other != NONE) {
      bySession.remove(RowIndex.mix(session), other);
      records.identity(other, 0, records.idReference(other));
    }
    records.identity(row, session, records.idReference(row));
    if (session != 0) {
      bySession.add(RowIndex.mix(session), row);
    }
  }

  /** Forgets a client. It must be neither in the wheel nor listed as retired. */
  void remove(int row) {
    changeSession(row, 0);
    int reference = records.idReference(row);
    byId.remove(ids.hash(reference, seed), row);
    zones.leave(ids.zone(reference));
    ids.release(reference);
    records.release(row);
  }

  /** Moves a client to a row in a lower page, all but its places in wheel and list. */
  private int move(int from) {
    int to = records.allocate();
    records.copy(from, to);
    byId.moved(ids.hash(records.idReference(from), seed), from, to);
    int session = records.session(from);
    if (session != 0) {
      bySession.moved(RowIndex.mix(session), from, to);
    }
    return to;
  }

  /** Told where a client has gone, before its old row is released. */
  interface Moved {
    /** The client has another row from now on; wheel and list have to follow. */
    void onMoved(int from, int to);
  }

  /**
   * Gives memory back after many clients have left: clients of the highest page move to lower ones
   * while less than half of the rows for which there is memory are in use.
   */
  void compact(Moved moved) {
    ids.compact(COMPACT_BUDGET, idMoved);
    if (records.rowsHeld() <= 2L * (records.size() + RecordTable.PAGE_ROWS)) {
      return;
    }
    records.releaseSpare();
    int highest = records.highestPage();
    int first = highest << RecordTable.PAGE_BITS;
    int left = COMPACT_BUDGET;
    for (int n = 0; n < RecordTable.PAGE_ROWS && left > 0 && records.inUse(highest) > 0; n++) {
      compacted = compacted + 1 & RecordTable.PAGE_ROWS - 1;
      int row = first + compacted;
      if (records.isInUse(row)) {
        moved.onMoved(row, move(row));
        records.release(row);
        left--;
      }
    }
  }

  private void idMoved(String id, int from, int to) {
    int row = byId.find(hash(id), id);
    records.identity(row, records.session(row), to);
  }

  /** Bytes of records and ids for which there is memory. */
  long bytesHeld() {
    return records.rowsHeld() * 64 + ids.bytesHeld();
  }

  String id(int row) {
    return ids.id(records.idReference(row));
  }

  long incarnation(int row) {
    return ids.incarnation(records.idReference(row));
  }

  /** The number of a client's zone, 0 for none. */
  int zone(int row) {
    return ids.zone(records.idReference(row));
  }

  Zones zones() {
    return zones;
  }

  int telling(int row) {
    return ids.gap(records.idReference(row));
  }

  void telling(int row, int gap) {
    ids.gap(records.idReference(row), gap);
  }

  boolean is(int row, int flag) {
    return (records.flags(row) & flag) != 0;
  }

  void set(int row, int flag, boolean value) {
    records.flags(row, Flags.set(records.flags(row), flag, value));
  }

  /** What the client declared, with the given interval. */
  ClientSpec spec(int row, long intervalNanos) {
    return new ClientSpec(
        id(row),
        records.session(row),
        incarnation(row),
        is(row, Flags.TCP) ? Transport.TCP : Transport.UDP,
        intervalNanos,
        is(row, Flags.ANONYMOUS),
        Flags.profile(records.flags(row)),
        zones.name(zone(row)));
  }

  static void check(ClientSpec spec) {
    checkText("id", spec.id(), 1, IdArena.ID_CHARS_MAX);
    checkText("zone", spec.zone(), 0, ClientSpec.ZONE_CHARS_MAX);
    if (spec.profile() < 0 || spec.profile() > ClientSpec.PROFILE_MAX) {
      throw new IllegalArgumentException(
          "profile must be 0 to " + ClientSpec.PROFILE_MAX + ", was " + spec.profile());
    }
    checkInterval(spec.intervalNanos());
  }

  private static void checkText(String name, String text, int charsMin, int charsMax) {
    if (text.length() < charsMin || text.length() > charsMax) {
      throw new IllegalArgumentException(
          name + " must be " + charsMin + " to " + charsMax + " characters, was " + text.length());
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
        throw new IllegalArgumentException(
            name + " must be printable ASCII without blanks, had " + (int) text.charAt(i));
      }
    }
  }

  static void checkInterval(long intervalNanos) {
    if (intervalNanos < 0 || intervalNanos > ArrivalModel.INTERVAL_NANOS_MAX) {
      throw new IllegalArgumentException(
          "intervalNanos must be 0 to "
              + ArrivalModel.INTERVAL_NANOS_MAX
              + ", was "
              + intervalNanos);
    }
  }
}
