package io.phial.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class LatestWordsTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final LatestWords words = new LatestWords(2, meters);

  @Test
  void shouldForgetWhoSpokeLongestAgo() {
    words.put("a", new byte[] {1}, 1);
    words.put("b", new byte[] {2}, 2);
    words.put("a", new byte[] {3}, 3);
    words.put("c", new byte[] {4}, 4);
    assertThat(words.of("b")).isNull();
    assertThat(words.of("a").payload()).containsExactly(3);
    assertThat(words.size()).isEqualTo(2);
    assertThat(meters.get("phial.payloads.forgotten").counter().count()).isEqualTo(1);
  }

  @Test
  void shouldSweepOutThoseThatAreGone() {
    words.put("a", new byte[0], 1);
    words.put("b", new byte[0], 2);
    words.sweep("b"::equals);
    assertThat(words.of("a")).isNull();
    assertThat(words.of("b")).isNotNull();
  }

  @Test
  void shouldShowPayloadsAsTextOrBase64() {
    assertThat(PayloadText.of("{\"a\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .isEqualTo("{\"a\":1}");
    assertThat(PayloadText.of(new byte[] {(byte) 0xff, 0})).isEqualTo("base64:/wA=");
  }
}
