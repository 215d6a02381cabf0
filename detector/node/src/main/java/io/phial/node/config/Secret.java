package io.phial.node.config;

import java.security.MessageDigest;
import java.util.Arrays;

/** A key that never shows itself in text. Immutable. */
public final class Secret {
  /** What is shown instead of a secret. */
  public static final String MASK = "******";

  private final byte[] bytes;

  Secret(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** A copy of the key. */
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret that && MessageDigest.isEqual(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return MASK;
  }
}
