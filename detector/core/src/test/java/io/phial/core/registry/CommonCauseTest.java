package io.phial.core.registry;

import static io.phial.core.registry.ShardFixture.MILLI;
import static io.phial.core.registry.ShardFixture.SECOND;
import static io.phial.core.registry.Verdict.ALIVE;
import static io.phial.core.registry.Verdict.DEAD;
import static io.phial.core.registry.Verdict.SUSPECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

class CommonCauseTest {
  private static final int CLIENTS = 1_000;
  private final ShardFixture f = new ShardFixture();
  private final int[] rows = new int[CLIENTS];

  private void fleet(String zoneA, String zoneB) {
    for (int n = 0; n < CLIENTS; n++) {
      String zone = n % 2 == 0 ? zoneA : zoneB;
      rows[n] =
          f.register(new ClientSpec("c" + n, n + 1, 1, Transport.UDP, SECOND, false, 0, zone));
    }
    beats(30, n -> true);
  }

  private void beats(int seconds, IntPredicate who) {
    for (int second = 0; second < seconds; second++) {
      for (int slice = 0; slice < 10; slice++) {
        f.pass(SECOND / 10);
        for (int n = slice; n < CLIENTS; n += 10) {
          if (who.test(n)) {
            f.shard.onBeat(rows[n], -1, f.now);
          }
        }
      }
    }
  }

  private long published(Verdict verdict, long from, long to) {
    return f.changes.stream()
        .filter(c -> c.to() == verdict && c.atNanos() >= from && c.atNanos() < to)
        .count();
  }

  @Test
  void shouldSuspectHalfACohortAtOnceAndConvictItSlowly() {
    fleet("", "");
    long start = f.now;
    beats(10, n -> n % 2 == 0);
    assertThat(published(SUSPECT, start, start + 3 * SECOND)).isEqualTo(CLIENTS / 2);
    // 1 % of what lives in a second: some ten.
    assertThat(published(DEAD, start, start + 10 * SECOND)).isBetween(20L, 100L);
    assertThat(f.shard.commonCauses()).isEqualTo(1);
    assertThat(f.shard.deadHeldBack()).isPositive();
    assertThat(f.last().reason())
        .matches(
            ".*; a common cause is likely: \\d+ of \\d+ of its kind are silent, so DEAD is given to"
                + " (9|10) a second at most");
    for (int row : rows) {
      if (f.shard.verdict(row) == SUSPECT) {
        assertThat(f.shard.snapshot(row, f.now).reason()).contains("of its kind are silent");
      }
    }
  }

  @Test
  void shouldNeverFreezeAndReleaseItself() {
    fleet("", "");
    long start = f.now;
    beats(150, n -> n % 2 == 0);
    assertThat(f.shard.count(DEAD)).isEqualTo(CLIENTS / 2);
    assertThat(f.shard.count(ALIVE)).isEqualTo(CLIENTS / 2);
    assertThat(published(DEAD, start, start + 30 * SECOND)).isBetween(100L, 300L);
    long second = f.now;
    beats(15, n -> n % 2 == 0 && n != 4);
    assertThat(published(DEAD, second, f.now)).isEqualTo(1);
    assertThat(f.last().reason()).doesNotContain("common cause");
  }

  @Test
  void shouldForgetItWhenTheyComeBack() {
    fleet("", "");
    beats(8, n -> n % 2 == 0);
    int dead = f.shard.count(DEAD);
    beats(3, n -> true);
    assertThat(f.shard.count(ALIVE)).isEqualTo(CLIENTS);
    assertThat(dead).isLessThan(100);
    assertThat(f.verdicts("c1")).startsWith(ALIVE, SUSPECT).endsWith(ALIVE);
  }

  @Test
  void shouldNotSlowOneClientAlone() {
    fleet("", "");
    long start = f.now;
    beats(8, n -> n != 17);
    assertThat(f.verdicts("c17")).containsExactly(ALIVE, SUSPECT, DEAD);
    assertThat(f.last().atNanos() - start).isLessThan(7 * SECOND);
    assertThat(f.shard.deadHeldBack()).isZero();
  }

