package io.phial.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HealthBookTest {
  private final HealthBook book = new HealthBook();

  private boolean isFalse(String kind, String id, String to, long at) {
    VerdictEvent event = new VerdictEvent(at, kind, id, "ALIVE", to, "", 1);
    return book.isFalseDead().test(new Sighting("n1", event));
  }

  @Test
  void shouldHoldEveryoneHealthyByDefault() {
    assertThat(isFalse("client", "a", "DEAD", 5)).isTrue();
    assertThat(isFalse("client", "a", "SUSPECT", 5)).isFalse();
  }

  @Test
  void shouldAcceptDeadFromTheFaultToTheRecovery() {
    book.ill("node", "n3", 100);
    book.well("node", "n3", 200);

    assertThat(isFalse("node", "n3", "DEAD", 99)).isTrue();
    assertThat(isFalse("node", "n3", "DEAD", 100)).isFalse();
    assertThat(isFalse("node", "n3", "DEAD", 199)).isFalse();
    assertThat(isFalse("node", "n3", "DEAD", 200)).isTrue();
  }

  @Test
  void shouldKeepNodesAndClientsOfOneNameApart() {
    book.ill("node", "x", 100);

    assertThat(isFalse("client", "x", "DEAD", 150)).isTrue();
  }

  @Test
  void shouldKnowASecondIllness() {
    book.ill("node", "n3", 100);
    book.well("node", "n3", 200);
    book.ill("node", "n3", 300);

    assertThat(isFalse("node", "n3", "DEAD", 250)).isTrue();
    assertThat(isFalse("node", "n3", "DEAD", 9_999)).isFalse();
  }

  @Test
  void shouldBearARecoveryOfTheHealthy() {
    book.well("node", "n1", 100);

    assertThat(book.wasIll("node", "n1", 50)).isFalse();
  }
}
