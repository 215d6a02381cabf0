package io.phial.node.ingress.mqtt;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * Something that is told to subscribers.
 *
 * @param topic where
 * @param payload what; not changed afterwards
 * @param qos 0 or 1
 * @param retain true when it stays for later subscribers
 */
record Message(String topic, byte[] payload, int qos, boolean retain) {
  private static final int HEADER_BYTES = 3;

  /** As it travels between nodes. */
  Buffer encode() {
    byte[] name = topic.getBytes(StandardCharsets.UTF_8);
    return Buffer.buffer(HEADER_BYTES + name.length + payload.length)
        .appendByte((byte) (qos | (retain ? 2 : 0)))
        .appendUnsignedShort(name.length)
        .appendBytes(name)
        .appendBytes(payload);
  }

  /**
   * Reads what another node sent.
   *
   * @throws IllegalArgumentException when it is malformed
   */
  static Message decode(Buffer body) {
    int end = body.length() < HEADER_BYTES ? -1 : HEADER_BYTES + body.getUnsignedShort(1);
    if (end < 0 || end > body.length()) {
      throw new IllegalArgumentException("message must be whole, was " + body.length() + " bytes");
    }
    int flags = body.getByte(0);
    return new Message(
        body.getString(HEADER_BYTES, end),
        body.getBytes(end, body.length()),
        flags & 1,
        (flags & 2) != 0);
  }
}
