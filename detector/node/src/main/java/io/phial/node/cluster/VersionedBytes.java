package io.phial.node.cluster;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The form of every value in the shared maps: a version in 8 bytes, big-endian, then the value's
 * own bytes. The version decides swaps and merges without knowing the value: the epoch of a view,
 * the time a client was last seen of a record.
 */
final class VersionedBytes {
  private VersionedBytes() {}

  static byte[] pack(long version, byte[] value) {
    return ByteBuffer.allocate(Long.BYTES + value.length).putLong(version).put(value).array();
  }

  /** The version; {@link Long#MIN_VALUE} of bytes that are too short to hold one. */
  static long version(byte[] packed) {
    return packed.length < Long.BYTES ? Long.MIN_VALUE : ByteBuffer.wrap(packed).getLong();
  }

  /**
   * The value's bytes.
   *
   * @throws IllegalArgumentException when the bytes are too short
   */
  static byte[] value(byte[] packed) {
    if (packed.length < Long.BYTES) {
      throw new IllegalArgumentException("packed length must be at least 8, was " + packed.length);
    }
    return Arrays.copyOfRange(packed, Long.BYTES, packed.length);
  }
}
