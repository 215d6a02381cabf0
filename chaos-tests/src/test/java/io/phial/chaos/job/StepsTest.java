package io.phial.chaos.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phial.chaos.claim.Bound;
import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import io.phial.chaos.claim.Result;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepsTest {
  private static final Claim FIRST = new Claim("job", "first", Bound.atMost(1), "ms");
  private static final Claim SECOND = new Claim("job", "second", Bound.atMost(1), "ms");

  private final Ledger ledger = new Ledger(List.of(FIRST, SECOND), line -> {});
  private final Steps steps = new Steps(ledger, List.of(FIRST, SECOND));

  @Test
  void shouldKeepTheNumbersOfAStepThatBreaksOff() throws InterruptedException {
    steps.step(
        List.of(FIRST, SECOND),
        sheet -> {
          sheet.put(FIRST, 1);
          throw new IOException("gone");
        });
    List<Result> results = ledger.close("");
    assertThat(results).extracting(Result::ok).containsExactly(true, null);
    assertThat(results.get(1).reason()).isEqualTo("IOException: gone");
  }

  @Test
  void shouldMakeTheNextStepAfterABrokenOne() throws InterruptedException {
    steps.step(
        List.of(FIRST),
        sheet -> {
          throw new IllegalStateException("broken");
        });
    steps.step(List.of(SECOND), sheet -> sheet.put(SECOND, 0));
    assertThat(ledger.close("")).extracting(Result::ok).containsExactly(null, true);
  }

  @Test
  void shouldEnterWhatIsOwedOnceARunIsGivenUp() throws InterruptedException {
    steps.step(List.of(FIRST), sheet -> sheet.put(FIRST, 0));
    steps.giveUp("no cluster");
    List<Result> results = ledger.close("");
    assertThat(results).extracting(Result::ok).containsExactly(true, null);
    assertThat(results.get(1).reason()).isEqualTo("no cluster");
  }

  @Test
  void shouldEndTheRunWhenInterrupted() {
    assertThatThrownBy(
            () ->
                steps.step(
                    List.of(FIRST),
                    sheet -> {
                      throw new InterruptedException();
                    }))
        .isInstanceOf(InterruptedException.class);
    assertThat(ledger.close("time is over").get(0).reason()).isEqualTo("time is over");
  }
}
