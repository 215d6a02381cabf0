package io.phial.core.registry;

import static io.phial.core.registry.ShardFixture.MILLI;
import static io.phial.core.registry.ShardFixture.SECOND;
import static io.phial.core.registry.Verdict.ALIVE;
import static io.phial.core.registry.Verdict.DEAD;
import static io.phial.core.registry.Verdict.LEFT;
import static io.phial.core.registry.Verdict.SUSPECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AnnouncementTest {
  private final ShardFixture f = new ShardFixture();
  private int row;
  private int sequence;

  private void registered() {
    row = f.register(ShardFixture.udp("a", 77));
    sequence = f.beat(row, 1, 100, SECOND);
  }

  @Test
  void shouldFollowAnAnnouncedIntervalUpAndDownWithoutAMistake() {
    registered();
    for (int round = 0; round < 5; round++) {
      f.pass(700 * MILLI);
      assertThat(f.shard.onInterval(row, sequence++, 30 * SECOND, f.now)).isTrue();
      sequence = f.beat(row, sequence, 5, 30 * SECOND);
      f.pass(7 * SECOND);
      assertThat(f.shard.onInterval(row, sequence++, SECOND, f.now)).isTrue();
      sequence = f.beat(row, sequence, 50, SECOND);
    }
    assertThat(f.verdicts("a")).containsExactly(ALIVE);
    f.pass(10 * SECOND);
    assertThat(f.verdicts("a")).containsExactly(ALIVE, SUSPECT, DEAD);
  }

  @Test
  void shouldDetectAtTheAnnouncedPace() {
    registered();
    f.shard.onInterval(row, sequence++, 30 * SECOND, f.now);
    sequence = f.beat(row, sequence, 3, 30 * SECOND);
    f.pass(29 * SECOND);
    assertThat(f.verdicts("a")).containsExactly(ALIVE);
    assertThat(f.shard.snapshot(row, f.now).spec().intervalNanos()).isEqualTo(30 * SECOND);
    f.shard.onInterval(row, sequence++, SECOND, f.now);
    long start = f.now;
    f.pass(5 * SECOND);
    assertThat(f.last().to()).isEqualTo(SUSPECT);
    assertThat(f.last().atNanos() - start).isLessThan(3 * SECOND);
  }

  @Test
  void shouldTakeBeatsSentBeforeAnAnnouncementForOld() {
    registered();
    int late = sequence++;
    f.shard.onQuiet(row, sequence++, f.now + 60 * SECOND, f.now);
    f.pass(50 * MILLI);
    assertThat(f.shard.onBeat(row, late, f.now)).isFalse();
    assertThat(f.shard.onInterval(row, late, 5 * SECOND, f.now)).isFalse();
    f.pass(55 * SECOND);
    assertThat(f.verdicts("a")).containsExactly(ALIVE);
  }

  @Test
  void shouldExcuseAnAnnouncedQuietAndThenExpectTheClientAgain() {
    registered();
    f.shard.onQuiet(row, sequence++, f.now + 60 * SECOND, f.now);
    f.pass(35 * SECOND);
    ClientSnapshot snapshot = f.shard.snapshot(row, f.now);
    assertThat(snapshot.reason())
        .isEqualTo("announced to be quiet for another 25.00 s; then expected at a 1 s interval");
    assertThat(snapshot.phi()).isZero();
    assertThat(snapshot.suspectInNanos()).isGreaterThan(26 * SECOND);
    f.pass(25 * SECOND + 900 * MILLI);
    assertThat(f.verdicts("a")).containsExactly(ALIVE);
    sequence = f.beat(row, sequence, 20, SECOND);
    assertThat(f.verdicts("a")).containsExactly(ALIVE);
    f.shard.onQuiet(row, sequence++, f.now + 10 * SECOND, f.now);
    long start = f.now;
    f.pass(30 * SECOND);
    assertThat(f.verdicts("a")).containsExactly(ALIVE, SUSPECT, DEAD);
    assertThat(f.changes.get(1).atNanos() - start).isBetween(11 * SECOND, 13 * SECOND);
  }

  @Test
  void shouldEndAQuietWithTheNextBeat() {
    registered();
    f.shard.onQuiet(row, sequence++, f.now + 600 * SECOND, f.now);
    f.pass(10 * SECOND);
    sequence = f.beat(row, sequence, 10, SECOND);
    long start = f.now;
    f.pass(10 * SECOND);
    assertThat(f.verdicts("a")).containsExactly(ALIVE, SUSPECT, DEAD);
    assertThat(f.changes.get(1).atNanos() - start).isLessThan(3 * SECOND);
  }

  @Test
  void shouldBoundAQuietAndIgnoreOneOfThePast() {
    registered();
    f.shard.onQuiet(row, sequence++, f.now + 30L * 86_400 * SECOND, f.now);
    assertThat(f.shard.snapshot(row, f.now).suspectInNanos())
        .isBetween(Shard.QUIET_NANOS_MAX, Shard.QUIET_NANOS_MAX + 5 * SECOND);
    f.shard.onQuiet(row, sequence++, f.now - SECOND, f.now);
    f.pass(10 * SECOND);
    assertThat(f.verdicts("a")).containsExactly(ALIVE, SUSPECT, DEAD);
  }

  @Test
  void shouldTakeASuspectBackOnAnAnnouncement() {
    registered();
    f.pass(3 * SECOND);
    f.shard.onQuiet(row, sequence++, f.now + 20 * SECOND, f.now);
    f.pass(20 * SECOND);
    assertThat(f.verdicts("a")).containsExactly(ALIVE, SUSPECT, ALIVE);
  }

  @Test
  void shouldIgnoreAnnouncementsOfWhoLeftAndRefuseBadOnes() {
    registered();
    f.shard.onGoodbye(row, f.now);
    assertThat(f.shard.onQuiet(row, sequence++, f.now + SECOND, f.now)).isFalse();
    assertThat(f.verdicts("a")).containsExactly(ALIVE, LEFT);
    assertThatThrownBy(() -> f.shard.onInterval(row, sequence, 0, f.now))
        .hasMessage("intervalNanos must be above 0, was 0");
    assertThatThrownBy(() -> f.shard.onInterval(row, sequence, -5, f.now))
        .hasMessageStartingWith("intervalNanos must be 0 to");
  }

  @Test
  void shouldKeepAQuietAcrossATakeover() {
    registered();
    f.shard.onQuiet(row, sequence++, f.now + 100 * SECOND, f.now);
    f.pass(10 * SECOND);
    ClientRecord record = f.shard.record(row, "n1", f.now, 1_000_000);
    assertThat(record.quietUntilEpochMillis()).isEqualTo(1_090_000);
    ShardFixture g = new ShardFixture(ShardFixture.OPTIONS, -SECOND);
    int there = g.shard.restore(record, 0, g.now, 1_020_000);
    g.pass(71 * SECOND);
    assertThat(g.last().to()).isEqualTo(Verdict.UNKNOWN);
    g.shard.onBeat(there, sequence, g.now);
    g.beat(there, sequence + 1, 10, SECOND);
    assertThat(g.last().to()).isEqualTo(ALIVE);
    g.pass(10 * SECOND);
    assertThat(g.last().to()).isEqualTo(DEAD);
  }

  @Test
  void shouldNotLearnAnOutageOfTenMinutes() {
    registered();
    double before = f.shard.snapshot(row, f.now).suspectInNanos();
    f.pass(600 * SECOND - 2 * SECOND);
    f.shard.onBeat(row, sequence + 600, f.now);
    sequence = f.beat(row, sequence + 601, 3, SECOND);
    assertThat((double) f.shard.snapshot(row, f.now).suspectInNanos())
        .isBetween(0.9 * before, 1.1 * before);
  }
}
