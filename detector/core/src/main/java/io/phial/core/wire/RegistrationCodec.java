package io.phial.core.wire;

import io.phial.core.wire.Registration.Challenge;
import io.phial.core.wire.Registration.Hello;
import io.phial.core.wire.Registration.Refused;
import io.phial.core.wire.Registration.Welcome;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link Registration} writes; strict, so that there is one encoding of each message.
 */
final class RegistrationCodec {
  private static final int MAGIC = 'P' << 8 | 'H';

  private RegistrationCodec() {}

  static byte[] head(int type, long nonce, int length) {
    byte[] data = new byte[length];
    Numbers.put(data, 4, MAGIC, 2);
    data[6] = Registration.VERSION;
    data[7] = (byte) type;
    Numbers.put(data, 8, nonce, 8);
    return data;
  }

  static @Nullable Registration decode(byte[] data, int length) {
    if (length < 21
        || Numbers.get(data, 0, 4) != 0
        || Numbers.get(data, 4, 2) != MAGIC
        || data[6] != Registration.VERSION) {
      return null;
    }
    long nonce = Numbers.get(data, 8, 8);
    return switch (data[7]) {
      case 1 -> hello(nonce, data, length);
      case 2 -> challenge(nonce, data, length);
      case 3 -> welcome(nonce, data, length);
      case 4 -> refused(nonce, data, length);
      default -> null;
    };
  }

  private static @Nullable Hello hello(long nonce, byte[] data, int length) {
    if (length < Registration.HELLO_BYTES_MIN || length > Registration.HELLO_BYTES_MAX) {
      return null;
    }
    int idLength = data[36] & 0xff;
    if (length != Math.max(37 + idLength, Registration.HELLO_BYTES_MIN)) {
      return null;
    }
    for (int i = 37 + idLength; i < length; i++) {
      if (data[i] != 0) {
        return null;
      }
    }
    String id = new String(data, 37, idLength, StandardCharsets.ISO_8859_1);
    long incarnation = Numbers.get(data, 24, 8);
    long intervalMillis = Numbers.get(data, 32, 4);
    boolean valid =
        incarnation >= 0 && ClientIds.isInterval(intervalMillis) && ClientIds.isValid(id);
    return valid
        ? new Hello(nonce, Numbers.get(data, 16, 8), incarnation, (int) intervalMillis, id)
        : null;
  }

  private static @Nullable Challenge challenge(long nonce, byte[] data, int length) {
    return length == 24 ? new Challenge(nonce, Numbers.get(data, 16, 8)) : null;
  }

  private static @Nullable Welcome welcome(long nonce, byte[] data, int length) {
    if (length != 40) {
      return null;
    }
    int session = (int) Numbers.get(data, 16, 4);
    long intervalMillis = Numbers.get(data, 36, 4);
    boolean valid = session != 0 && intervalMillis != 0 && ClientIds.isInterval(intervalMillis);
    return valid
        ? new Welcome(nonce, session, SessionKey.read(data, 20), (int) intervalMillis)
        : null;
  }

  private static @Nullable Refused refused(long nonce, byte[] data, int length) {
    long retryAfterMillis = Numbers.get(data, 16, 4);
    if (length != 21 + (data[20] & 0xff) || retryAfterMillis > Integer.MAX_VALUE) {
      return null;
    }
    for (int i = 21; i < length; i++) {
      if (data[i] < ' ' || data[i] > '~') {
        return null;
      }
    }
    String reason = new String(data, 21, length - 21, StandardCharsets.US_ASCII);
    return new Refused(nonce, (int) retryAfterMillis, reason);
  }
}
