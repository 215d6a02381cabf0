package io.phial.chaos.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CensusTest {
  private final Census before = new Census(Map.of("n1 on node n2", "ALIVE", "n1 on client a", "X"));

  @Test
  void shouldFindNoChangeBetweenEqualOnes() {
    assertThat(before.changesTo(new Census(Map.copyOf(before.entries())))).isEmpty();
  }

  @Test
  void shouldNameWhatChangedCameAndWent() {
    Census after = new Census(Map.of("n1 on node n2", "DEAD", "n1 on client b", "ALIVE"));
    assertThat(before.changesTo(after))
        .containsExactly(
            "n1 on client a: X -> nothing",
            "n1 on client b: nothing -> ALIVE",
            "n1 on node n2: ALIVE -> DEAD");
  }
}
