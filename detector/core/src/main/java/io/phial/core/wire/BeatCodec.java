package io.phial.core.wire;

import org.jspecify.annotations.Nullable;

/**
 * Datagrams of a session: beats, goodbyes and acknowledgements, each with a MAC under the session's
 * key. Stateless and thread-safe; checking a beat allocates nothing.
 *
 * <pre>
 * beat           session 4, counter 2, MAC 4                   10 bytes
 * goodbye        session 4, counter 2, MAC 8                   14 bytes
 * beat, payload  session 4, counter 2, MAC 8, payload 1 to 64  15 to 78 bytes
 * ack            session 4, info 2, MAC 4                      10 bytes
 * </pre>
 *
 * <p>What could do more harm than hide one silence (a goodbye, a payload) carries the whole MAC.
 */
public final class BeatCodec {
  /** Length of a beat: {@value}. */
  public static final int BEAT_BYTES = 10;

  /** Length of a goodbye: {@value}. */
  public static final int GOODBYE_BYTES = 14;

  /** Length of an acknowledgement: {@value}, never more than what it answers. */
  public static final int ACK_BYTES = 10;

  /** Longest payload of a beat: {@value}. */
  public static final int PAYLOAD_BYTES_MAX = 64;

  /** Flag of an ack: this session is not known (any more), register again. */
  public static final int REGISTER_AGAIN = 1;

  /** Flag of an ack: this node is about to leave, use another one. */
  public static final int GO_ELSEWHERE = 2;

  private static final int DOMAIN_BEAT = 0x01;
  private static final int DOMAIN_GOODBYE = 0x02;
  private static final int DOMAIN_PAYLOAD = 0x03;
  private static final byte DOMAIN_ACK = 0x11;

  /** What a datagram is by its length and first bytes alone; nothing is checked yet. */
  public enum Kind {
    /** A beat of exactly {@value #BEAT_BYTES} bytes. */
    BEAT,
    /** A goodbye. */
    GOODBYE,
    /** A beat with a payload. */
    PAYLOAD_BEAT,
    /** Session 0, which is never given out: a registration message. */
    REGISTRATION,
    /** None of them. */
    MALFORMED
  }

  private BeatCodec() {}

  /** Tells what a datagram from a client claims to be. */
  public static Kind kindOf(byte[] data, int length) {
    if (length < BEAT_BYTES) {
      return Kind.MALFORMED;
    }
    if (session(data) == 0) {
      return Kind.REGISTRATION;
    }
    if (length == BEAT_BYTES) {
      return Kind.BEAT;
    }
    if (length == GOODBYE_BYTES) {
      return Kind.GOODBYE;
    }
    boolean payload = length > GOODBYE_BYTES && length <= GOODBYE_BYTES + PAYLOAD_BYTES_MAX;
    return payload ? Kind.PAYLOAD_BEAT : Kind.MALFORMED;
  }

  /** The session of a datagram of at least 4 bytes. */
  public static int session(byte[] data) {
    return (int) Numbers.get(data, 0, 4);
  }

  /** The counter of a beat or goodbye, 0 to 65535. */
  public static int counter(byte[] data) {
    return (int) Numbers.get(data, 4, 2);
  }

  /** True when the MAC of a datagram of this kind is right under its session's key. */
  public static boolean isAuthentic(Kind kind, SessionKey key, byte[] data, int length) {
    int session = session(data);
    int counter = counter(data);
    return switch (kind) {
      case BEAT ->
          (int) mac(key, DOMAIN_BEAT, session, counter) == (int) SipHash.littleEndian(data, 6, 4);
      case GOODBYE ->
          mac(key, DOMAIN_GOODBYE, session, counter) == SipHash.littleEndian(data, 6, 8);
      case PAYLOAD_BEAT ->
          payloadMac(key, data, length - GOODBYE_BYTES) == SipHash.littleEndian(data, 6, 8);
      case REGISTRATION, MALFORMED -> false;
    };
  }

  /** Encodes a beat; only the lowest 16 bits of the counter count. */
  public static byte[] beat(SessionKey key, int session, int counter) {
    byte[] data = head(session, counter, BEAT_BYTES);
    Numbers.putLittleEndian(data, 6, mac(key, DOMAIN_BEAT, session, counter), 4);
    return data;
  }

