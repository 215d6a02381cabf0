package io.phial.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ProfilesTest {
  private static final long SECOND = ShardFixture.SECOND;

  private static Profile profile(String name, double missedBeatsMin, List<String> ids) {
    return new Profile(
        name, SECOND / 4, 60 * SECOND, 30 * SECOND, 3, 6, missedBeatsMin, 0, 120 * SECOND, 64, ids);
  }

  @Test
  void shouldJudgeEachClientByItsOwnProfile() {
    ShardOptions options =
        ShardFixture.OPTIONS.withProfiles(
            List.of(profile("quick", 2, List.of()), profile("slow", 60, List.of())));
    ShardFixture fixture = new ShardFixture(options, 0);
    int none = fixture.register(ShardFixture.udp("none", 1));
    int quick = fixture.register(ShardFixture.udp("quick", 2).withProfile(1, SECOND));
    int slow = fixture.register(ShardFixture.udp("slow", 3).withProfile(2, SECOND));
    int unknown = fixture.register(ShardFixture.udp("unknown", 4).withProfile(9, SECOND));
    for (int i = 0; i < 30; i++) {
      fixture.pass(SECOND);
      for (int row : new int[] {none, quick, slow, unknown}) {
        fixture.shard.onBeat(row, -1, fixture.now);
      }
    }
    long noneDead = fixture.shard.snapshot(none, fixture.now).deadInNanos();
    assertThat(fixture.shard.snapshot(quick, fixture.now).deadInNanos()).isLessThan(noneDead);
    assertThat(fixture.shard.snapshot(slow, fixture.now).deadInNanos())
        .isGreaterThanOrEqualTo(60 * SECOND);
    assertThat(fixture.shard.snapshot(unknown, fixture.now).deadInNanos())
        .as("a number that nobody configured counts as none")
        .isBetween(noneDead - SECOND, noneDead + SECOND);
    fixture.pass(59 * SECOND);
    assertThat(fixture.shard.verdict(none)).isEqualTo(Verdict.DEAD);
    assertThat(fixture.shard.verdict(quick)).isEqualTo(Verdict.DEAD);
    assertThat(fixture.shard.verdict(slow)).isEqualTo(Verdict.SUSPECT);
    fixture.pass(5 * SECOND);
    assertThat(fixture.shard.verdict(slow)).isEqualTo(Verdict.DEAD);
  }

  @Test
  void shouldChooseByNameThenByTheLongestBeginningOfTheId() {
    Profiles profiles =
        ShardFixture.OPTIONS
            .withProfiles(
                List.of(profile("a", 3, List.of("dev-")), profile("b", 3, List.of("dev-b", "x"))))
            .allProfiles();
    assertThat(profiles.choose("b", "dev-1")).isEqualTo(2);
    assertThat(profiles.choose(null, "dev-1")).isEqualTo(1);
    assertThat(profiles.choose("", "dev-b7")).isEqualTo(2);
    assertThat(profiles.choose("nobody", "dev-1")).isZero();
    assertThat(profiles.choose("", "other")).isZero();
    assertThat(profiles.number("nobody")).isEqualTo(-1);
  }

  @Test
  void shouldRefuseTwoProfilesOfOneName() {
    Profile one = profile("a", 3, List.of());
    ShardOptions twice = ShardFixture.OPTIONS.withProfiles(List.of(one, one));
    assertThatThrownBy(twice::allProfiles).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldChooseTheIntervalTermByTerm() {
    Profile p = profile("a", 3, List.of());
    assertThat(IntervalRule.chosenNanos(p, 0, false, 0)).as("target / 5").isEqualTo(6 * SECOND);
    assertThat(IntervalRule.chosenNanos(p, 10 * SECOND, false, 0)).isEqualTo(10 * SECOND);
    assertThat(IntervalRule.chosenNanos(p, 1, false, 0)).isEqualTo(SECOND / 4);
    assertThat(IntervalRule.chosenNanos(p, 90 * SECOND, false, 0)).isEqualTo(60 * SECOND);
    assertThat(IntervalRule.chosenNanos(p, 10 * SECOND, true, 0)).isEqualTo(120 * SECOND);
    assertThat(IntervalRule.chosenNanos(p, 10 * SECOND, true, 30 * SECOND)).isEqualTo(27 * SECOND);
  }

  @Property(tries = 500)
  void shouldStayBelowTheNatLimitAndAboveZero(
      @ForAll @LongRange(min = 0, max = 7L * 86_400 * 1_000_000_000L) long declaredNanos,
      @ForAll boolean background,
      @ForAll @LongRange(min = 1, max = 65_535) long natSeconds) {
    long chosen =
        IntervalRule.chosenNanos(
            profile("a", 3, List.of()), declaredNanos, background, natSeconds * SECOND);
    assertThat(chosen).isPositive().isLessThanOrEqualTo((long) (0.9 * natSeconds * SECOND));
  }

  @Test
  void shouldSpreadFirstBeatsEvenlyOverTheInterval() {
    Phases phases = new Phases();
    int[] perSecond = new int[30];
    long now = -5;
    for (int i = 0; i < 10_000; i++) {
      now += 100_000;
      long in = phases.firstBeatNanos(30 * SECOND, now);
      assertThat(in).isBetween(0L, 30 * SECOND - 1);
      perSecond[(int) (Math.floorMod(now + in, 30 * SECOND) / SECOND)]++;
    }
    assertThat(java.util.Arrays.stream(perSecond).boxed()).allMatch(n -> n >= 330 && n <= 337);
  }
}
