package io.phial.core.wire;

/**
 * SipHash-2-4, a keyed hash that is fast on the few bytes of a beat (Aumasson and Bernstein, 2012).
 * Stateless and thread-safe; allocates nothing.
 *
 * <p>A result is the 64-bit number whose little-endian bytes are the canonical output.
 */
public final class SipHash {
  private SipHash() {}

  /** Hashes a part of an array under the key {@code (k0, k1)}. */
  public static long hash(long k0, long k1, byte[] data, int from, int length) {
    long v0 = k0 ^ 0x736f6d6570736575L;
    long v1 = k1 ^ 0x646f72616e646f6dL;
    long v2 = k0 ^ 0x6c7967656e657261L;
    long v3 = k1 ^ 0x7465646279746573L;
    int tailFrom = from + (length & ~7);
    for (int i = from; i <= tailFrom; i += 8) {
      long word =
          i < tailFrom
              ? littleEndian(data, i, 8)
              : (long) length << 56 | littleEndian(data, tailFrom, length & 7);
      v3 ^= word;
      for (int round = 0; round < 2; round++) {
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 = Long.rotateLeft(v2, 32);
      }
      v0 ^= word;
    }
    return finish(v0, v1, v2, v3);
  }

  /**
   * Hashes a message of less than 8 bytes that is given as a number.
   *
   * @param bytes the message, first byte lowest
   * @param length 0 to 7
   */
  public static long hashShort(long k0, long k1, long bytes, int length) {
    long word = (long) length << 56 | bytes;
    long v0 = k0 ^ 0x736f6d6570736575L;
    long v1 = k1 ^ 0x646f72616e646f6dL;
    long v2 = k0 ^ 0x6c7967656e657261L;
    long v3 = k1 ^ 0x7465646279746573L ^ word;
    for (int round = 0; round < 2; round++) {
      v0 += v1;
      v2 += v3;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v1;
      v0 += v3;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 = Long.rotateLeft(v2, 32);
    }
    return finish(v0 ^ word, v1, v2, v3);
  }

  private static long finish(long a, long b, long c, long d) {
    long v0 = a;
    long v1 = b;
    long v2 = c ^ 0xff;
    long v3 = d;
    for (int round = 0; round < 4; round++) {
      v0 += v1;
      v2 += v3;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v1;
      v0 += v3;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 = Long.rotateLeft(v2, 32);
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }

  /** Up to 8 bytes as a number, first byte lowest. */
  static long littleEndian(byte[] data, int from, int length) {
    long word = 0;
    for (int i = 0; i < length; i++) {
      word |= (data[from + i] & 0xffL) << (8 * i);
    }
    return word;
  }
}
