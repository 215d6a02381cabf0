package io.phial.chaos.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Plan;
import org.junit.jupiter.api.Test;

class JobClaimsTest {
  private final JobArea area = new JobArea();

  @Test
  void shouldAnnounceEachClaimOnce() {
    assertThat(area.claims(new Plan(false, 1, 1))).doesNotHaveDuplicates().hasSize(21);
    assertThat(area.claims(new Plan(true, 1, 1))).doesNotHaveDuplicates().hasSize(14);
  }

  @Test
  void shouldBelongToItsArea() {
    assertThat(area.claims(new Plan(false, 1, 1)))
        .extracting(Claim::area)
        .containsOnly(area.name());
  }

  @Test
  void shouldKeepTheBoundsOfTheMainJob() {
    assertThat(JobClaims.CALM.stopUnreachable().bound()).hasToString("<= 2000");
    assertThat(JobClaims.CALM.stopDead().bound()).hasToString("<= 6000");
    assertThat(JobClaims.CALM.killDead().bound()).hasToString("<= 1000");
    assertThat(JobClaims.BUSY.killDead().bound()).isEqualTo(JobClaims.CALM.killDead().bound());
  }
}
