package io.phial.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Growing and shrinking through many pages, against plain maps and lists. */
class ShrinkPropertyTest {
  private static final int CLIENTS = 30_000;

  private final ClientTable table = new ClientTable(CLIENTS, 7);
  private final RetiredRows retired = new RetiredRows();
  private final TimingWheel wheel = new TimingWheel(table.records(), 10, 0);
  private final Map<String, Integer> sessions = new HashMap<>();
  private final List<String> retiredIds = new ArrayList<>();
  private SplittableRandom random = new SplittableRandom(1);

  private void add(int n) {
    String id = "client-" + "x".repeat(n % 90) + n;
    int row = table.add(ShardFixture.udp(id, n + 1));
    assertThat(row).isNotEqualTo(ClientTable.NONE);
    sessions.put(id, n + 1);
    table.records().deadline(row, random.nextLong(1_000_000));
    wheel.schedule(row);
    if (random.nextInt(3) == 0) {
      retired.add(row);
      retiredIds.add(id);
      table.set(row, Flags.CLOSED, true);
    }
  }

  private void remove(String id) {
    int row = table.rowOf(id);
    wheel.remove(row);
    if (table.is(row, Flags.CLOSED)) {
      retired.remove(row);
    }
    table.remove(row);
    sessions.remove(id);
  }

  private void moved(int from, int to) {
    wheel.moved(from, to);
    if (table.is(to, Flags.CLOSED)) {
      retired.moved(from, to);
    }
  }

  private void check() {
    assertThat(table.records().size()).isEqualTo(sessions.size());
    sessions.forEach(
        (id, session) -> {
          int row = table.rowOf(id);
          assertThat(row).isGreaterThanOrEqualTo(0).isEqualTo(table.rowOfSession(session));
          assertThat(table.id(row)).isEqualTo(id);
          assertThat(table.records().session(row)).isEqualTo(session);
          assertThat(table.incarnation(row)).isEqualTo(1);
        });
    assertThat(table.rowOf("nobody")).isEqualTo(ClientTable.NONE);
  }

  private void checkRetired() {
    List<String> left = new ArrayList<>();
    for (int row = retired.oldest(); row != ClientTable.NONE; row = retired.oldest()) {
      left.add(table.id(row));
      retired.remove(row);
      table.set(row, Flags.CLOSED, false);
    }
    retiredIds.removeIf(id -> !sessions.containsKey(id));
    assertThat(left).isEqualTo(retiredIds);
  }

  /** Fires in the order of a sorted list, from whatever rows the clients were moved to. */
  private void checkWheel() {
    long[] last = {0};
    int[] fired = {0};
    for (long now = 0; now <= 1_000_020; now += 10) {
      long tick = now;
      wheel.advance(
          now,
          Integer.MAX_VALUE,
          row -> {
            long deadline = table.records().deadline(row);
            assertThat(deadline).isBetween(tick - 10, tick);
            last[0] = deadline;
            fired[0]++;
          });
    }
    assertThat(fired[0]).isEqualTo(sessions.size());
  }

  @Property(tries = 4)
  void shouldStayAMapAndAListWhileItGrowsAndShrinks(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 100) int keptPercent) {
    ShrinkPropertyTest t = new ShrinkPropertyTest();
    t.random = new SplittableRandom(seed);
    for (int n = 0; n < CLIENTS; n++) {
      t.add(n);
    }
    assertThat(t.table.add(ShardFixture.udp("one-more", CLIENTS + 1))).isEqualTo(ClientTable.NONE);
    t.check();
    long full = t.table.bytesHeld();
    for (String id : List.copyOf(t.sessions.keySet())) {
      if (t.random.nextInt(100) >= keptPercent) {
        t.remove(id);
      }
      if (t.random.nextInt(50) == 0) {
        t.table.compact(t::moved);
      }
    }
    for (int tick = 0; tick < 1_000; tick++) {
      t.table.compact(t::moved);
    }
    t.check();
    // Within twice what is left, and some pages.
    long pages = 3 * 64L * RecordTable.PAGE_ROWS + 4 * 65_536;
    assertThat(t.table.bytesHeld())
        .isLessThanOrEqualTo((long) (2.2 * full * t.sessions.size() / CLIENTS) + pages);
    t.checkRetired();
    t.checkWheel();
  }

  @Test
  void shouldGiveAllBackButAPageWhenEverybodyHasLeft() {
    for (int n = 0; n < CLIENTS; n++) {
      add(n);
    }
    List.copyOf(sessions.keySet()).forEach(this::remove);
    table.compact(this::moved);
    assertThat(table.records().rowsHeld()).isEqualTo(RecordTable.PAGE_ROWS);
    assertThat(table.bytesHeld()).isLessThanOrEqualTo(64L * RecordTable.PAGE_ROWS + 65_536);
    add(5);
    check();
  }

  /** Ids that come and go while a few stay in every page of ids. */
  @Test
  void shouldCompactIdsUnderChurn() {
    for (int n = 0; n < 200_000; n++) {
      add(n);
      if (n % 100 != 0) {
        remove("client-" + "x".repeat(n % 90) + n);
      }
      if (n % 50 == 0) {
        table.compact(this::moved);
      }
    }
    check();
    assertThat(table.bytesHeld()).isLessThan(64L * 2 * RecordTable.PAGE_ROWS + 10 * 65_536);
  }
}
