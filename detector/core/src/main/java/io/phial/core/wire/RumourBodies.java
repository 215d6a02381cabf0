package io.phial.core.wire;

import io.phial.core.wire.MalformedFrameException.Kind;
import io.phial.core.wire.Rumour.Accusation;
import io.phial.core.wire.Rumour.Alive;
import io.phial.core.wire.Rumour.Frail;
import io.phial.core.wire.Rumour.ProbeRequest;
import io.phial.core.wire.Rumour.Verdict;
import io.phial.core.wire.Rumour.Vouch;
import java.nio.ByteBuffer;

/** Rumours as bytes: one byte of type, then the parts in the order of the record. */
final class RumourBodies {
  private static final int ALIVE = 1;
  private static final int VERDICT = 2;
  private static final int ACCUSATION = 3;
  private static final int VOUCH = 4;
  private static final int PROBE_REQUEST = 5;
  private static final int FRAIL = 6;

  private static final long CENTIPHI_MAX = 0x1FFFFF;
  private static final int OBSERVERS_MAX = 0x3FFF;

  private RumourBodies() {}

  static void write(Rumour rumour, ByteBuffer out) {
    if (rumour instanceof Alive alive) {
      out.put((byte) ALIVE);
      NodeInfoCodec.write(alive.node(), out);
      FrameBodies.writeLife(alive.birth(), alive.incarnation(), out);
    } else if (rumour instanceof Verdict verdict) {
      writeHead(VERDICT, verdict, out);
      out.put((byte) verdict.standing().code());
      writePhi(verdict.phi(), out);
      WireText.writeNumber(Math.min(verdict.observers(), OBSERVERS_MAX), out);
      out.put((byte) verdict.kind().code());
      WireText.writeNumber(verdict.silenceMillis(), out);
    } else if (rumour instanceof Accusation accusation) {
      writeHead(ACCUSATION, accusation, out);
      WireText.writeId(accusation.observer(), out);
      out.put((byte) accusation.kind().code());
      writePhi(accusation.phi(), out);
      WireText.writeNumber(accusation.lastSequence() + 1, out);
      WireText.writeNumber(accusation.silenceMillis(), out);
    } else if (rumour instanceof Vouch vouch) {
      writeHead(VOUCH, vouch, out);
      WireText.writeId(vouch.observer(), out);
      WireText.writeNumber(vouch.sequence(), out);
    } else if (rumour instanceof ProbeRequest request) {
      writeHead(PROBE_REQUEST, request, out);
      WireText.writeId(request.observer(), out);
    } else if (rumour instanceof Frail frail) {
      writeHead(FRAIL, frail, out);
      WireText.writeId(frail.observer(), out);
      WireText.writeNumber(frail.sequence(), out);
      WireText.writeNumber(Math.min(frail.observers(), OBSERVERS_MAX), out);
      out.put((byte) frail.lossPercent());
    } else {
      throw new IllegalStateException("rumour has no type: " + rumour);
    }
  }

  private static void writeHead(int type, Rumour rumour, ByteBuffer out) {
    out.put((byte) type);
    WireText.writeId(rumour.subject(), out);
    WireText.writeNumber(rumour.incarnation(), out);
  }

  static Rumour read(ByteBuffer in) throws MalformedFrameException {
    int type = readByte(in);
    if (type == ALIVE) {
      return readAlive(in);
    }
    if (type < ALIVE || type > FRAIL) {
      throw new MalformedFrameException(Kind.UNKNOWN, "unknown rumour type");
    }
    String subject = WireText.readId(in);
    long incarnation = WireText.readNumber(in, Long.MAX_VALUE);
    if (type == VERDICT) {
      return readVerdict(subject, incarnation, in);
    }
    String observer = WireText.readId(in);
    return switch (type) {
      case ACCUSATION ->
          new Accusation(
              subject,
              incarnation,
              observer,
              readKind(in),
              readPhi(in),
              WireText.readNumber(in, Long.MAX_VALUE) - 1,
              WireText.readNumber(in, Long.MAX_VALUE));
      case VOUCH ->
          new Vouch(subject, incarnation, observer, WireText.readNumber(in, Long.MAX_VALUE));
      case FRAIL -> readFrail(subject, incarnation, observer, in);
      default -> new ProbeRequest(subject, incarnation, observer);
    };
  }

  private static Alive readAlive(ByteBuffer in) throws MalformedFrameException {
    NodeInfo node = NodeInfoCodec.read(in);
    long incarnation = WireText.readNumber(in, Long.MAX_VALUE);
    return new Alive(node, incarnation - WireText.readNumber(in, incarnation), incarnation);
  }

  private static Verdict readVerdict(String subject, long incarnation, ByteBuffer in)
      throws MalformedFrameException {
    Standing standing = readStanding(in);
    if (standing == Standing.ALIVE) {
      throw new MalformedFrameException("nobody but the node itself says that it is alive");
    }
    return new Verdict(
        subject,
        incarnation,
        standing,
        readPhi(in),
        (int) WireText.readNumber(in, OBSERVERS_MAX),
        readKind(in),
        WireText.readNumber(in, Long.MAX_VALUE));
  }

  private static Frail readFrail(String subject, long incarnation, String observer, ByteBuffer in)
      throws MalformedFrameException {
    long sequence = WireText.readNumber(in, Long.MAX_VALUE);
    int observers = (int) WireText.readNumber(in, OBSERVERS_MAX);
    int lossPercent = readByte(in);
    if (lossPercent > 100) {
      throw new MalformedFrameException("more than all beats are lost");
    }
    return new Frail(subject, incarnation, observer, sequence, observers, lossPercent);
  }

  static Standing readStanding(ByteBuffer in) throws MalformedFrameException {
    return Standing.of(readByte(in));
  }

  static EvidenceKind readKind(ByteBuffer in) throws MalformedFrameException {
    return EvidenceKind.of(readByte(in));
  }

  private static void writePhi(double phi, ByteBuffer out) {
    if (!(phi >= 0)) {
      throw new IllegalArgumentException("phi must be 0 or more, was " + phi);
    }
    WireText.writeNumber(Math.min(Math.round(phi * 100), CENTIPHI_MAX), out);
  }

  private static double readPhi(ByteBuffer in) throws MalformedFrameException {
    return WireText.readNumber(in, CENTIPHI_MAX) / 100.0;
  }

  private static int readByte(ByteBuffer in) throws MalformedFrameException {
    WireText.need(in, 1);
    return in.get() & 0xFF;
  }
}
