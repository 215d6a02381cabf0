package io.phial.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class VerdictLogTest {
  private static final Duration AT_ONCE = Duration.ZERO;
  private static final Duration LONG = Duration.ofSeconds(30);

  private final VerdictLog log = new VerdictLog();

  private static Sighting sighting(String observer, String id, String to, long at) {
    return new Sighting(observer, new VerdictEvent(at, "node", id, "ALIVE", to, "", 1));
  }

  @Test
  void shouldFindWhatWasSaidBefore() throws InterruptedException {
    log.add(sighting("n1", "n3", "SUSPECT", 1));
    log.add(sighting("n1", "n3", "DEAD", 2));
    log.add(sighting("n2", "n3", "DEAD", 3));

    assertThat(log.await(s -> s.event().to().equals("DEAD"), AT_ONCE))
        .contains(sighting("n1", "n3", "DEAD", 2));
  }

  @Test
  void shouldGiveUpWhenNobodySaysIt() throws InterruptedException {
    log.add(sighting("n1", "n3", "SUSPECT", 1));

    assertThat(log.await(s -> s.event().to().equals("DEAD"), AT_ONCE)).isEmpty();
  }

  @Test
  void shouldTakeTheFirstOfEachObserver() throws InterruptedException {
    log.add(sighting("n1", "n3", "DEAD", 5));
    log.add(sighting("n1", "n3", "DEAD", 9));
    log.add(sighting("n2", "n3", "DEAD", 6));

    assertThat(log.awaitOnEach(List.of("n1", "n2"), e -> e.to().equals("DEAD"), LONG))
        .extractingFromEntries(e -> e.getKey() + "@" + e.getValue().atMillis())
        .containsExactly("n1@5", "n2@6");
  }

  @Test
  void shouldNameOnlyThoseThatSaidIt() throws InterruptedException {
    log.add(sighting("n1", "n3", "DEAD", 5));

    assertThat(log.awaitOnEach(List.of("n1", "n2"), e -> e.to().equals("DEAD"), AT_ONCE))
        .containsOnlyKeys("n1");
  }

  @Test
  void shouldWakeWhoWaits() throws InterruptedException {
    Thread speaker = new Thread(() -> log.add(sighting("n1", "n3", "DEAD", 5)));
    speaker.start();

    assertThat(log.await(s -> s.event().id().equals("n3"), LONG)).isPresent();
    speaker.join();
  }

  @Test
  void shouldForgetTheOlderHalfAtItsBound() {
    for (int i = 0; i <= VerdictLog.SIGHTINGS_MAX; i++) {
      log.add(sighting("n1", "n3", "SUSPECT", i));
    }

    assertThat(log.forgotten()).isEqualTo(VerdictLog.SIGHTINGS_MAX / 2);
    assertThat(log.position()).isEqualTo(VerdictLog.SIGHTINGS_MAX + 1L);
    assertThat(log.since(log.position() - 1))
        .containsExactly(sighting("n1", "n3", "SUSPECT", VerdictLog.SIGHTINGS_MAX));
    assertThat(log.since(0)).hasSize(VerdictLog.SIGHTINGS_MAX / 2 + 1);
  }
}
