package io.phial.core.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class HorizonTest {
  private final Horizon horizon = new Horizon();

  private Horizon.Step sees(MemberState b, MemberState c) {
    return horizon.onStates(Map.of("b", b, "c", c));
  }

  @Test
  void shouldBeginACutWithTheFirstDoubt() {
    assertThat(sees(MemberState.ALIVE, MemberState.ALIVE).isChange()).isFalse();
    Horizon.Step doubt = sees(MemberState.SUSPECT, MemberState.ALIVE);
    assertThat(doubt).isEqualTo(new Horizon.Step(true, false, false, false));
    assertThat(sees(MemberState.UNREACHABLE, MemberState.ALIVE).isChange()).isFalse();
    assertThat(sees(MemberState.DEAD, MemberState.ALIVE).isChange()).isFalse();
    assertThat(horizon.isWhole()).isFalse();
  }

  @Test
  void shouldTellAReturnFromADoubtThatIsGone() {
    sees(MemberState.SUSPECT, MemberState.DEAD);
    assertThat(sees(MemberState.ALIVE, MemberState.DEAD))
        .isEqualTo(new Horizon.Step(false, false, true, false));
    assertThat(sees(MemberState.ALIVE, MemberState.ALIVE))
        .isEqualTo(new Horizon.Step(false, true, true, true));
  }

  @Test
  void shouldNotWaitForWhoLeftOrIsForgotten() {
    sees(MemberState.DEAD, MemberState.UNREACHABLE);
    assertThat(sees(MemberState.LEFT, MemberState.UNREACHABLE).back()).isFalse();
    assertThat(horizon.onStates(Map.of()).back()).isFalse();
    assertThat(horizon.isWhole()).isTrue();
  }

  @Test
  void shouldBeginAnotherCutWithAnotherNode() {
    sees(MemberState.DEAD, MemberState.ALIVE);
    assertThat(sees(MemberState.DEAD, MemberState.SUSPECT).cut()).isTrue();
    assertThat(sees(MemberState.ALIVE, MemberState.SUSPECT).whole()).isFalse();
  }

  @Test
  void shouldBeSureOnlyOnFirmFooting() {
    assertThat(new Horizon.Footing(true, true, true).isPartial(false)).isFalse();
    assertThat(new Horizon.Footing(true, true, true).isPartial(true)).isTrue();
    assertThat(new Horizon.Footing(false, true, true).isPartial(false)).isTrue();
    assertThat(new Horizon.Footing(true, false, true).isPartial(false)).isTrue();
    assertThat(new Horizon.Footing(true, true, false).isPartial(false)).isTrue();
  }
}
