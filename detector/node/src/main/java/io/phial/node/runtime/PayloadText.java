package io.phial.node.runtime;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Payloads as text that people and JSON can hold. */
final class PayloadText {
  private static final String BASE64 = "base64:";

  private PayloadText() {}

  /** The payload itself when it is UTF-8, else its Base64 after {@value #BASE64}. */
  static String of(byte[] payload) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
    } catch (CharacterCodingException e) {
      return BASE64 + Base64.getEncoder().encodeToString(payload);
    }
  }
}
