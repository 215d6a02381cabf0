package io.phial.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class ReplayGuardTest {
  /** Against a plain set of what was seen. */
  @Property(tries = 200)
  void shouldTakeEachCounterOnceInAnyOrder(@ForAll long seed) {
    Random random = new Random(seed);
    ReplayGuard guard = new ReplayGuard();
    Set<Long> seen = new HashSet<>();
    long highest = -1;
    long base = random.nextInt(3000);
    for (int i = 0; i < 3000; i++) {
      long jump = random.nextInt(50) == 0 ? random.nextInt(3000) : 0;
      base += jump + random.nextInt(3);
      long counter = Math.max(0, base - random.nextInt(1500));
      boolean expected = counter > highest - ReplayGuard.WINDOW_BITS && !seen.contains(counter);
      assertThat(guard.isNew(9, counter))
          .as("counter %s of %s", counter, highest)
          .isEqualTo(expected);
      if (expected) {
        guard.see(9, counter);
        seen.add(counter);
        highest = Math.max(highest, counter);
      }
    }
  }

  @Test
  void shouldKeepLivesApartAndBounded() {
    ReplayGuard guard = new ReplayGuard();
    for (long life = 0; life < ReplayGuard.LIVES_MAX + 5; life++) {
      assertThat(guard.isNew(life, 3)).isTrue();
      guard.see(life, 3);
      // The first one speaks on and must not be the one that is forgotten.
      guard.see(0, 4 + life);
    }
    assertThat(guard.lives()).isEqualTo(ReplayGuard.LIVES_MAX);
    assertThat(guard.forgotten()).isEqualTo(5);
    assertThat(guard.isNew(0, 4)).isFalse();
    assertThat(guard.isNew(1, 3)).isTrue();
  }
}
