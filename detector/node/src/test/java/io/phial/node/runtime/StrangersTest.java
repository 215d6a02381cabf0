package io.phial.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StrangersTest {
  private static final long SECOND = 1_000_000_000L;

  private final Strangers strangers = new Strangers();

  @Test
  void shouldKnowASessionUntilItIsRegistered() {
    assertThat(strangers.contains(5)).isFalse();
    strangers.add(5, 0);
    assertThat(strangers.contains(5)).isTrue();
    assertThat(strangers.contains(6)).isFalse();
    strangers.remove(5);
    assertThat(strangers.contains(5)).isFalse();
  }

  @Test
  void shouldForgetOldOnesAcrossTheEndOfTheClock() {
    long begin = Long.MAX_VALUE - 10 * SECOND;
    strangers.add(5, begin);
    strangers.add(6, begin + 20 * SECOND);
    strangers.sweep(begin + 30 * SECOND);
    assertThat(strangers.contains(5)).isTrue();
    strangers.sweep(begin + 31 * SECOND);
    assertThat(strangers.contains(5)).isFalse();
    assertThat(strangers.contains(6)).isTrue();
  }

  @Test
  void shouldRememberABoundedNumber() {
    for (int session = 0; session <= 1 << 16; session++) {
      strangers.add(session, 0);
    }
    assertThat(strangers.contains((1 << 16) - 1)).isTrue();
    assertThat(strangers.contains(1 << 16)).isFalse();
  }
}
