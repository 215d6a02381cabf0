package io.phial.core.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The keys that seal frames between nodes: the first one seals, every one opens. So a key can be
 * replaced while all nodes run: add the new one last everywhere, make it the first everywhere, drop
 * the old one everywhere. Immutable and thread-safe; never shows a key in text.
 */
public final class KeyRing {
  /** Most keys in a ring: {@value}. */
  public static final int KEYS_MAX = 16;

  /** Ids are 1 to this: {@value}. They travel in clear, as one byte. */
  public static final int ID_MAX = 255;

  /** Most characters of a ring as text: {@value}. */
  public static final int TEXT_CHARS_MAX = 8192;

  /**
   * One AES key.
   *
   * @param id names it in frames and logs, 1 to {@value #ID_MAX}
   * @param bytes 16 or 32 secret bytes; belongs to the ring, nobody writes to it
   */
  record Key(int id, byte[] bytes) {
    @Override
    public String toString() {
      return "Key[" + id + "]";
    }
  }

  private final List<Key> keys;

  private KeyRing(List<Key> keys) {
    this.keys = List.copyOf(keys);
  }

  /** A ring of one key, copied. */
  public static KeyRing of(int id, byte[] key) {
    return new KeyRing(checked(List.of(key(id, key.clone()))));
  }

  /**
   * Reads keys as people write them: {@code id: base64}, one per line or separated by commas, the
   * one to use first. Blank lines and what follows a {@code #} are skipped.
   *
   * @throws IllegalArgumentException when it is anything else; the message never quotes the text
   */
  public static KeyRing parse(String text) {
    if (text.length() > TEXT_CHARS_MAX) {
      throw new IllegalArgumentException("keys must be at most 8192 characters");
    }
    List<Key> found = new ArrayList<>();
    for (String line : text.split("\\R", -1)) {
      int comment = line.indexOf('#');
      String bare = comment < 0 ? line : line.substring(0, comment);
      for (String entry : bare.split(",", -1)) {
        if (!entry.isBlank()) {
          found.add(entry(entry.strip()));
        }
      }
    }
    return new KeyRing(checked(found));
  }

  private static Key entry(String text) {
    int colon = text.indexOf(':');
    String id = colon < 0 ? "" : text.substring(0, colon).strip();
    if (!id.matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException("each key must be id:base64 with an id of 1 to 255");
    }
    try {
      return key(
          Integer.parseInt(id), Base64.getDecoder().decode(text.substring(colon + 1).strip()));
    } catch (IllegalArgumentException e) {
      // The decoder's own message quotes a character of the secret.
      throw new IllegalArgumentException(
          "key " + id + " must have an id of 1 to 255 and 16 or 32 bytes in base64");
    }
  }

  private static Key key(int id, byte[] bytes) {
    if (id < 1 || id > ID_MAX) {
      throw new IllegalArgumentException("id of a key must be 1 to 255, was " + id);
    }
    if (bytes.length != 16 && bytes.length != 32) {
      throw new IllegalArgumentException("key must be 16 or 32 bytes, was " + bytes.length);
    }
    return new Key(id, bytes);
  }

  private static List<Key> checked(List<Key> keys) {
    if (keys.isEmpty() || keys.size() > KEYS_MAX) {
      throw new IllegalArgumentException("keys must be 1 to 16, was " + keys.size());
    }
    if (keys.stream().map(Key::id).distinct().count() < keys.size()) {
      throw new IllegalArgumentException("ids of keys must differ");
    }
    return keys;
  }

  /** The keys, the one to use first. */
  List<Key> keys() {
    return keys;
  }

  /** The id of the key that seals. */
  public int usedId() {
    return keys.get(0).id();
  }

  /** The ids of all keys, the one that seals first. */
  public List<Integer> ids() {
    return keys.stream().map(Key::id).toList();
  }

  /** One {@code id: base64} per line, as {@link #parse} reads it. Secret. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Key key : keys) {
      text.append(key.id()).append(": ");
      text.append(Base64.getEncoder().encodeToString(key.bytes())).append('\n');
    }
    return text.toString();
  }

  /** The same ring with one more key, which opens but does not seal. */
  public KeyRing with(int id, byte[] key) {
    List<Key> more = new ArrayList<>(keys);
    more.add(key(id, key.clone()));
    return new KeyRing(checked(more));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyRing that && isSame(that);
  }

  private boolean isSame(KeyRing that) {
    boolean same = keys.size() == that.keys.size();
    for (int i = 0; same && i < keys.size(); i++) {
      Key other = that.keys.get(i);
      same = keys.get(i).id() == other.id() && Arrays.equals(keys.get(i).bytes(), other.bytes());
    }
    return same;
  }

  @Override
  public int hashCode() {
    return ids().hashCode();
  }

  /** Tells the ids only. */
  @Override
  public String toString() {
    return "KeyRing" + ids();
  }
}
