package io.phial.core.registry;

import static io.phial.core.registry.ShardFixture.MILLI;
import static io.phial.core.registry.ShardFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The shard's loop stands still for 1 to 30 s while its clients go on beating. */
class StallTest {
  private static final int CLIENTS = 40;

  private final ShardFixture f = new ShardFixture();
  private final int[] rows = new int[CLIENTS];
  private final long[] phases = new long[CLIENTS];
  private final int[] sequences = new int[CLIENTS];

  private void fleet(SplittableRandom random) {
    for (int n = 0; n < CLIENTS; n++) {
      rows[n] = f.register(ShardFixture.udp("c" + n, n + 1));
      phases[n] = random.nextLong(SECOND);
    }
  }

  /** Beats due in (from, to] reach the shard now. */
  private void deliver(long from, long to) {
    for (int n = 0; n < CLIENTS; n++) {
      long last = Math.floorDiv(to - phases[n], SECOND);
      for (long k = Math.floorDiv(from - phases[n], SECOND) + 1; k <= last; k++) {
        f.shard.onBeat(rows[n], sequences[n]++ & 0xFFFF, f.now);
      }
    }
  }

  private void run(long nanos) {
    for (long end = f.now + nanos; f.now < end; ) {
      long from = f.now;
      f.now += 10 * MILLI;
      deliver(from, f.now);
      f.shard.onTick(f.now);
    }
  }

  /** All that waited is read before, between or after the first two ticks. */
  @Property(tries = 60)
  void shouldGiveNoVerdictFromAStallWhoseBeatsWaited(
      @ForAll long seed,
      @ForAll @IntRange(min = 1_000, max = 30_000) int stallMillis,
      @ForAll @IntRange(max = 2) int ticksFirst) {
    new StallTest().stall(seed, stallMillis, ticksFirst, true);
  }

  /** The sockets were full: whatever was sent meanwhile is gone. */
  @Property(tries = 60)
  void shouldGiveNoVerdictFromAStallWhoseBeatsWereLost(
      @ForAll long seed,
      @ForAll @IntRange(min = 1_000, max = 30_000) int stallMillis,
      @ForAll @IntRange(max = 2) int ticksFirst) {
    new StallTest().stall(seed, stallMillis, ticksFirst, false);
  }

  private void stall(long seed, int stallMillis, int ticksFirst, boolean kept) {
    SplittableRandom random = new SplittableRandom(seed);
    fleet(random);
    run(20 * SECOND);
    long before = f.now;
    f.stall(stallMillis * MILLI + random.nextLong(10 * MILLI));
    long after = f.now;
    for (int tick = 0; tick < ticksFirst; tick++) {
      f.shard.onTick(f.now);
      f.now += 10 * MILLI;
    }
    if (kept) {
      deliver(before, after);
    } else {
      for (int n = 0; n < CLIENTS; n++) {
        sequences[n] += stallMillis / 1_000;
      }
    }
    deliver(after, f.now);
    run(20 * SECOND);
    assertThat(f.changes).hasSize(CLIENTS);
    assertThat(f.shard.stalledNanos()).isGreaterThanOrEqualTo((stallMillis - 20) * MILLI);
    int[] one = {0};
    f.shard.forEachRow(row -> one[0] += f.shard.snapshot(row, f.now).phi() > 4 ? 1 : 0);
    assertThat(one[0]).isZero();
  }

  /** A client that died in the stall is found out one interval later at most. */
  @Property(tries = 20)
  void shouldStillFindWhoDiedMeanwhile(
      @ForAll long seed, @ForAll @IntRange(min = 1_000, max = 30_000) int stallMillis) {
    StallTest t = new StallTest();
    t.fleet(new SplittableRandom(seed));
    t.run(20 * SECOND);
    t.f.stall(stallMillis * MILLI);
    t.f.pass(10 * SECOND);
    assertThat(t.f.shard.count(Verdict.SUSPECT) + t.f.shard.count(Verdict.DEAD)).isEqualTo(CLIENTS);
  }
}
