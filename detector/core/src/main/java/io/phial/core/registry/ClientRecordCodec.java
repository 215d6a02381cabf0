package io.phial.core.registry;

import io.phial.core.phi.ArrivalModel;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * {@link ClientRecord} to bytes and back. Big-endian: version (1), flags (1: anonymous), transport
 * (1), verdict (1), session (4), incarnation (8), interval (8), last seen (8), then id, home and
 * estimator, each after its length (1). Enums go by fixed codes, so that their order in the source
 * is free. A reader refuses versions it does not know.
 */
public final class ClientRecordCodec {
  /** Length of an encoded record at most. */
  public static final int BYTES_MAX =
      32 + 3 + IdArena.ID_CHARS_MAX + 64 + ArrivalModel.EXPORT_BYTES_MAX;

  private static final byte VERSION = 1;
  private static final int FIXED_BYTES = 32;
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
    byte[] estimator = record.estimator();
    bound("home", home.length, HOME_CHARS_MAX);
    bound("estimator", estimator.length, ArrivalModel.EXPORT_BYTES_MAX);
    ByteBuffer out =
        ByteBuffer.allocate(FIXED_BYTES + 3 + id.length + home.length + estimator.length);
    out.put(VERSION).put((byte) (spec.anonymous() ? 1 : 0));
    out.put((byte) code(spec.transport())).put((byte) Codes.of(record.verdict()));
    out.putInt(spec.session()).putLong(spec.incarnation()).putLong(spec.intervalNanos());
    out.putLong(record.lastSeenEpochMillis());
    for (byte[] part : new byte[][] {id, home, estimator}) {
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
    int session = in.getInt();
    long incarnation = in.getLong();
    long intervalNanos = in.getLong();
    long lastSeenEpochMillis = in.getLong();
    String id = new String(part(in, IdArena.ID_CHARS_MAX), StandardCharsets.ISO_8859_1);
    String home = new String(part(in, HOME_CHARS_MAX), StandardCharsets.UTF_8);
    byte[] estimator = part(in, ArrivalModel.EXPORT_BYTES_MAX);
    if (in.hasRemaining()) {
      throw malformed(in.remaining() + " bytes too many");
    }
    ClientSpec spec =
        new ClientSpec(id, session, incarnation, transport, intervalNanos, flags == 1);
    ClientTable.check(spec);
    return new ClientRecord(spec, home, verdict, lastSeenEpochMillis, estimator);
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
