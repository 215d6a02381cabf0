package io.phial.node.api;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How a receiver knows that a request comes from this cluster and is fresh: {@code v1=} and, in
 * hexadecimal, HMAC-SHA256 (RFC 2104) under the shared secret over the timestamp header's text, a
 * full stop, and the body as it was sent. Stateless and thread-safe.
 */
public final class WebhookSignature {
  /** Header of the time of sending, in seconds since 1970. */
  public static final String TIMESTAMP_HEADER = "phial-timestamp";

  /** Header of the signature. */
  public static final String SIGNATURE_HEADER = "phial-signature";

  private static final String ALGORITHM = "HmacSHA256";

  private WebhookSignature() {}

  /**
   * The signature header's value.
   *
   * @param secret 1 byte or more
   * @param timestamp the timestamp header's value
   */
  public static String of(byte[] secret, String timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
      mac.update(timestamp.getBytes(StandardCharsets.US_ASCII));
      mac.update((byte) '.');
      return "v1=" + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
