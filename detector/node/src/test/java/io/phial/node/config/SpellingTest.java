package io.phial.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpellingTest {
  @Test
  void shouldCountEdits() {
    assertThat(Spelling.distance("", "")).isZero();
    assertThat(Spelling.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Spelling.distance("abc", "")).isEqualTo(3);
    assertThat(Spelling.distance("x".repeat(1_000_000), "y")).isEqualTo(100);
  }

  @Test
  void shouldMakeAHostNameALabel() {
    assertThat(HostName.label("web-1.example.org\n")).isEqualTo("web-1");
    assertThat(HostName.label("")).isEqualTo("node");
    assertThat(HostName.label("a b")).isEqualTo("a-b");
    assertThat(HostName.label("x".repeat(99))).hasSize(64);
  }
}