  @Test
  void shouldSlowAZoneWithoutSlowingTheOthers() {
    fleet("a", "b");
    long start = f.now;
    beats(12, n -> n % 2 == 0 && n != 40);
    assertThat(f.verdicts("c40")).containsExactly(ALIVE, SUSPECT, DEAD);
    assertThat(f.changes.stream().filter(c -> c.id().equals("c40") && c.to() == DEAD))
        .allMatch(c -> !c.reason().contains("common") && c.atNanos() - start < 7 * SECOND);
    assertThat(f.shard.count(SUSPECT)).isGreaterThan(CLIENTS / 2 - 100);
    assertThat(f.last().reason()).contains("in zone b are silent");
  }

  @Test
  void shouldFallBackToTheCohortForZonesTooSmallToTell() {
    for (int n = 0; n < CLIENTS; n++) {
      String zone = "z" + n / 5;
      rows[n] =
          f.register(new ClientSpec("c" + n, n + 1, 1, Transport.UDP, SECOND, false, 0, zone));
    }
    assertThat(f.shard.zonesRefused()).isZero();
    beats(30, n -> true);
    beats(10, n -> n % 2 == 0);
    assertThat(f.shard.count(DEAD)).isLessThan(100);
    assertThat(f.shard.commonCauses()).isEqualTo(1);
  }

  @Test
  void shouldSlowTheEndOfReconnectGracesToo() {
    for (int n = 0; n < 100; n++) {
      rows[n] = f.register(ShardFixture.tcp("c" + n, false, SECOND));
    }
    for (int n = 0; n < 50; n++) {
      f.shard.onClosed(rows[n], f.now);
    }
    assertThat(f.shard.count(SUSPECT)).isEqualTo(50);
    for (int step = 0; step < 10; step++) {
      f.pass(SECOND / 2);
      for (int n = 50; n < 100; n++) {
        f.shard.onBeat(rows[n], -1, f.now);
      }
    }
    assertThat(f.shard.count(DEAD)).isBetween(1, 5);
  }

  @Test
  void shouldNotCountTheDeadNorTheGone() {
    CommonCause guard = new CommonCause(CommonCauseOptions.defaults(), 4);
    for (int n = 0; n < 100; n++) {
      guard.count(3, 9, ALIVE, 1);
    }
    assertThat(guard.bound(3, 4)).isEqualTo(guard.bound(CommonCause.ofZone(9), 4));
    guard.count(3, 9, DEAD, 1);
    for (int n = 0; n < 20; n++) {
      guard.count(3, 9, ALIVE, -1);
      guard.count(3, 9, SUSPECT, 1);
    }
    assertThat(guard.delayNanos(3, 9, 4, 0)).isZero();
    assertThat(guard.delayNanos(3, 0, 4, 0)).isZero();
    assertThat(guard.delayNanos(2, 0, 4, 0)).isZero();
    assertThat(guard.episodes()).isEqualTo(2);
    assertThat(guard.reason(3, 9, "west")).contains("20 of 100 in zone west");
    for (int n = 0; n < 20; n++) {
      guard.count(3, 9, SUSPECT, -1);
    }
    assertThat(guard.reason(3, 9, "west")).isEmpty();
  }

  @Test
  void shouldRefuseSettingsOutOfBounds() {
    assertThatThrownBy(() -> new CommonCauseOptions(0, 3, 4, 0.01, 1))
        .hasMessage("silentMin must be 1 or more, was 0");
    assertThatThrownBy(() -> new CommonCauseOptions(10, 3, 4, 0.01, 0))
        .hasMessage("deadPerSecondMin must be 0.001 to 1e6, was 0.0");
  }

  @Test
  void shouldBeOffOnRequest() {
    ShardFixture g =
        new ShardFixture(
            ShardFixture.OPTIONS.withCommonCause(CommonCauseOptions.off()), 500 * MILLI);
    for (int n = 0; n < 200; n++) {
      g.register(ShardFixture.udp("c" + n, n + 1));
    }
    g.pass(30 * SECOND);
    assertThat(g.shard.count(DEAD)).isEqualTo(200);
    assertThat(g.shard.deadHeldBack()).isZero();
  }
}
