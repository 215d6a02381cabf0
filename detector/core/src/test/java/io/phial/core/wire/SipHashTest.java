package io.phial.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SipHashTest {
  private static final long K0 = 0x0706050403020100L;
  private static final long K1 = 0x0f0e0d0c0b0a0908L;

  /** Vectors of the reference implementation: message 00 01 02 … under key 00 01 … 0f. */
  @ParameterizedTest
  @CsvSource({
    "0, 726fdb47dd0e0e31",
    "1, 74f839c593dc67fd",
    "2, 0d6c8009d9a94f5a",
    "3, 85676696d7fb7e2d",
    "15, a129ca6149be45e5"
  })
  void shouldMatchTheReferenceVectors(int length, String expected) {
    assertThat(SipHash.hash(K0, K1, counting(length), 0, length))
        .isEqualTo(Long.parseUnsignedLong(expected, 16));
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "3", "5", "7"})
  void shouldHashShortMessagesAlike(int length) {
    byte[] message = counting(length);
    long bytes = SipHash.littleEndian(message, 0, length);
    assertThat(SipHash.hashShort(K0, K1, bytes, length))
        .isEqualTo(SipHash.hash(K0, K1, message, 0, length));
  }

  @Property(tries = 200, seed = "7")
  void shouldHashAPartOfAnArrayLikeTheWholeOfAnother(@ForAll @Size(max = 80) byte[] message) {
    byte[] within = new byte[message.length + 9];
    System.arraycopy(message, 0, within, 5, message.length);
    assertThat(SipHash.hash(K0, K1, within, 5, message.length))
        .isEqualTo(SipHash.hash(K0, K1, message, 0, message.length));
  }

  private static byte[] counting(int length) {
    byte[] message = new byte[length];
    for (int i = 0; i < length; i++) {
      message[i] = (byte) i;
    }
    return message;
  }
}
