package io.phial.core.wire;

/**
 * The 16-byte key of one datagram session, as the two little-endian halves that SipHash takes.
 *
 * @param k0 bytes 0 to 7
 * @param k1 bytes 8 to 15
 */
public record SessionKey(long k0, long k1) {
  /** Length in bytes: {@value}. */
  public static final int BYTES = 16;

  /** Reads a key from its bytes. */
  public static SessionKey read(byte[] data, int from) {
    return new SessionKey(
        SipHash.littleEndian(data, from, 8), SipHash.littleEndian(data, from + 8, 8));
  }

  /** Writes the key's bytes. */
  public void write(byte[] data, int from) {
    Numbers.putLittleEndian(data, from, k0, 8);
    Numbers.putLittleEndian(data, from + 8, k1, 8);
  }

  /** Tells nothing: keys do not belong into logs. */
  @Override
  public String toString() {
    return "SessionKey[hidden]";
  }
}
