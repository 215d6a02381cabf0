package io.phial.chaos.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.phial.chaos.claim.Claim;
import org.junit.jupiter.api.Test;

class ProcessClaimsTest {
  @Test
  void shouldAnnounceEachClaimOnce() {
    assertThat(ProcessClaims.announced(true)).doesNotHaveDuplicates().hasSize(8);
    assertThat(ProcessClaims.announced(false))
        .doesNotHaveDuplicates()
        .hasSize(14)
        .containsAll(ProcessClaims.announced(true))
        .extracting(Claim::area)
        .containsOnly("membership");
  }

  @Test
  void shouldKeepTheBounds() {
    assertThat(ProcessClaims.KILL_DEAD.bound()).hasToString("<= 500");
    assertThat(ProcessClaims.STOP_UNREACHABLE.bound()).hasToString("<= 2000");
  }
}
