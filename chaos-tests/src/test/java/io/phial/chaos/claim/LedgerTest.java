package io.phial.chaos.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final Claim QUICK = new Claim("job", "it is quick", Bound.atMost(10), "ms");
  private static final Claim GOOD = new Claim("job", "it is good", Bound.exactly(0), "faults");

  private final List<String> progress = new ArrayList<>();
  private final Ledger ledger = new Ledger(List.of(QUICK, GOOD), progress::add);

  @Test
  void shouldOweAResultForEveryClaim() {
    ledger.measured(GOOD, 0, Duration.ofSeconds(2));
    List<Result> results = ledger.close("it broke off");
    assertThat(results).extracting(Result::claim).containsExactly(QUICK, GOOD);
    assertThat(results).extracting(Result::ok).containsExactly(null, true);
    assertThat(results.get(0).reason()).isEqualTo("it broke off");
  }

  @Test
  void shouldAddUpTheRuns() {
    ledger.measured(QUICK, 1, Duration.ofSeconds(2));
    ledger.unmeasured(QUICK, "first", Duration.ofSeconds(3));
    ledger.unmeasured(QUICK, "second", Duration.ofSeconds(4));
    Result result = ledger.close("").get(0);
    assertThat(result.samples()).containsExactly(1.0);
    assertThat(result.reason()).isEqualTo("first");
    assertThat(result.took()).isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void shouldIgnoreWhatComesAfterItsEnd() {
    ledger.close("too late");
    ledger.measured(QUICK, 1, Duration.ZERO);
    assertThat(ledger.close("too late").get(0).ok()).isNull();
    assertThat(progress).isEmpty();
  }

  @Test
  void shouldRefuseAClaimThatWasNotAnnounced() {
    Claim other = new Claim("job", "it is cheap", Bound.atMost(1), "B");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ledger.measured(other, 1, Duration.ZERO))
        .withMessage("claim=it is cheap was not announced");
  }

  @Test
  void shouldTellWhoWaits() {
    ledger.measured(QUICK, 7.25, Duration.ZERO);
    ledger.unmeasured(GOOD, "no cluster", Duration.ZERO);
    assertThat(progress)
        .containsExactly(
            "it is quick (<= 10 ms): 7.25 ms",
            "it is good (= 0 faults): could not be measured: no cluster");
  }
}
