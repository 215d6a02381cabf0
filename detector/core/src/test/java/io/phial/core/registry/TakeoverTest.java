package io.phial.core.registry;

import static io.phial.core.registry.ShardFixture.SECOND;
import static io.phial.core.registry.Verdict.ALIVE;
import static io.phial.core.registry.Verdict.DEAD;
import static io.phial.core.registry.Verdict.SUSPECT;
import static io.phial.core.registry.Verdict.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TakeoverTest {
  private final ShardFixture old = new ShardFixture();
  private final ShardFixture f = new ShardFixture(ShardFixture.OPTIONS, -5 * SECOND);

  private ClientRecord recordAfter(ClientSpec spec, int beats) {
    int row = old.register(spec);
    old.beat(row, 1, beats, SECOND);
    return old.shard.record(row, "n1", old.now, 1_000_000);
  }

  @Test
  void shouldRestoreAsUnknownWithAFullGrace() {
    ClientRecord record = recordAfter(ShardFixture.udp("a", 77), 100);
    int row = f.shard.restore(record, 2 * SECOND, f.now, 0);
    assertThat(f.last().from()).isEqualTo(ALIVE);
    assertThat(f.last().to()).isEqualTo(UNKNOWN);
    assertThat(f.last().evidence()).isEqualTo(Evidence.TAKEOVER);
    assertThat(f.shard.rowOfSession(77)).isEqualTo(row);
    f.pass(7 * SECOND - SECOND / 10);
    assertThat(f.last().to()).isEqualTo(UNKNOWN);
    f.shard.onBeat(row, 300, f.now);
    assertThat(f.last().to()).isEqualTo(ALIVE);
    f.beat(row, 301, 20, SECOND);
    assertThat(f.verdicts("a")).containsExactly(UNKNOWN, ALIVE);
  }

  @Test
  void shouldConvictAnUnheardClientOnlyAfterItsGraceHere() {
    f.shard.restore(recordAfter(ShardFixture.udp("a", 77), 100), 0, f.now, 0);
    long start = f.now;
    f.pass(60 * SECOND);
    assertThat(f.verdicts("a")).containsExactly(UNKNOWN, SUSPECT, DEAD);
    assertThat(f.last().atNanos() - start).isGreaterThanOrEqualTo(10 * SECOND);
  }

  @Test
  void shouldSpreadTheGracesEvenly() {
    for (int n = 0; n < 1_000; n++) {
      ClientRecord record =
          new ClientRecord(ShardFixture.udp("c" + n, n + 1), "n1", ALIVE, 0, new byte[0]);
      f.shard.restore(record, 10 * SECOND, f.now, 0);
    }
    long start = f.now;
    f.pass(60 * SECOND);
    long[] tenths = new long[10];
    f.changes.stream()
        .filter(c -> c.to() == SUSPECT)
        .forEach(c -> tenths[(int) Math.min(9, (c.atNanos() - start - 7 * SECOND) / SECOND)]++);
    assertThat(java.util.Arrays.stream(tenths)).allMatch(count -> count > 50 && count < 170);
  }

  @Test
  void shouldKeepWhatWasLearned() {
    ClientRecord record = recordAfter(ShardFixture.tcp("b", false, 0), 20);
    assertThat(record.spec().intervalNanos()).isZero();
    int row = f.shard.restore(record, 0, f.now, 0);
    assertThat(f.shard.snapshot(row, f.now).spec().intervalNanos()).isEqualTo(SECOND);
  }

  @Test
  void shouldNotRestoreTheAnonymous() {
    ClientRecord record = recordAfter(ShardFixture.tcp("tcp:1", true, SECOND), 20);
    assertThat(f.shard.restore(record, 0, f.now, 0)).isEqualTo(Shard.NONE);
    assertThat(f.shard.size()).isZero();
  }

  @Test
  void shouldLeaveAClientAloneThatIsAlreadyHere() {
    int row = f.register(ShardFixture.udp("a", 77));
    assertThat(f.shard.restore(recordAfter(ShardFixture.udp("a", 77), 5), 0, f.now, 0))
        .isEqualTo(row);
    assertThat(f.verdicts("a")).containsExactly(ALIVE);
  }

  @Test
  void shouldKeepTheDeadListedWithoutANewVerdict() {
    ClientRecord dead =
        new ClientRecord(ShardFixture.udp("a", 77), "n1", DEAD, 0, new byte[] {1, 2, 3});
    int row = f.shard.restore(dead, 0, f.now, 0);
    assertThat(f.shard.snapshot(row, f.now).verdict()).isEqualTo(DEAD);
    assertThat(f.changes).isEmpty();
    f.shard.onBeat(row, 1, f.now);
    assertThat(f.last().to()).isEqualTo(ALIVE);
  }

  @Test
  void shouldTellWhenItLastSawTheClient() {
    int row = old.register(ShardFixture.udp("a", 77));
    old.pass(2 * SECOND);
    assertThat(old.shard.record(row, "n1", old.now, 1_000_000).lastSeenEpochMillis())
        .isEqualTo(998_000);
  }
}
