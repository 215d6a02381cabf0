package io.phial.core.registry;

import static io.phial.core.registry.ShardFixture.SECOND;
import static io.phial.core.registry.Verdict.ALIVE;
import static io.phial.core.registry.Verdict.DEAD;
import static io.phial.core.registry.Verdict.SUSPECT;
import static io.phial.core.registry.Verdict.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a shard says of its clients while nodes are out of reach. */
class SightTest {
  private static final long SETTLE = 10 * SECOND;

  private final ShardFixture f = new ShardFixture();

  private int beating(String id, int session) {
    int row = f.register(ShardFixture.udp(id, session));
    f.beat(row, 1, 30, SECOND);
    return row;
  }

  @Test
  void shouldHoldTheSilentSinceACutToBeOutOfSight() {
    int row = beating("a", 77);
    f.shard.onCut(f.now + SECOND / 2);
    f.pass(60 * SECOND);
    assertThat(f.last().to()).isEqualTo(DEAD);
    assertThat(f.last().reason()).contains("out of sight");
    assertThat(f.shard.isOutOfSight(row)).isTrue();
    assertThat(f.shard.snapshot(row, f.now).reason()).contains("out of sight");
  }

  @Test
  void shouldJudgeWhoWasHeardSinceTheCutAsEver() {
    int row = beating("a", 77);
    f.shard.onCut(f.now);
    f.beat(row, 31, 1, SECOND);
    long last = f.now;
    assertThat(f.shard.isOutOfSight(row)).isFalse();
    f.pass(20 * SECOND);
    assertThat(f.verdicts("a")).containsExactly(ALIVE, SUSPECT, DEAD);
    assertThat(f.last().atNanos() - last).isLessThan(10 * SECOND);
    assertThat(f.last().reason()).doesNotContain("out of sight");
  }

  @Test
  void shouldGiveTheSilentAFullGraceAfterTheCutIsMended() {
    int row = beating("a", 77);
    f.shard.onCut(f.now + SECOND / 2);
    f.pass(5 * SECOND);
    assertThat(f.last().to()).isEqualTo(SUSPECT);
    f.shard.onMended(SETTLE, true, f.now);
    f.pass(SETTLE + 4 * SECOND);
    assertThat(f.verdicts("a")).containsExactly(ALIVE, SUSPECT);
    f.shard.onBeat(row, 90, f.now);
    assertThat(f.last().to()).isEqualTo(ALIVE);
  }

  @Test
  void shouldConvictWithoutADoubtWhoStaysSilentAfterTheCutIsMended() {
    int row = beating("a", 77);
    f.shard.onCut(f.now + SECOND / 2);
    f.pass(5 * SECOND);
    long mended = f.now;
    f.shard.onMended(SETTLE, true, f.now);
    f.pass(60 * SECOND);
    assertThat(f.last().to()).isEqualTo(DEAD);
    assertThat(f.last().atNanos() - mended).isBetween(SETTLE + 4 * SECOND, SETTLE + 15 * SECOND);
    assertThat(f.shard.isOutOfSight(row)).isFalse();
    assertThat(f.last().reason()).doesNotContain("out of sight");
  }

  @Test
  void shouldStayOutOfSightWhileAnotherNodeIsAway() {
    int row = beating("a", 77);
    f.shard.onCut(f.now + SECOND / 2);
    f.pass(SECOND);
    f.shard.onMended(SETTLE, false, f.now);
    assertThat(f.shard.isOutOfSight(row)).isTrue();
    f.pass(SETTLE);
    assertThat(f.verdicts("a")).doesNotContain(DEAD);
  }

  @Test
  void shouldGiveTheTakenOverAFullGraceAfterTheCutIsMended() {
    ClientRecord record = new ClientRecord(ShardFixture.udp("a", 77), "n4", ALIVE, 0, new byte[0]);
    f.shard.onCut(f.now);
    f.shard.restore(record, 0, f.now, 0);
    f.pass(9 * SECOND);
    assertThat(f.verdicts("a")).containsExactly(UNKNOWN, SUSPECT);
    f.shard.onMended(SETTLE, true, f.now);
    f.pass(SETTLE + 6 * SECOND);
    assertThat(f.verdicts("a")).containsExactly(UNKNOWN, SUSPECT);
    f.pass(30 * SECOND);
    assertThat(f.last().to()).isEqualTo(DEAD);
  }

  @Test
  void shouldNotConvictTheDisconnectedBeforeTheCutHasSettled() {
    int row = f.register(ShardFixture.tcp("b", false, SECOND));
    f.beat(row, -1, 30, SECOND);
    f.shard.onCut(f.now + SECOND / 2);
    f.pass(SECOND);
    f.shard.onClosed(row, f.now);
    assertThat(f.last().to()).isEqualTo(SUSPECT);
    f.shard.onMended(SETTLE, true, f.now);
    f.pass(SETTLE - SECOND);
    assertThat(f.last().to()).isEqualTo(SUSPECT);
  }

  @Test
  void shouldForgetAShortDoubtAboutANode() {
    int row = beating("a", 77);
    f.shard.onCut(f.now + SECOND / 2);
    f.shard.onMended(0, true, f.now + SECOND / 2);
    assertThat(f.shard.isOutOfSight(row)).isFalse();
    f.pass(30 * SECOND);
    assertThat(f.last().to()).isEqualTo(DEAD);
  }

  @Test
  void shouldCountTheCutOnTheShardsOwnTime() {
    int row = beating("a", 77);
    f.stall(20 * SECOND);
    f.shard.onCut(f.now);
    f.pass(5 * SECOND);
    f.shard.onBeat(row, 60, f.now);
    f.stall(20 * SECOND);
    f.pass(SECOND);
    assertThat(f.shard.isOutOfSight(row)).isFalse();
  }
}
