package io.phial.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ClientTablePropertyTest {
  /** The table against a plain map, under adds, session changes and removals. */
  @Property(tries = 200)
  void shouldBehaveAsAPlainMap(
      @ForAll @Size(min = 50, max = 600) List<@IntRange(max = 5_999) Integer> operations,
      @ForAll @IntRange(min = 1, max = 300) int ids) {
    ClientTable table = new ClientTable(100, 7);
    Map<String, Integer> sessions = new HashMap<>();
    for (int operation : operations) {
      String id = "id-" + "x".repeat(operation % ids % 40) + operation % ids;
      int session = operation % 7 == 0 ? 0 : operation + 1;
      int row = table.rowOf(id);
      assertThat(row != ClientTable.NONE).isEqualTo(sessions.containsKey(id));
      if (row == ClientTable.NONE) {
        row = table.add(ShardFixture.udp(id, session));
        assertThat(row == ClientTable.NONE).isEqualTo(sessions.size() == 100);
      } else if (operation % 3 == 0) {
        table.remove(row);
        sessions.remove(id);
        continue;
      } else {
        table.declare(row, ShardFixture.udp(id, session));
      }
      if (row != ClientTable.NONE) {
        sessions.replaceAll((k, v) -> v == session ? 0 : v);
        sessions.put(id, session);
      }
    }
    check(table, sessions);
  }

  private static void check(ClientTable table, Map<String, Integer> sessions) {
    assertThat(table.records().size()).isEqualTo(sessions.size());
    sessions.forEach(
        (id, session) -> {
          int row = table.rowOf(id);
          assertThat(table.id(row)).isEqualTo(id);
          assertThat(table.records().session(row)).isEqualTo(session);
          if (session != 0) {
            assertThat(table.rowOfSession(session)).isEqualTo(row);
          }
        });
  }

  @Property(tries = 200)
  void shouldKeepRecordFieldsApart(
      @ForAll long deadline,
      @ForAll @IntRange(max = 0xFFFF) int sequence,
      @ForAll int session,
      @ForAll int reference,
      @ForAll int next,
      @ForAll int previous) {
    RecordTable records = new RecordTable(10);
    int row = records.allocate();
    records.allocate();
    records.countBeat(row);
    records.flags(row, 0xC_C5A5);
    records.sequence(row, sequence);
    records.identity(row, session, reference);
    records.links(row, next, previous);
    records.deadline(row, deadline);
    assertThat(records.flags(row)).isEqualTo(0xC_C5A5);
    assertThat(records.sequence(row)).isEqualTo(sequence);
    assertThat(records.beats(row)).isEqualTo(1);
    assertThat(records.session(row)).isEqualTo(session);
    assertThat(records.idReference(row)).isEqualTo(reference);
    assertThat(records.next(row)).isEqualTo(next);
    assertThat(records.previous(row)).isEqualTo(previous);
    assertThat(records.deadline(row)).isEqualTo(deadline);
    assertThat(records.session(row + 1)).isZero();
  }
}
