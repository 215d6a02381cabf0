package io.phial.core.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Short ASCII texts and variable-length numbers as all our frames write them. */
final class WireText {
  private WireText() {}

  /** True for 1 to 64 characters of [A-Za-z0-9._-]. */
  static boolean isId(String id) {
    if (id.isEmpty() || id.length() > NodeInfoCodec.ID_CHARS_MAX) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      if (!isIdCharacter(id.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isIdCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-';
  }

  static void writeId(String id, ByteBuffer out) {
    if (!isId(id)) {
      throw new IllegalArgumentException(
          "id must be 1 to 64 characters of [A-Za-z0-9._-], was " + id);
    }
    writeText(id, out);
  }

  static String readId(ByteBuffer in) throws MalformedFrameException {
    String id = readText(in, NodeInfoCodec.ID_CHARS_MAX);
    if (!isId(id)) {
      throw new MalformedFrameException("bad id");
    }
    return id;
  }

  /** Writes a text of printable ASCII, at most 255 characters. */
  static void writeText(String text, ByteBuffer out) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    out.put((byte) bytes.length);
    out.put(bytes);
  }

  static String readText(ByteBuffer in, int charsMax) throws MalformedFrameException {
    need(in, 1);
    int length = in.get() & 0xFF;
    if (length > charsMax) {
      throw new MalformedFrameException("text too long");
    }
    need(in, length);
    byte[] bytes = new byte[length];
    in.get(bytes);
    for (byte b : bytes) {
      if (b < 0x20 || b == 0x7F) {
        throw new MalformedFrameException("text is not printable ASCII");
      }
    }
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  /** Writes a number of 0 or more in groups of 7 bits, lowest first. */
  static void writeNumber(long value, ByteBuffer out) {
    if (value < 0) {
      throw new IllegalArgumentException("number must be 0 or more, was " + value);
    }
    long rest = value;
    while (rest > 0x7F) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  /** Reads a number; refuses more than 63 bits and anything above the bound. */
  static long readNumber(ByteBuffer in, long max) throws MalformedFrameException {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      need(in, 1);
      byte b = in.get();
      value |= (b & 0x7FL) << shift;
      if (b >= 0) {
        if (value > max) {
          throw new MalformedFrameException("number too large");
        }
        return value;
      }
    }
    throw new MalformedFrameException("number too long");
  }

  static void need(ByteBuffer in, int bytes) throws MalformedFrameException {
    if (in.remaining() < bytes) {
      throw new MalformedFrameException("truncated");
    }
  }
}
