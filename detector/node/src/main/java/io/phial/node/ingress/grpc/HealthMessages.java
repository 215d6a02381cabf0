package io.phial.node.ingress.grpc;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The messages of {@code grpc.health.v1} in protocol buffers, and the five bytes that gRPC puts
 * before each. They are so few and small that no generated code is needed.
 */
final class HealthMessages {
  /** The path of the service. */
  static final String PATH = "/grpc.health.v1.Health/";

  /** Bytes before each message: compressed or not, and the length. */
  static final int PREFIX_BYTES = 5;

  private static final int STRING_1 = (1 << 3) | 2;
  private static final int STRING_2 = (2 << 3) | 2;
  private static final int VARINT_1 = 1 << 3;

  private HealthMessages() {}

  /** Bytes that are no message of this service. */
  static final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedMessageException(String message) {
      super(message, null, false, false);
    }
  }

  /** A message with its prefix. */
  static Buffer framed(Buffer message) {
    return Buffer.buffer(PREFIX_BYTES + message.length())
        .appendByte((byte) 0)
        .appendInt(message.length())
        .appendBuffer(message);
  }

  /** {@code HealthCheckRequest}. */
  static Buffer request(String service) {
    return service.isEmpty() ? Buffer.buffer() : text(Buffer.buffer(), STRING_1, service);
  }

  /** {@code HealthCheckResponse}. */
  static Buffer response(Serving status) {
    // A field that has its default value is not written.
    return status == Serving.UNKNOWN
        ? Buffer.buffer()
        : Buffer.buffer().appendByte((byte) VARINT_1).appendByte((byte) status.code());
  }

  /** {@code HealthListResponse}. */
  static Buffer list(Map<String, Serving> statuses) {
    Buffer all = Buffer.buffer();
    statuses.forEach(
        (service, status) -> {
          Buffer entry = text(Buffer.buffer(), STRING_1, service);
          bytes(entry, STRING_2, response(status));
          bytes(all, STRING_1, entry);
        });
    return all;
  }

  private static Buffer text(Buffer to, int tag, String text) {
    return bytes(to, tag, Buffer.buffer(text));
  }

  private static Buffer bytes(Buffer to, int tag, Buffer bytes) {
    to.appendByte((byte) tag);
    int rest = bytes.length();
    while (rest > 0x7F) {
      to.appendByte((byte) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    return to.appendByte((byte) rest).appendBuffer(bytes);
  }

  /** The service of a {@code HealthCheckRequest}; the empty one when it names none. */
  static String serviceOf(Buffer message) throws MalformedMessageException {
    Reader reader = new Reader(message);
    String service = "";
    while (reader.isMore()) {
      int tag = (int) reader.varint();
      if (tag == STRING_1) {
        service = reader.text();
      } else {
        reader.skip(tag);
      }
    }
    return service;
  }

  /** The status of a {@code HealthCheckResponse}. */
  static Serving statusOf(Buffer message) throws MalformedMessageException {
    Reader reader = new Reader(message);
    Serving status = Serving.UNKNOWN;
    while (reader.isMore()) {
      int tag = (int) reader.varint();
      if (tag == VARINT_1) {
        status = Serving.of(reader.varint());
      } else {
        reader.skip(tag);
      }
    }
    return status;
  }

  private static final class Reader {
    private final Buffer bytes;
    private int at;

    Reader(Buffer bytes) {
      this.bytes = bytes;
    }

    boolean isMore() {
      return at < bytes.length();
    }

    long varint() throws MalformedMessageException {
      long value = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        byte next = bytes.getByte(take(1));
        value |= (long) (next & 0x7F) << shift;
        if (next >= 0) {
          return value;
        }
      }
      throw new MalformedMessageException("number is too long");
    }

    String text() throws MalformedMessageException {
      int length = length();
      int from = take(length);
      return new String(bytes.getBytes(from, from + length), StandardCharsets.UTF_8);
    }

    void skip(int tag) throws MalformedMessageException {
      switch (tag & 7) {
        case 0 -> varint();
        case 1 -> take(8);
        case 2 -> take(length());
        case 5 -> take(4);
        default -> throw new MalformedMessageException("unknown wire type");
      }
    }

    private int length() throws MalformedMessageException {
      long length = varint();
      if (length < 0 || length > bytes.length()) {
        throw new MalformedMessageException("field is longer than its message");
      }
      return (int) length;
    }

    private int take(int count) throws MalformedMessageException {
      if (count > bytes.length() - at) {
        throw new MalformedMessageException("message ends too early");
      }
      at += count;
      return at - count;
    }
  }
}
