package io.phial.core.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class MembershipPlanTest {
  private final MemberOptions options = MemberOptions.defaults();

  @Test
  void shouldKeepBytesConstantBeyondTenNodes() {
    double ten = MembershipPlan.of(10, options, 0).bytesPerSecondPerNode();
    double thousand = MembershipPlan.of(1000, options, 0).bytesPerSecondPerNode();
    assertThat(thousand).isBetween(0.8 * ten, 1.2 * ten);
  }

  @Test
  void shouldDetectLaterAndErrMoreOftenWithLoss() {
    MembershipPlan calm = MembershipPlan.of(50, options, 0);
    MembershipPlan lossy = MembershipPlan.of(50, options, 0.3);
    assertThat(lossy.expectedUnreachableMillis()).isGreaterThan(calm.expectedUnreachableMillis());
    assertThat(calm.mistakesPerYear()).isZero();
    assertThat(lossy.mistakesPerYear()).isPositive();
  }

  @Test
  void shouldNeverKillBySilenceInAClusterOfTwo() {
    assertThat(MembershipPlan.of(2, options, 0).expectedDeadMillis()).isInfinite();
  }

  @Test
  void shouldRefuseWhatCannotBePlanned() {
    assertThatThrownBy(() -> MembershipPlan.of(1, options, 0)).hasMessageStartingWith("nodes must");
    assertThatThrownBy(() -> MembershipPlan.of(5, options, 0.6))
        .hasMessage("loss must be 0 to 0.5, was 0.6");
  }
}
