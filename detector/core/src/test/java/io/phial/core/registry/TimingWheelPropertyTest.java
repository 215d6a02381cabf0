package io.phial.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class TimingWheelPropertyTest {
  private static final long TICK = 10;

  /** The wheel against a sorted map: everything fires once, on its tick, whatever was moved. */
  @Property(tries = 200)
  void shouldFireAsASortedListWould(
      @ForAll long seed, @ForAll long start, @ForAll @LongRange(min = 1, max = 30) long scaleBits) {
    SplittableRandom random = new SplittableRandom(seed);
    RecordTable table = new RecordTable(200);
    TimingWheel wheel = new TimingWheel(table, TICK, start);
    Map<Integer, Long> armed = new TreeMap<>();
    long[] now = {start};
    for (int row = 0; row < 200; row++) {
      table.allocate();
    }
    for (int step = 0; step < 300; step++) {
      int row = random.nextInt(200);
      long deadline = now[0] + 1 + random.nextLong(1L << scaleBits);
      Long before = armed.get(row);
      if (random.nextInt(10) == 0) {
        wheel.remove(row);
        armed.remove(row);
      } else if (before != null && deadline - before > 0) {
        table.deadline(row, deadline); // lazily: the wheel is not told
        armed.put(row, deadline);
      } else {
        table.deadline(row, deadline);
        wheel.schedule(row);
        armed.put(row, deadline);
      }
      now[0] += random.nextLong(Math.min(1L << scaleBits, 40_000));
      wheel.advance(now[0], Integer.MAX_VALUE, due -> assertThat(armed.remove(due)).isNotNull());
      long fired = now[0] - Math.floorMod(now[0] - start, TICK);
      assertThat(armed.values()).allMatch(left -> left - fired > 0);
    }
  }

  @Property(tries = 50)
  void shouldLeaveWhatExceedsTheBudgetForTheNextCall(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    RecordTable table = new RecordTable(100);
    TimingWheel wheel = new TimingWheel(table, TICK, 0);
    for (int row = 0; row < 100; row++) {
      table.allocate();
      table.deadline(row, random.nextLong(50));
      wheel.schedule(row);
    }
    int[] fired = {0};
    for (int call = 1; call <= 10; call++) {
      assertThat(wheel.advance(1_000, 10, row -> fired[0]++)).isEqualTo(10);
      assertThat(fired[0]).isEqualTo(call * 10);
    }
    assertThat(wheel.advance(1_000, 10, row -> fired[0]++)).isZero();
  }
}
