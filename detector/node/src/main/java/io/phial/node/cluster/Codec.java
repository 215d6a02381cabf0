package io.phial.node.cluster;

import java.util.function.Function;

/**
 * Turns a value into bytes and back. Stateless and thread-safe.
 *
 * @param <T> the value
 */
public interface Codec<T> {
  /** The value as bytes. */
  byte[] encode(T value);

  /**
   * The value of the bytes.
   *
   * @throws IllegalArgumentException when the bytes are not one
   */
  T decode(byte[] bytes);

  /** A codec of two functions; {@code decoder} throws as {@link #decode} does. */
  static <T> Codec<T> of(Function<T, byte[]> encoder, Function<byte[], T> decoder) {
    return new Codec<>() {
      @Override
      public byte[] encode(T value) {
        return encoder.apply(value);
      }

      @Override
      public T decode(byte[] bytes) {
        return decoder.apply(bytes);
      }
    };
  }
}
