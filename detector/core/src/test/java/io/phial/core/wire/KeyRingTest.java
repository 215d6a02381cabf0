package io.phial.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyRingTest {
  private static final String A = "AAECAwQFBgcICQoLDA0ODw==";
  private static final String B = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

  @Test
  void shouldReadLinesAndCommas() {
    KeyRing lines = KeyRing.parse("# ours\n7: " + A + " # the one in use\n\n 42 :" + B + "\n");
    assertThat(lines).isEqualTo(KeyRing.parse("7:" + A + ",42:" + B));
    assertThat(lines.usedId()).isEqualTo(7);
    assertThat(lines.ids()).containsExactly(7, 42);
    assertThat(KeyRing.parse(lines.text())).isEqualTo(lines);
    assertThat(lines).isNotEqualTo(KeyRing.parse("42:" + B + ",7:" + A));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# nothing",
        A,
        "0:" + A,
        "256:" + A,
        "x:" + A,
        "-1:" + A,
        "7:" + A + "A",
        "7:AAAA",
        "7:*" + A,
        "7:" + A + ",7:" + B
      })
  void shouldRefuseAnythingElseWithoutQuotingIt(String text) {
    assertThatThrownBy(() -> KeyRing.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .message()
        .doesNotContain("AAEC")
        .doesNotContain("*");
  }

  @Test
  void shouldBeBounded() {
    String many =
        IntStream.rangeClosed(1, KeyRing.KEYS_MAX + 1)
            .mapToObj(id -> id + ":" + A)
            .collect(Collectors.joining(","));
    assertThatThrownBy(() -> KeyRing.parse(many)).hasMessage("keys must be 1 to 16, was 17");
    assertThatThrownBy(() -> KeyRing.parse(" ".repeat(KeyRing.TEXT_CHARS_MAX + 1)))
        .hasMessage("keys must be at most 8192 characters");
  }

  @Test
  void shouldShowNoKey() {
    assertThat(KeyRing.parse("7:" + A)).hasToString("KeyRing[7]");
    assertThat(KeyRing.parse("7:" + A).keys()).hasToString("[Key[7]]");
  }
}
