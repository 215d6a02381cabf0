package io.phial.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phial.core.wire.ByteBudget.Share;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ByteBudgetTest {
  private static final long SECOND = 1_000_000_000L;

  private final ByteBudget budget = new ByteBudget(1000);
  private long now = Long.MAX_VALUE - SECOND / 2;

  @Test
  void shouldLetRostersGiveWayFirstThenRumoursAndNeverBeats() {
    assertThat(budget.take(Share.EXCHANGE, 500, now)).isTrue();
    assertThat(budget.take(Share.EXCHANGE, 1, now)).isFalse();
    assertThat(budget.take(Share.RUMOURS, 500, now)).isTrue();
    assertThat(budget.take(Share.RUMOURS, 1, now)).isFalse();
    assertThat(budget.take(Share.BEATS, 300, now)).isTrue();
    assertThat(budget.take(Share.CLIENTS, 1400, now)).isTrue();
    now += SECOND / 2; // The clock wraps here.
    assertThat(budget.take(Share.RUMOURS, 201, now)).isFalse();
    assertThat(budget.take(Share.RUMOURS, 200, now)).isTrue();
  }

  @Test
  void shouldLetALargeRosterGoWhenNothingElseHasToWait() {
    assertThat(budget.take(Share.EXCHANGE, 3000, now)).isTrue();
    now += 2 * SECOND;
    assertThat(budget.take(Share.RUMOURS, 1, now)).isFalse();
    now += SECOND;
    assertThat(budget.take(Share.EXCHANGE, 3000, now)).isTrue();
  }

  @Test
  void shouldHoldTheRateOverTime() {
    long sent = 0;
    for (int i = 0; i < 10_000; i++) {
      now += SECOND / 1000;
      sent += budget.take(Share.RUMOURS, 50, now) ? 50 : 0;
    }
    assertThat(sent).isBetween(10_000L, 11_000L);
  }

  @Test
  void shouldKnowEveryFramesShare() {
    Frame.Speaker by = new Frame.Speaker("n1", 1, 1);
    assertThat(ByteBudget.shareOf(new Frame.Leave(by))).isEqualTo(Share.BEATS);
    assertThat(ByteBudget.shareOf(new Frame.Gossip(by, 0, List.of()))).isEqualTo(Share.RUMOURS);
    assertThat(ByteBudget.shareOf(new Frame.Sync(by, true, List.of()))).isEqualTo(Share.EXCHANGE);
    assertThat(ByteBudget.shareOf(new UnknownSessions("n1", new int[0]))).isEqualTo(Share.CLIENTS);
  }

  @Test
  void shouldRefuseToStandStill() {
    assertThatThrownBy(() -> new ByteBudget(0)).hasMessageContaining("1 or more, was 0");
  }
}
