package io.phial.node.cluster;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * A body with the name of what it is for: one byte length, the name in ASCII, the body.
 *
 * @param name the operation or topic, 1 to 64 printable ASCII characters
 * @param body the payload
 */
record BusFrame(String name, Buffer body) {
  BusFrame {
    if (!name.matches("[!-~]{1,64}")) {
      throw new IllegalArgumentException(
          "name must be 1 to 64 printable ASCII characters, was " + name);
    }
  }

  Buffer encode() {
    byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
    return Buffer.buffer(1 + ascii.length + body.length())
        .appendByte((byte) ascii.length)
        .appendBytes(ascii)
        .appendBuffer(body);
  }

  /**
   * Reads a frame.
   *
   * @throws IllegalArgumentException when it is not one
   */
  static BusFrame decode(Buffer frame) {
    if (frame.length() < 1 || frame.length() < 1 + frame.getUnsignedByte(0)) {
      throw new IllegalArgumentException("frame must hold its name, was " + frame.length());
    }
    int bodyAt = 1 + frame.getUnsignedByte(0);
    String name = new String(frame.getBytes(1, bodyAt), StandardCharsets.US_ASCII);
    return new BusFrame(name, frame.getBuffer(bodyAt, frame.length()));
  }
}
