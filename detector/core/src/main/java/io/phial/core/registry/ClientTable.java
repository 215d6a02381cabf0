package io.phial.core.registry;

import io.phial.core.phi.ArrivalModel;

/** The clients of a shard by row, by id and by session. */
final class ClientTable {
  static final int NONE = RecordTable.NONE;

  private final RecordTable records;
  private final IdArena ids = new IdArena();
  private final RowIndex byId = new RowIndex(this::isId);
  private final RowIndex bySession = new RowIndex(null);

  ClientTable(int clientsMax) {
    records = new RecordTable(clientsMax);
  }

  RecordTable records() {
    return records;
  }

  private boolean isId(int row, String id) {
    return ids.isId(records.idReference(row), id);
  }

  int rowOf(String id) {
    return byId.find(RowIndex.hash(id), id);
  }

  int rowOfSession(int session) {
    return session == 0 ? NONE : bySession.find(RowIndex.mix(session), "");
  }

  /** Adds a client whose id is not there, or {@link #NONE} when full. */
  int add(ClientSpec spec) {
    int row = records.allocate();
    if (row != NONE) {
      records.identity(row, 0, ids.add(spec.id(), spec.incarnation()));
      byId.add(RowIndex.hash(spec.id()), row);
      declare(row, spec);
    }
    return row;
  }

  /** Takes over what a client declares anew; its id stays. */
  void declare(int row, ClientSpec spec) {
    int flags = records.flags(row);
    flags = Flags.set(flags, Flags.TCP, spec.transport() == Transport.TCP);
    flags = Flags.set(flags, Flags.ANONYMOUS, spec.anonymous());
    flags = Flags.set(flags, Flags.DECLARED, spec.intervalNanos() > 0);
    records.flags(row, flags);
    ids.incarnation(records.idReference(row), spec.incarnation());
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

  /** Forgets a client. It must not be in the wheel. */
  void remove(int row) {
    changeSession(row, 0);
    int reference = records.idReference(row);
    byId.remove(RowIndex.hash(ids.id(reference)), row);
    ids.release(reference);
    records.release(row);
  }

  String id(int row) {
    return ids.id(records.idReference(row));
  }

  long incarnation(int row) {
    return ids.incarnation(records.idReference(row));
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
        is(row, Flags.ANONYMOUS));
  }

  static void check(ClientSpec spec) {
    String id = spec.id();
    if (id.isEmpty() || id.length() > IdArena.ID_CHARS_MAX) {
      throw new IllegalArgumentException(
          "id must be 1 to " + IdArena.ID_CHARS_MAX + " characters, was " + id.length());
    }
    for (int i = 0; i < id.length(); i++) {
      if (id.charAt(i) <= ' ' || id.charAt(i) > '~') {
        throw new IllegalArgumentException(
            "id must be printable ASCII without blanks, had " + (int) id.charAt(i));
      }
    }
    if (spec.intervalNanos() < 0 || spec.intervalNanos() > ArrivalModel.INTERVAL_NANOS_MAX) {
      throw new IllegalArgumentException(
          "intervalNanos must be 0 to "
              + ArrivalModel.INTERVAL_NANOS_MAX
              + ", was "
              + spec.intervalNanos());
    }
  }
}
