package io.phial.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictEventTest {
  @Test
  void shouldReadALineAsANodePrintsIt() {
    String line =
        "{\"at\":1795000000123,\"kind\":\"node\",\"id\":\"n3\",\"from\":\"ALIVE\","
            + "\"to\":\"UNREACHABLE\",\"reason\":\"silent for 1.4 s\",\"phi\":9.125}";

    assertThat(VerdictEvent.parse(line))
        .contains(
            new VerdictEvent(
                1795000000123L, "node", "n3", "ALIVE", "UNREACHABLE", "silent for 1.4 s", 9.125));
  }

  @Test
  void shouldTakeKeysThatItDoesNotKnow() {
    String line = "{\"at\":1,\"kind\":\"client\",\"id\":\"a\",\"to\":\"DEAD\",\"zone\":\"z\"}";

    assertThat(VerdictEvent.parse(line)).map(e -> e.isAbout("client", "a")).contains(true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "12:00:01 INFO node ready",
        "null",
        "[]",
        "{}",
        "{\"at\":\"soon\",\"kind\":\"node\",\"id\":\"n1\",\"to\":\"DEAD\"}",
        "{\"at\":1,\"kind\":\"node\",\"id\":\"n1\"}",
        "{\"at\":1,\"kind\":\"node\",\"id\":\"n1\",\"to\":\"DE"
      })
  void shouldSeeThatALineIsNoEvent(String line) {
    assertThat(VerdictEvent.parse(line)).isEmpty();
  }
}