  /** Encodes a beat with a payload of 1 to {@value #PAYLOAD_BYTES_MAX} bytes. */
  public static byte[] beat(SessionKey key, int session, int counter, byte[] payload) {
    if (payload.length < 1 || payload.length > PAYLOAD_BYTES_MAX) {
      throw new IllegalArgumentException(
          "payload must be 1 to " + PAYLOAD_BYTES_MAX + " bytes, was " + payload.length);
    }
    byte[] data = head(session, counter, GOODBYE_BYTES + payload.length);
    System.arraycopy(payload, 0, data, GOODBYE_BYTES, payload.length);
    Numbers.putLittleEndian(data, 6, payloadMac(key, data, payload.length), 8);
    return data;
  }

  /** Encodes a goodbye; its counter is the next one, as if it were a beat. */
  public static byte[] goodbye(SessionKey key, int session, int counter) {
    byte[] data = head(session, counter, GOODBYE_BYTES);
    Numbers.putLittleEndian(data, 6, mac(key, DOMAIN_GOODBYE, session, counter), 8);
    return data;
  }

  /**
   * Encodes the answer to a beat or goodbye.
   *
   * @param counter the whole counter of what is answered; only 4 bits travel, the MAC covers all
   * @param flags {@link #REGISTER_AGAIN}, {@link #GO_ELSEWHERE}
   * @param intervalMillis the interval to keep from now on, or 0 to say nothing about it
   */
  public static byte[] ack(
      SessionKey key, int session, int counter, int flags, int intervalMillis) {
    int info = (counter & 15) << 12 | (flags & 3) << 10 | IntervalCode.encode(intervalMillis);
    byte[] data = head(session, info, ACK_BYTES);
    Numbers.putLittleEndian(data, 6, ackMac(key, session, counter, info), 4);
    return data;
  }

  /**
   * Reads an acknowledgement.
   *
   * @param counter a counter that the client awaits an ack for
   * @return null when it is not an authentic ack of exactly that counter
   */
  public static @Nullable Ack readAck(SessionKey key, int counter, byte[] data, int length) {
    if (length != ACK_BYTES) {
      return null;
    }
    int info = counter(data);
    int session = session(data);
    int mac = (int) ackMac(key, session, counter, info);
    if (info >> 12 != (counter & 15) || mac != (int) SipHash.littleEndian(data, 6, 4)) {
      return null;
    }
    return new Ack((info >> 10 & REGISTER_AGAIN) != 0, (info >> 10 & GO_ELSEWHERE) != 0, info);
  }

  /**
   * An authentic acknowledgement.
   *
   * @param registerAgain the session is not known (any more)
   * @param goElsewhere the node is about to leave
   * @param info the 16 bits as they travelled
   */
  public record Ack(boolean registerAgain, boolean goElsewhere, int info) {
    /** The interval to keep, encoded as {@link IntervalCode}; {@link IntervalCode#NONE} if none. */
    public int intervalCode() {
      return info & 0x3ff;
    }
  }

  private static byte[] head(int session, int low, int length) {
    byte[] data = new byte[length];
    Numbers.put(data, 0, session, 4);
    Numbers.put(data, 4, low, 2);
    return data;
  }

  private static long mac(SessionKey key, int domain, int session, int counter) {
    long bytes =
        domain
            | (Integer.reverseBytes(session) & 0xffffffffL) << 8
            | (long) (counter >> 8 & 0xff) << 40
            | (long) (counter & 0xff) << 48;
    return SipHash.hashShort(key.k0(), key.k1(), bytes, 7);
  }

  private static long payloadMac(SessionKey key, byte[] data, int payloadBytes) {
    byte[] input = new byte[7 + payloadBytes];
    input[0] = DOMAIN_PAYLOAD;
    System.arraycopy(data, 0, input, 1, 6);
    System.arraycopy(data, GOODBYE_BYTES, input, 7, payloadBytes);
    return SipHash.hash(key.k0(), key.k1(), input, 0, input.length);
  }

  private static long ackMac(SessionKey key, int session, int counter, int info) {
    byte[] input = new byte[9];
    input[0] = DOMAIN_ACK;
    Numbers.put(input, 1, session, 4);
    Numbers.put(input, 5, counter, 2);
    Numbers.put(input, 7, info, 2);
    return SipHash.hash(key.k0(), key.k1(), input, 0, input.length);
  }
}
