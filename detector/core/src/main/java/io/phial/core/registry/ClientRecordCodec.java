package io.phial.core.registry;

import io.phial.core.phi.ArrivalModel;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * {@link ClientRecord} to bytes and back. Big-endian: version (1), flags (1: anonymous), transport
 * (1), verdict (1), profile (1), session (4), incarnation (8), interval (8), last seen (8), quiet
 * until (8), then id, home, zone and estimator, each after its length (1). Enums go by fixed codes,
 * so that their order in the source is free. A reader refuses versions it does not know.
 */
public final class ClientRecordCodec {
  /** Length of an encoded record at most. */
  public static final int BYTES_MAX =
      41
          + 4
          + IdArena.ID_CHARS_MAX
          + 64
          + ClientSpec.ZONE_CHARS_MAX
          + ArrivalModel.EXPORT_BYTES_MAX;

  private static final byte VERSION = 2;
  private static final int FIXED_BYTES = 41;
  private static final int HOME_CHARS_MAX = 64;

  private ClientRecordCodec() {}

  /**
   * Encodes a record.
   *
   * @throws IllegalArgumentException when a part is out of bounds
   */
  public static byte[] encode(ClientRecord record) {
    ClientSpec spec = record.spec();
    ClientTable.check(spec);
    byte[] id = spec.id().getBytes(StandardCharsets.US_ASCII);
    byte[] home = record.home().getBytes(StandardCharsets.UTF_8);
    byte[] zone = spec.zone().getBytes(StandardCharsets.US_ASCII);
    byte[] estimator = record.estimator();
    bound("home", home.length, HOME_CHARS_MAX);
    bound("estimator", estimator.length, ArrivalModel.EXPORT_BYTES_MAX);
    ByteBuffer out =
        ByteBuffer.allocate(
            FIXED_BYTES + 4 + id.length + home.length + zone.length + estimator.length);
    out.put(VERSION).put((byte) (spec.anonymous() ? 1 : 0));
    out.put((byte) code(spec.transport())).put((byte) Codes.of(record.verdict()));
    out.put((byte) spec.profile());
    out.putInt(spec.session()).putLong(spec.incarnation()).putLong(spec.intervalNanos());
    out.putLong(record.lastSeenEpochMillis()).putLong(record.quietUntilEpochMillis());
    for (byte[] part : new byte[][] {id, home, zone, estimator}) {
      out.put((byte) part.length).put(part);
    }
    return out.array();
  }

  private static void bound(String part, int bytes, int bytesMax) {
    if (bytes > bytesMax) {
      throw new IllegalArgumentException(
          part + " must be at most " + bytesMax + " bytes, was " + bytes);
    }
  }

  /**
   * Decodes a record.
   *
   * @throws MalformedRecordException when the bytes are no record of a known version
   */
  public static ClientRecord decode(byte[] bytes) throws MalformedRecordException {
    try {
      return read(ByteBuffer.wrap(bytes));
    } catch (BufferUnderflowException e) {
      throw malformed("cut short at " + bytes.length + " bytes");
    } catch (IllegalArgumentException e) {
      throw malformed(String.valueOf(e.getMessage()));
    }
  }

  private static ClientRecord read(ByteBuffer in) throws MalformedRecordException {
    byte version = in.get();
    if (version != VERSION) {
      throw malformed("version must be " + VERSION + ", was " + version);
    }
    byte flags = in.get();
    if (flags < 0 || flags > 1) {
      throw malformed("flags must be 0 or 1, was " + flags);
    }
    Transport transport = transport(in.get());
    Verdict verdict = verdict(in.get());
    int profile = in.get();
    int session = in.getInt();
    long incarnation = in.getLong();
    long intervalNanos = in.getLong();
    long lastSeenEpochMillis = in.getLong();
    long quietUntilEpochMillis = in.getLong();
    String id = new String(part(in, IdArena.ID_CHARS_MAX), StandardCharsets.ISO_8859_1);
    String home = new String(part(in, HOME_CHARS_MAX), StandardCharsets.UTF_8);
    String zone = new String(part(in, ClientSpec.ZONE_CHARS_MAX), StandardCharsets.ISO_8859_1);
    byte[] estimator = part(in, ArrivalModel.EXPORT_BYTES_MAX);
    if (in.hasRemaining()) {
      throw malformed(in.remaining() + " bytes too many");
    }
    ClientSpec spec =
        new ClientSpec(
            id, session, incarnation, transport, intervalNanos, flags == 1, profile, zone);
    ClientTable.check(spec);
    return new ClientRecord(
        spec, home, verdict, lastSeenEpochMillis, estimator, quietUntilEpochMillis);
  }

  private static byte[] part(ByteBuffer in, int bytesMax) throws MalformedRecordException {
    int length = in.get() & 0xFF;
    if (length > bytesMax) {
      throw malformed("length must be at most " + bytesMax + ", was " + length);
    }
    byte[] part = new byte[length];
    in.get(part);
    return part;
  }

  private static int code(Transport transport) {
    return switch (transport) {
      case UDP -> 1;
      case TCP -> 2;
    };
  }

  private static Transport transport(int code) throws MalformedRecordException {
    return switch (code) {
      case 1 -> Transport.UDP;
      case 2 -> Transport.TCP;
      default -> throw malformed("no transport " + code);
    };
  }

  private static Verdict verdict(int code) throws MalformedRecordException {
    if (code < 0 || code >= Codes.VERDICT_COUNT) {
      throw malformed("no verdict " + code);
    }
    return Codes.verdict(code);
  }

  private static MalformedRecordException malformed(String what) {
    return new MalformedRecordException("malformed client record: " + what);
  }
}
