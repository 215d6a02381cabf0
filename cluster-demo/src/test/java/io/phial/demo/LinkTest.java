package io.phial.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LinkTest {
  private static LongStream fates(Link link, long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    return LongStream.generate(() -> link.fateNanos(random)).limit(count);
  }

  @Property(tries = 200)
  void shouldLoseItsShareAndDelayWithinTheCut(
      @ForAll long seed,
      @ForAll @DoubleRange(min = 0, max = 1) double loss,
      @ForAll @IntRange(min = 0, max = 1_000) int jitterMillis) {
    Link link = new Link(loss, Duration.ofMillis(jitterMillis));
    long[] fates = fates(link, seed, 2_000).toArray();

    double lost = LongStream.of(fates).filter(f -> f == Link.LOST).count() / 2_000.0;
    // Six standard deviations of 2000 draws: one false alarm in 10^9.
    assertThat(lost).isBetween(loss - 0.07, loss + 0.07);
    assertThat(LongStream.of(fates).filter(f -> f != Link.LOST))
        .allMatch(f -> f >= 0 && f <= Link.CUT * 1_000_000L * jitterMillis);
  }

  @Property(tries = 50)
  void shouldLoseTheSameOnesWhateverTheJitter(@ForAll long seed) {
    Link calm = new Link(0.3, Duration.ZERO);
    Link late = new Link(0.3, Duration.ofMillis(50));

    assertThat(fates(late, seed, 100).map(f -> f == Link.LOST ? 1 : 0).toArray())
        .isEqualTo(fates(calm, seed, 100).map(f -> f == Link.LOST ? 1 : 0).toArray());
  }

  @Test
  void shouldHaveTheMeanThatItSays() {
    Link link = new Link(0, Duration.ofMillis(10));

    assertThat(fates(link, 7, 20_000).average().orElseThrow()).isBetween(9.5e6, 10.5e6);
  }

  @Test
  void shouldRefuseWhatIsNoLink() {
    assertThatThrownBy(() -> new Link(1.1, Duration.ZERO))
        .hasMessage("loss must be 0 to 1, was 1.1");
    assertThatThrownBy(() -> new Link(Double.NaN, Duration.ZERO))
        .hasMessage("loss must be 0 to 1, was NaN");
    assertThatThrownBy(() -> new Link(0, Duration.ofSeconds(11)))
        .hasMessage("jitter must be 0 s to 10 s, was 11000 ms");
  }
}
