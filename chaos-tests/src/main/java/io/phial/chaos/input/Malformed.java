package io.phial.chaos.input;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Makes malformed bytes; the same seed makes the same ones in the same order. Not thread-safe: give
 * each thread its own {@link #split()}.
 */
public final class Malformed {
  private final long seed;
  private final SplittableRandom random;

  /** Starts from a seed, to be printed so that a failure can be repeated. */
  public Malformed(long seed) {
    this(seed, new SplittableRandom(seed));
  }

  private Malformed(long seed, SplittableRandom random) {
    this.seed = seed;
    this.random = random;
  }

  /** The seed that everything follows from. */
  public long seed() {
    return seed;
  }

  /** An independent source, as repeatable as this one. */
  public Malformed split() {
    return new Malformed(seed, random.split());
  }

  /** Random bytes, from 1 to so many. */
  public byte[] random(int bytesMax) {
    byte[] bytes = new byte[random.nextInt(1, bytesMax + 1)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Exactly so many random bytes. */
  public byte[] randomExactly(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Printable characters without any line end, exactly so many. */
  public byte[] endlessLine(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) random.nextInt(' ', 127);
    }
    return bytes;
  }

  /** The beginning of a valid message: at least one byte, and at least one is missing. */
  public byte[] truncated(byte[] valid) {
    return Arrays.copyOf(valid, random.nextInt(1, valid.length));
  }

  /** A valid message with one to eight bits wrong among its first bytes. */
  public byte[] flipped(byte[] valid, int firstBytes) {
    byte[] bytes = valid.clone();
    // Flipping a bit twice would leave the message valid, so each flip takes a byte of its own.
    int flips = Math.min(random.nextInt(1, 9), firstBytes);
    int at = random.nextInt(firstBytes);
    for (int i = 0; i < flips; i++) {
      bytes[(at + i) % firstBytes] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  /** A valid message with random bytes after it. */
  public byte[] extended(byte[] valid, int bytesMax) {
    byte[] tail = random(bytesMax);
    byte[] bytes = Arrays.copyOf(valid, valid.length + tail.length);
    System.arraycopy(tail, 0, bytes, valid.length, tail.length);
    return bytes;
  }

  /** One of these. */
  @SafeVarargs
  public final <T> T oneOf(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** A number from 0 to below the bound. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public String toString() {
    return "malformed input of seed " + seed;
  }
}
