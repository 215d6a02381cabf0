package io.phial.core.wire;

import io.phial.core.wire.Registration.Challenge;
import io.phial.core.wire.Registration.Hello;
import io.phial.core.wire.Registration.Refused;
import io.phial.core.wire.Registration.Welcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link Registration} writes; strict, so that there is one encoding of each message.
 */
final class RegistrationCodec {
  private static final int MAGIC = 'P' << 8 | 'H';
  private static final int USAGE_BYTES = 4;
  private static final int SAID = 0x80;
  private static final int LIMIT = 0x40;
  // By their codes on the wire.
  private static final List<Usage.Mode> MODES =
      List.of(Usage.Mode.UNSAID, Usage.Mode.FOREGROUND, Usage.Mode.BACKGROUND);

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
    Usage usage = usage(data, 37 + idLength, length);
    if (usage == null) {
      return null;
    }
    int end = 37 + idLength + usageBytes(usage);
    if (length != Math.max(end, Registration.HELLO_BYTES_MIN)) {
      return null;
    }
    for (int i = end; i < length; i++) {
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
        ? new Hello(nonce, Numbers.get(data, 16, 8), incarnation, (int) intervalMillis, id, usage)
        : null;
  }

  /** Bytes that a usage takes at the end of a hello. */
  static int usageBytes(Usage usage) {
    return usage.isSaid() ? USAGE_BYTES + usage.profile().length() : 0;
  }

  /** Marks and mode 1, limit 2 (all ones: not said), length of the profile 1, profile. */
  static void writeUsage(Usage usage, byte[] data, int at) {
    if (usage.isSaid()) {
      byte[] profile = usage.profile().getBytes(StandardCharsets.US_ASCII);
      int limit = usage.natLimitSeconds();
      data[at] = (byte) (SAID | (limit == Usage.UNSAID ? 0 : LIMIT) | code(usage.mode()));
      Numbers.put(data, at + 1, Math.max(0, limit), 2);
      data[at + 3] = (byte) profile.length;
      System.arraycopy(profile, 0, data, at + USAGE_BYTES, profile.length);
    }
  }

  private static int code(Usage.Mode mode) {
    return MODES.indexOf(mode);
  }

  /** The usage at the end of a hello, or null when it is malformed. */
  private static @Nullable Usage usage(byte[] data, int at, int length) {
    if (at >= length || data[at] == 0) {
      return Usage.NONE;
    }
    int mode = data[at] & 0xff & ~(SAID | LIMIT);
    if (at + USAGE_BYTES > length || data[at] > 0 || mode >= MODES.size()) {
      return null;
    }
    boolean limited = (data[at] & LIMIT) != 0;
    int limit = (int) Numbers.get(data, at + 1, 2);
    int profileLength = data[at + 3];
    boolean fits =
        profileLength >= 0
            && profileLength <= Usage.PROFILE_CHARS_MAX
            && at + USAGE_BYTES + profileLength <= length;
    if (!fits || (!limited && limit != 0)) {
      return null;
    }
    String profile = new String(data, at + USAGE_BYTES, profileLength, StandardCharsets.ISO_8859_1);
    if (!profile.isEmpty() && !Usage.isProfile(profile)) {
      return null;
    }
    Usage usage = new Usage(profile, MODES.get(mode), limited ? limit : Usage.UNSAID);
    return usage.isSaid() ? usage : null;
  }

  private static @Nullable Challenge challenge(long nonce, byte[] data, int length) {
    return length == 24 ? new Challenge(nonce, Numbers.get(data, 16, 8)) : null;
  }

  private static @Nullable Welcome welcome(long nonce, byte[] data, int length) {
    if (length != 40 && length != 44) {
      return null;
    }
    int session = (int) Numbers.get(data, 16, 4);
    long intervalMillis = Numbers.get(data, 36, 4);
    long firstBeatMillis = length == 44 ? Numbers.get(data, 40, 4) : -1;
    boolean valid =
        session != 0
            && intervalMillis != 0
            && ClientIds.isInterval(intervalMillis)
            && firstBeatMillis <= ClientIds.INTERVAL_MILLIS_MAX;
    return valid
        ? new Welcome(
            nonce, session, SessionKey.read(data, 20), (int) intervalMillis, (int) firstBeatMillis)
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
