package io.phial.core.wire;

/** Numbers in byte arrays: network order but for hashes, whose canonical order is little-endian. */
final class Numbers {
  private Numbers() {}

  static void put(byte[] data, int from, long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      data[from + i] = (byte) (value >>> (8 * (bytes - 1 - i)));
    }
  }

  static long get(byte[] data, int from, int bytes) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = value << 8 | (data[from + i] & 0xff);
    }
    return value;
  }

  static void putLittleEndian(byte[] data, int from, long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      data[from + i] = (byte) (value >>> (8 * i));
    }
  }
}
