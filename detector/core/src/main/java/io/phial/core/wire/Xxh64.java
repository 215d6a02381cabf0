package io.phial.core.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The 64-bit xxHash (XXH64) of byte strings: fast, well mixed in every bit, not cryptographic.
 *
 * <p>It is part of our wire and placement formats, so it never changes. The published test vectors
 * hold: {@code ""} is {@code ef46db3751d8e999}, {@code "a"} is {@code d24ec4f1a98c6e5b}, {@code
 * "abc"} is {@code 44bc2cf5ad770999}, all with seed 0. Stateless and thread-safe; allocates only
 * the bytes of a string.
 */
public final class Xxh64 {
  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P3 = 0x165667B19E3779F9L;
  private static final long P4 = 0x85EBCA77C2B2AE63L;
  private static final long P5 = 0x27D4EB2F165667C5L;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private Xxh64() {}

  /** The hash of a text's UTF-8 bytes. */
  public static long hash(String text, long seed) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return hash(bytes, 0, bytes.length, seed);
  }

  /** The hash of {@code length} bytes from {@code offset}. */
  public static long hash(byte[] bytes, int offset, int length, long seed) {
    int end = offset + length;
    int at = offset;
    long hash;
    if (length >= 32) {
      long a = seed + P1 + P2;
      long b = seed + P2;
      long c = seed;
      long d = seed - P1;
      for (; at <= end - 32; at += 32) {
        a = round(a, (long) LONGS.get(bytes, at));
        b = round(b, (long) LONGS.get(bytes, at + 8));
        c = round(c, (long) LONGS.get(bytes, at + 16));
        d = round(d, (long) LONGS.get(bytes, at + 24));
      }
      hash = merge(a, b, c, d);
    } else {
      hash = seed + P5;
    }
    return mix(tail(hash + length, bytes, at, end));
  }

  /** The final avalanche: a bijection of 64 bits in which every input bit reaches every output. */
  public static long mix(long value) {
    long x = value;
    x = (x ^ (x >>> 33)) * P2;
    x = (x ^ (x >>> 29)) * P3;
    return x ^ (x >>> 32);
  }

  private static long merge(long a, long b, long c, long d) {
    long hash =
        Long.rotateLeft(a, 1)
            + Long.rotateLeft(b, 7)
            + Long.rotateLeft(c, 12)
            + Long.rotateLeft(d, 18);
    hash = (hash ^ round(0, a)) * P1 + P4;
    hash = (hash ^ round(0, b)) * P1 + P4;
    hash = (hash ^ round(0, c)) * P1 + P4;
    return (hash ^ round(0, d)) * P1 + P4;
  }

  private static long tail(long start, byte[] bytes, int from, int end) {
    long hash = start;
    int at = from;
    for (; at <= end - 8; at += 8) {
      hash = Long.rotateLeft(hash ^ round(0, (long) LONGS.get(bytes, at)), 27) * P1 + P4;
    }
    if (at <= end - 4) {
      hash ^= ((int) INTS.get(bytes, at) & 0xFFFFFFFFL) * P1;
      hash = Long.rotateLeft(hash, 23) * P2 + P3;
      at += 4;
    }
    for (; at < end; at++) {
      hash = Long.rotateLeft(hash ^ ((bytes[at] & 0xFFL) * P5), 11) * P1;
    }
    return hash;
  }

  private static long round(long accumulator, long input) {
    return Long.rotateLeft(accumulator + input * P2, 31) * P1;
  }
}
