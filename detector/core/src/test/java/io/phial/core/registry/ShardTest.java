package io.phial.core.registry;

import static io.phial.core.registry.ShardFixture.MILLI;
import static io.phial.core.registry.ShardFixture.SECOND;
import static io.phial.core.registry.Verdict.ALIVE;
import static io.phial.core.registry.Verdict.DEAD;
import static io.phial.core.registry.Verdict.LEFT;
import static io.phial.core.registry.Verdict.SUSPECT;
import static io.phial.core.registry.Verdict.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class ShardTest {
  private final ShardFixture f = new ShardFixture();

  private int udp() {
    return f.register(ShardFixture.udp("a", 77));
  }

  @Test
  void shouldPublishARegistrationAsAlive() {
    int row = udp();
    assertThat(f.last().from()).isEqualTo(UNKNOWN);
    assertThat(f.last().to()).isEqualTo(ALIVE);
    assertThat(f.last().evidence()).isEqualTo(Evidence.REGISTERED);
    assertThat(f.last().reason()).isEqualTo("registered with a 1 s interval");
    assertThat(f.shard.rowOf("a")).isEqualTo(row);
    assertThat(f.shard.rowOfSession(77)).isEqualTo(row);
    assertThat(f.shard.rowOfSession(0)).isEqualTo(Shard.NONE);
  }

  @Test
  void shouldSuspectThenConvictTheSilent() {
    int row = udp();
    f.beat(row, 1, 60, SECOND);
    long last = f.now;
    f.pass(20 * SECOND);
    assertThat(f.verdicts("a")).containsExactly(ALIVE, SUSPECT, DEAD);
    assertThat(f.changes.get(1).atNanos() - last).isLessThan(3 * SECOND);
    assertThat(f.changes.get(1).phi()).isGreaterThanOrEqualTo(3);
    assertThat(f.changes.get(2).atNanos() - last).isBetween(4 * SECOND, 10 * SECOND);
    assertThat(f.changes.get(2).phi()).isGreaterThanOrEqualTo(8);
    assertThat(f.changes.get(2).reason())
        .matches(
            "silent for \\d+\\.\\d\\d s at a 1 s interval: \\d+ beats missed, loss 0\\.0 %, phi"
                + " \\d+\\.\\d");
  }

  @Test
  void shouldNeverConvictAPausedClientThatResumesWithinItsGrace() {
    int row = udp();
    int sequence = f.beat(row, 1, 60, SECOND);
    f.pass(3_900 * MILLI);
    f.shard.onBeat(row, sequence, f.now);
    assertThat(f.verdicts("a")).containsExactly(ALIVE, SUSPECT, ALIVE);
    assertThat(f.last().reason())
        .isEqualTo("beats again after 3.90 s as SUSPECT at a 1 s interval");
  }

  @Test
  void shouldTakeBackADeadClientThatBeats() {
    int row = udp();
    f.pass(60 * SECOND);
    assertThat(f.last().to()).isEqualTo(DEAD);
    assertThat(f.shard.onBeat(row, 5, f.now)).isTrue();
    assertThat(f.last().to()).isEqualTo(ALIVE);
    f.beat(row, 6, 30, SECOND);
    assertThat(f.last().to()).isEqualTo(ALIVE);
  }

  @Test
  void shouldForgetTheDeadAfterTheirRetention() {
    udp();
    f.pass(60 * SECOND);
    assertThat(f.shard.count(DEAD)).isEqualTo(1);
    f.pass(600 * SECOND);
    assertThat(f.shard.size()).isZero();
    assertThat(f.shard.rowOf("a")).isEqualTo(Shard.NONE);
    assertThat(f.shard.rowOfSession(77)).isEqualTo(Shard.NONE);
  }

  @Test
  void shouldIgnoreRepeatsAndOlderBeatsAcrossTheWrap() {
    int row = udp();
    f.beat(row, 65_500, 60, SECOND);
    long beats = f.shard.snapshot(row, f.now).beats();
    f.pass(SECOND);
    assertThat(f.shard.onBeat(row, 65_559 & 0xFFFF, f.now)).isFalse();
    assertThat(f.shard.onBeat(row, 65_530, f.now)).isFalse();
    assertThat(f.shard.snapshot(row, f.now).silenceNanos()).isEqualTo(SECOND);
    assertThat(f.shard.onBeat(row, 65_560 & 0xFFFF, f.now)).isTrue();
    assertThat(f.shard.snapshot(row, f.now).beats()).isEqualTo(beats + 1);
    assertThat(f.shard.snapshot(row, f.now).lossRate()).isZero();
    assertThat(f.verdicts("a")).containsExactly(ALIVE);
  }

  @Test
  void shouldSuspectANamedClientWhoseConnectionClosed() {
    int row = f.register(ShardFixture.tcp("b", false, SECOND));
    f.beat(row, -1, 10, SECOND);
    f.pass(300 * MILLI);
    f.shard.onClosed(row, f.now);
    assertThat(f.last().to()).isEqualTo(SUSPECT);
    assertThat(f.last().evidence()).isEqualTo(Evidence.CONNECTION_CLOSED);
    assertThat(f.last().reason())
        .startsWith("connection closed without a goodbye 0.30 s after its last beat");
    f.pass(2_900 * MILLI);
    assertThat(f.last().to()).isEqualTo(SUSPECT);
    f.pass(200 * MILLI);
    assertThat(f.last().to()).isEqualTo(DEAD);
    assertThat(f.last().evidence()).isEqualTo(Evidence.CONNECTION_CLOSED);
  }

  @Test
  void shouldForgiveAClosedConnectionWhenTheClientComesBack() {
    int row = f.register(ShardFixture.tcp("b", false, SECOND));
    f.shard.onClosed(row, f.now);
    f.pass(2 * SECOND);
    f.register(ShardFixture.tcp("b", false, SECOND));
    f.beat(row, -1, 30, SECOND);
    assertThat(f.verdicts("b")).containsExactly(ALIVE, SUSPECT, ALIVE);
  }

  @Test
  void shouldConvictAnAnonymousClientWhoseConnectionClosed() {
    int row = f.register(ShardFixture.tcp("tcp:1", true, 0));
    f.shard.onClosed(row, f.now);
    assertThat(f.verdicts("tcp:1")).containsExactly(ALIVE, DEAD);
  }

  @Test
  void shouldBelieveAtOnceThatAProcessIsGone() {
    int row = f.register(ShardFixture.tcp("tcp:1", true, 0));
    f.shard.impaired(true, f.now);
    f.shard.onGone(row, "process 7 is gone", f.now);
    f.shard.onGone(row, "again", f.now);
    assertThat(f.verdicts("tcp:1")).containsExactly(ALIVE, DEAD);
    assertThat(f.last().evidence()).isEqualTo(Evidence.REPORTED);
    assertThat(f.last().reason()).endsWith("says who beats for it: process 7 is gone");
  }

  @Test
  void shouldLetGoWhoSaysGoodbye() {
    int row = udp();
    f.shard.onGoodbye(row, f.now);
    f.shard.onGoodbye(row, f.now);
    assertThat(f.last().to()).isEqualTo(LEFT);
    assertThat(f.shard.onBeat(row, 9, f.now)).isFalse();
    f.shard.onClosed(row, f.now);
    f.pass(30 * SECOND);
    assertThat(f.verdicts("a")).containsExactly(ALIVE, LEFT);
    assertThat(f.register(ShardFixture.udp("a", 77))).isEqualTo(row);
    assertThat(f.last().to()).isEqualTo(ALIVE);
  }

  @Test
  void shouldLearnAnUndeclaredInterval() {
    int row = f.register(ShardFixture.tcp("tcp:1", true, 0));
    assertThat(f.shard.snapshot(row, f.now).spec().intervalNanos()).isEqualTo(30 * SECOND);
    f.shard.onBeat(row, -1, f.now);
    f.beat(row, -1, 3, SECOND);
    assertThat(f.shard.snapshot(row, f.now).spec().intervalNanos()).isEqualTo(SECOND);
    f.beat(row, -1, 20, SECOND);
    f.pass(30 * SECOND);
    assertThat(f.verdicts("tcp:1")).containsExactly(ALIVE, SUSPECT, DEAD);
  }

  @Test
  void shouldLearnAChangedCadenceButNotAnOutage() {
    int row = f.register(ShardFixture.tcp("tcp:1", true, 0));
    f.beat(row, -1, 20, SECOND);
    f.beat(row, -1, 1, 10 * SECOND);
    f.beat(row, -1, 20, SECOND);
    assertThat(f.shard.snapshot(row, f.now).spec().intervalNanos()).isEqualTo(SECOND);
    f.beat(row, -1, 3, 5 * SECOND);
    assertThat(f.shard.snapshot(row, f.now).spec().intervalNanos()).isEqualTo(5 * SECOND);
    int changes = f.changes.size();
    f.beat(row, -1, 10, 5 * SECOND);
    assertThat(f.changes).hasSize(changes);
  }

  @Test
  void shouldNotBlameClientsForItsOwnStall() {
    for (long stall = SECOND; stall <= 30 * SECOND; stall = stall * 3 / 2) {
      ShardFixture g = new ShardFixture();
      int row = g.register(ShardFixture.udp("a", 1));
      int tcp = g.register(ShardFixture.tcp("b", false, SECOND));
      int sequence = 1;
      for (int n = 0; n < 30; n++) {
        g.pass(SECOND);
        g.shard.onBeat(row, sequence++, g.now);
        g.shard.onBeat(tcp, -1, g.now);
      }
      long before = g.shard.snapshot(row, g.now).suspectInNanos();
      g.pass(500 * MILLI);
      g.stall(stall);
      if (stall > 5 * SECOND) {
        g.shard.onTick(g.now); // the tick may come before what waited in the sockets
      }
      for (long queued = 0; queued < stall / SECOND; queued++) {
        g.shard.onBeat(row, sequence++, g.now);
        g.shard.onBeat(tcp, -1, g.now);
      }
      g.pass(500 * MILLI);
      g.shard.onBeat(row, sequence++, g.now);
      g.shard.onBeat(tcp, -1, g.now);
      for (int n = 0; n < 30; n++) {
        g.pass(SECOND);
        g.shard.onBeat(row, sequence++, g.now);
        g.shard.onBeat(tcp, -1, g.now);
      }
      assertThat(g.verdicts("a")).containsExactly(ALIVE);
      assertThat(g.verdicts("b")).containsExactly(ALIVE);
      assertThat(g.shard.stalledNanos()).isBetween(stall - 300 * MILLI, stall);
      assertThat((double) g.shard.snapshot(row, g.now).suspectInNanos()).isLessThan(1.1 * before);
    }
  }

  @Test
  void shouldStillConvictWhoDiedDuringAStall() {
    int row = udp();
    f.beat(row, 1, 30, SECOND);
    f.stall(10 * SECOND);
    f.pass(15 * SECOND);
    assertThat(f.verdicts("a")).containsExactly(ALIVE, SUSPECT, DEAD);
  }

  @Test
  void shouldNotLearnAnOutage() {
    int row = udp();
    int sequence = f.beat(row, 1, 300, SECOND);
    double before = f.shard.snapshot(row, f.now).suspectInNanos();
    f.pass(45 * SECOND);
    f.shard.onBeat(row, sequence++, f.now);
    assertThat((double) f.shard.snapshot(row, f.now).suspectInNanos())
        .isBetween(0.9 * before, 1.1 * before);
    f.beat(row, sequence, 3, SECOND);
    assertThat((double) f.shard.snapshot(row, f.now).suspectInNanos())
        .isBetween(0.9 * before, 1.1 * before);
  }

  @Test
  void shouldHoldVerdictsBackWhileImpaired() {
    int row = udp();
    int named = f.register(ShardFixture.tcp("b", false, SECOND));
    int back = f.register(ShardFixture.tcp("c", false, SECOND));
    int anonymous = f.register(ShardFixture.tcp("tcp:1", true, SECOND));
    f.shard.impaired(true, f.now);
    f.shard.onClosed(named, f.now);
    f.shard.onClosed(back, f.now);
    f.shard.onClosed(anonymous, f.now);
    f.pass(60 * SECOND);
    assertThat(f.changes).hasSize(4).allMatch(c -> c.to() == ALIVE);
    f.shard.onBeat(row, 1, f.now);
    f.shard.onBeat(back, -1, f.now);
    f.shard.impaired(false, f.now);
    f.pass(SECOND / 2);
    assertThat(f.verdicts("a")).containsExactly(ALIVE);
    assertThat(f.verdicts("c")).containsExactly(ALIVE);
    assertThat(f.verdicts("b")).containsExactly(ALIVE, SUSPECT);
    assertThat(f.verdicts("tcp:1")).containsExactly(ALIVE, DEAD);
  }

  @Test
  void shouldRefuseWhenFullButRatherForgetTheDead() {
    ShardFixture g = new ShardFixture(ShardFixture.withClientsMax(2), 0);
    int a = g.register(ShardFixture.udp("a", 1));
    int b = g.register(ShardFixture.udp("b", 2));
    assertThat(g.register(ShardFixture.udp("c", 3))).isEqualTo(Shard.NONE);
    assertThat(g.shard.refused()).isEqualTo(1);
    g.shard.onGoodbye(b, g.now);
    g.shard.onGoodbye(a, g.now);
    g.shard.register(ShardFixture.udp("b", 2), g.now);
    assertThat(g.register(ShardFixture.udp("c", 3))).isNotEqualTo(Shard.NONE);
    assertThat(g.shard.rowOf("a")).isEqualTo(Shard.NONE);
    assertThat(g.shard.rowOf("b")).isEqualTo(b);
  }

  @Test
  void shouldStartAfreshWithAHigherIncarnationAndIgnoreALowerOne() {
    int row = udp();
    f.beat(row, 500, 20, SECOND);
    f.shard.register(new ClientSpec("a", 78, 2, Transport.UDP, 2 * SECOND, false), f.now);
    assertThat(f.shard.rowOfSession(77)).isEqualTo(Shard.NONE);
    assertThat(f.shard.rowOfSession(78)).isEqualTo(row);
    f.shard.register(ShardFixture.udp("a", 77), f.now);
    assertThat(f.shard.snapshot(row, f.now).spec())
        .isEqualTo(new ClientSpec("a", 78, 2, Transport.UDP, 2 * SECOND, false));
    assertThat(f.shard.onBeat(row, 1, f.now)).isTrue();
    assertThat(f.verdicts("a")).containsExactly(ALIVE);
  }

  @Test
  void shouldTakeBeatsInBatchesAsOneByOne() {
    int a = udp();
    int b = f.register(ShardFixture.udp("b", 78));
    f.pass(SECOND);
    assertThat(f.shard.onBeats(new int[] {a, b, a}, new int[] {1, 9, 1}, 3, f.now)).isEqualTo(2);
    assertThat(f.shard.snapshot(a, f.now).beats()).isEqualTo(1);
    assertThat(f.shard.snapshot(b, f.now).silenceNanos()).isZero();
    assertThatThrownBy(() -> f.shard.onBeats(new int[] {a, 7}, new int[] {2, 1}, 2, f.now))
        .hasMessage("rows must be in use, of 2 were 1");
    assertThat(f.shard.snapshot(a, f.now).beats()).isEqualTo(1);
  }

  @Test
  void shouldGiveASessionToWhoeverGotItLast() {
    int a = udp();
    int b = f.register(ShardFixture.udp("b", 77));
    assertThat(f.shard.rowOfSession(77)).isEqualTo(b);
    f.shard.drop(a);
    assertThat(f.shard.rowOfSession(77)).isEqualTo(b);
  }

  @Test
  void shouldRefuseIdsAndIntervalsOutOfBounds() {
    for (String id : new String[] {"", "a b", "ä", "x".repeat(129)}) {
      assertThatThrownBy(() -> f.register(ShardFixture.udp(id, 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("id must be ");
    }
    assertThatThrownBy(() -> f.register(ShardFixture.tcp("a", false, -1)))
        .hasMessageContaining("intervalNanos must be 0 to");
    assertThat(f.shard.size()).isZero();
    assertThatThrownBy(() -> f.shard.onBeat(3, 1, f.now)).hasMessageContaining("row");
  }

  @Test
  void shouldAnnounceAChangedIntervalWithoutAMistake() {
    int row = udp();
    f.beat(row, 1, 20, SECOND);
    f.shard.register(new ClientSpec("a", 77, 1, Transport.UDP, 30 * SECOND, false), f.now);
    f.beat(row, 21, 5, 30 * SECOND);
    assertThat(f.verdicts("a")).containsExactly(ALIVE);
    f.shard.register(ShardFixture.udp("a", 77), f.now);
    f.pass(5 * SECOND);
    assertThat(f.last().to()).isEqualTo(SUSPECT);
  }

  @Test
  void shouldExplainItself() {
    int row = udp();
    f.beat(row, 1, 20, SECOND);
    f.pass(SECOND / 2);
    ClientSnapshot snapshot = f.shard.snapshot(row, f.now);
    assertThat(snapshot.reason())
        .isEqualTo("last beat 0.50 s ago at a 1 s interval: 0 beats missed, loss 0.0 %, phi 0.0");
    assertThat(snapshot.suspectInNanos()).isPositive().isLessThan(snapshot.deadInNanos());
    assertThat(snapshot.deadInNanos()).isGreaterThanOrEqualTo(3_500 * MILLI);
    f.shard.onGoodbye(row, f.now);
    assertThat(f.shard.snapshot(row, f.now).deadInNanos()).isNegative();
    assertThat(f.shard.snapshot(row, f.now).reason()).isEqualTo("said goodbye");
  }

  @Test
  void shouldAllocateNothingPerBeat() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    int row = udp();
    int sequence = f.beat(row, 1, 2_000, SECOND);
    long before = threads.getCurrentThreadAllocatedBytes();
    f.beat(row, sequence, 1_000, SECOND);
    // Not zero: the counter's own objects, and code that is not compiled yet.
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(8_000);
  }
}
