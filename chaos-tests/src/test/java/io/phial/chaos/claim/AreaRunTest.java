package io.phial.chaos.claim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class AreaRunTest {
  private static final Claim FIRST = new Claim("some", "first", Bound.exactly(0), "faults");
  private static final Claim SECOND = new Claim("some", "second", Bound.exactly(0), "faults");
  private static final Plan PLAN = new Plan(true, 1, 7);

  private interface Body {
    void run(Ledger ledger) throws Exception;
  }

  private static List<Result> run(Duration limit, Body body) throws InterruptedException {
    Area area =
        new Area() {
          @Override
          public String name() {
            return "some";
          }

          @Override
          public String description() {
            return "a test";
          }

          @Override
          public List<Claim> claims(Plan plan) {
            return List.of(FIRST, SECOND);
          }

          @Override
          public Duration limit(Plan plan) {
            return limit;
          }

          @Override
          public void measure(Plan plan, Ledger ledger) throws Exception {
            body.run(ledger);
          }
        };
    return AreaRun.of(area, PLAN, line -> {});
  }

  @Test
  void shouldKeepWhatWasMeasuredBeforeItBrokeOff() throws InterruptedException {
    List<Result> results =
        run(
            Duration.ofMinutes(1),
            ledger -> {
              ledger.measured(FIRST, 0, Duration.ZERO);
              throw new java.io.IOException("no more ports");
            });
    assertThat(results).extracting(Result::ok).containsExactly(true, null);
    assertThat(results.get(1).reason()).isEqualTo("IOException: no more ports");
  }

  @Test
  void shouldInterruptAnAreaAtItsLimitAndLetItCleanUp() throws InterruptedException {
    CountDownLatch cleaned = new CountDownLatch(1);
    List<Result> results =
        run(
            Duration.ofMillis(50),
            ledger -> {
              try {
                new CountDownLatch(1).await();
              } finally {
                cleaned.countDown();
              }
            });
    assertThat(cleaned.getCount()).isZero();
    assertThat(results).extracting(Result::ok).containsOnlyNulls();
    assertThat(results.get(0).reason()).startsWith("the area's limit of");
  }

  @Test
  void shouldNameAnErrorWithoutAMessage() throws InterruptedException {
    List<Result> results =
        run(
            Duration.ofMinutes(1),
            ledger -> {
              throw new StackOverflowError();
            });
    assertThat(results.get(0).reason()).isEqualTo("StackOverflowError");
  }
}
