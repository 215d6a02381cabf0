package io.phial.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.phial.core.wire.Xxh64;
import org.junit.jupiter.api.Test;

final class SlotsTest {
  @Test
  void shouldHoldThePublishedVectors() {
    assertThat(Slots.hash64("")).isEqualTo(0xEF46DB3751D8E999L);
    assertThat(Slots.hash64("a")).isEqualTo(0xD24EC4F1A98C6E5BL);
    assertThat(Slots.hash64("abc")).isEqualTo(0x44BC2CF5AD770999L);
    assertThat(Slots.hash64("Nobody inspects the spammish repetition"))
        .isEqualTo(0xFBCEA83C8A378BF1L);
    assertThat(Xxh64.hash("xxhash", 0)).isEqualTo(0x32DD38952C4BC720L);
  }

  @Test
  void shouldHoldTheDocumentedSlots() {
    assertThat(Slots.slotOf("a")).isEqualTo(3675);
    assertThat(Slots.slotOf("abc")).isEqualTo(2457);
    assertThat(Slots.slotOfSession(0xFFFFF999)).isEqualTo(0x999);
  }

  @Test
  void shouldSpreadSequentialIds() {
    int[] counts = new int[Slots.COUNT];
    for (int i = 0; i < 40 * Slots.COUNT; i++) {
      counts[Slots.slotOf("client-" + i)]++;
    }
    double chiSquare = 0;
    for (int count : counts) {
      chiSquare += (count - 40.0) * (count - 40.0) / 40.0;
    }
    // 4095 degrees of freedom: mean 4095, deviation 90.
    assertThat(chiSquare).isBetween(3600.0, 4600.0);
  }
}
