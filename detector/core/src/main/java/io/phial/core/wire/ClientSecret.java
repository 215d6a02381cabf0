package io.phial.core.wire;

import java.nio.charset.StandardCharsets;

/**
 * The secret that all nodes of a cluster share for their clients' datagrams: session keys and
 * cookies follow from it, so any node can check any datagram without keeping anything. Immutable
 * and thread-safe.
 */
public final class ClientSecret {
  /** Length in bytes: {@value}. */
  public static final int BYTES = 16;

  /** A cookie is good for one to two of these, in milliseconds: {@value}. */
  public static final long COOKIE_BUCKET_MILLIS = 30_000;

  // Each use of the secret hashes another first byte, so that no output serves another purpose.
  private static final int DOMAIN_KEY_LOW = 0x21;
  private static final int DOMAIN_KEY_HIGH = 0x22;
  private static final byte DOMAIN_COOKIE = 0x31;

  private final long k0;
  private final long k1;

  private ClientSecret(long k0, long k1) {
    this.k0 = k0;
    this.k1 = k1;
  }

  /**
   * Takes the secret's bytes.
   *
   * @throws IllegalArgumentException when there are not exactly {@value #BYTES}
   */
  public static ClientSecret of(byte[] secret) {
    if (secret.length != BYTES) {
      throw new IllegalArgumentException(
          "client secret must be " + BYTES + " bytes, was " + secret.length);
    }
    return new ClientSecret(SipHash.littleEndian(secret, 0, 8), SipHash.littleEndian(secret, 8, 8));
  }

  /** The key of a session: the same on every node. */
  public SessionKey keyOf(int session) {
    long bytes = (Integer.reverseBytes(session) & 0xffffffffL) << 8;
    return new SessionKey(
        SipHash.hashShort(k0, k1, bytes | DOMAIN_KEY_LOW, 5),
        SipHash.hashShort(k0, k1, bytes | DOMAIN_KEY_HIGH, 5));
  }

  /**
   * The proof that a client reads what is sent to its address.
   *
   * @param address the client's address and port as the node sees them
   * @return never 0, which stands for no cookie
   */
  public long cookie(String address, String id, long nowEpochMillis) {
    return cookieOfBucket(address, id, Math.floorDiv(nowEpochMillis, COOKIE_BUCKET_MILLIS));
  }

  /** True for a cookie of this or the previous bucket of time. */
  public boolean isCookie(long cookie, String address, String id, long nowEpochMillis) {
    long bucket = Math.floorDiv(nowEpochMillis, COOKIE_BUCKET_MILLIS);
    return cookie == cookieOfBucket(address, id, bucket)
        || cookie == cookieOfBucket(address, id, bucket - 1);
  }

  private long cookieOfBucket(String address, String id, long bucket) {
    byte[] where = address.getBytes(StandardCharsets.UTF_8);
    byte[] who = id.getBytes(StandardCharsets.UTF_8);
    byte[] input = new byte[11 + where.length + who.length];
    input[0] = DOMAIN_COOKIE;
    Numbers.put(input, 1, bucket, 8);
    Numbers.put(input, 9, where.length, 2);
    System.arraycopy(where, 0, input, 11, where.length);
    System.arraycopy(who, 0, input, 11 + where.length, who.length);
    long cookie = SipHash.hash(k0, k1, input, 0, input.length);
    return cookie == 0 ? 1 : cookie;
  }

  /** Tells nothing: secrets do not belong into logs. */
  @Override
  public String toString() {
    return "ClientSecret[hidden]";
  }
}
