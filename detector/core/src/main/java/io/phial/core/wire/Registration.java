package io.phial.core.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The datagrams that lead to a session. Each begins with session 0 (which is never given out), the
 * letters PH, the version and the type, and echoes the client's nonce, so that nobody who does not
 * read the client's traffic can answer in a node's name.
 */
public sealed interface Registration {
  /** The version that this code speaks: {@value}. */
  int VERSION = 1;

  /** A hello is padded to this length; no answer is longer: {@value}. */
  int HELLO_BYTES_MIN = 64;

  /** Longest hello: {@value}. */
  int HELLO_BYTES_MAX = 41 + ClientIds.LENGTH_MAX + Usage.PROFILE_CHARS_MAX;

  /** Chosen at random by the client, anew for each registration. */
  long nonce();

  /** The datagram. */
  byte[] encode();

  /**
   * A client wants a session.
   *
   * @param cookie from the challenge, or 0
   * @param incarnation grows with every start of the client; 0 when it does not know
   * @param intervalMillis the time between its beats, or 0 when it is to be learned
   * @param id a valid client id
   * @param usage its kind and how it is used; nodes of a version before this was there drop a hello
   *     that says anything here
   */
  record Hello(
      long nonce, long cookie, long incarnation, int intervalMillis, String id, Usage usage)
      implements Registration {
    /** A client that says nothing about itself. */
    public Hello(long nonce, long cookie, long incarnation, int intervalMillis, String id) {
      this(nonce, cookie, incarnation, intervalMillis, id, Usage.NONE);
    }

    /** The same with the cookie of a challenge. */
    public Hello withCookie(long given) {
      return new Hello(nonce, given, incarnation, intervalMillis, id, usage);
    }

    @Override
    public byte[] encode() {
      byte[] name = id.getBytes(StandardCharsets.US_ASCII);
      int length = 37 + name.length + RegistrationCodec.usageBytes(usage);
      byte[] data = RegistrationCodec.head(1, nonce, Math.max(length, HELLO_BYTES_MIN));
      Numbers.put(data, 16, cookie, 8);
      Numbers.put(data, 24, incarnation, 8);
      Numbers.put(data, 32, intervalMillis, 4);
      data[36] = (byte) name.length;
      System.arraycopy(name, 0, data, 37, name.length);
      RegistrationCodec.writeUsage(usage, data, 37 + name.length);
      return data;
    }
  }

  /**
   * A node asks the client to repeat its hello with this cookie.
   *
   * @param cookie never 0
   */
  record Challenge(long nonce, long cookie) implements Registration {
    @Override
    public byte[] encode() {
      byte[] data = RegistrationCodec.head(2, nonce, 24);
      Numbers.put(data, 16, cookie, 8);
      return data;
    }
  }

  /**
   * The client is registered.
   *
   * @param session never 0
   * @param intervalMillis the interval to keep, never 0
   * @param firstBeatMillis when the first beat is due, from now; -1 to leave that to the client.
   *     Only for clients whose hello says something about their usage: others would not read it
   */
  record Welcome(long nonce, int session, SessionKey key, int intervalMillis, int firstBeatMillis)
      implements Registration {
    /** A welcome that leaves the first beat to the client. */
    public Welcome(long nonce, int session, SessionKey key, int intervalMillis) {
      this(nonce, session, key, intervalMillis, -1);
    }

    @Override
    public byte[] encode() {
      byte[] data = RegistrationCodec.head(3, nonce, firstBeatMillis < 0 ? 40 : 44);
      Numbers.put(data, 16, session, 4);
      key.write(data, 20);
      Numbers.put(data, 36, intervalMillis, 4);
      if (firstBeatMillis >= 0) {
        Numbers.put(data, 40, firstBeatMillis, 4);
      }
      return data;
    }
  }

  /**
   * Not now.
   *
   * @param retryAfterMillis when to try again
   * @param reason printable ASCII; cut to {@value #REASON_BYTES_MAX} characters on the wire
   */
  record Refused(long nonce, int retryAfterMillis, String reason) implements Registration {
    /** Longest reason: {@value}. */
    public static final int REASON_BYTES_MAX = HELLO_BYTES_MIN - 21;

    @Override
    public byte[] encode() {
      byte[] text = reason.getBytes(StandardCharsets.US_ASCII);
      int length = Math.min(text.length, REASON_BYTES_MAX);
      byte[] data = RegistrationCodec.head(4, nonce, 21 + length);
      Numbers.put(data, 16, retryAfterMillis, 4);
      data[20] = (byte) length;
      System.arraycopy(text, 0, data, 21, length);
      return data;
    }
  }

  /** Reads a registration datagram; null when it is malformed in any way. */
  static @Nullable Registration decode(byte[] data, int length) {
    return RegistrationCodec.decode(data, length);
  }
}
