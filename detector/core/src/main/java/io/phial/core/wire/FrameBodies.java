package io.phial.core.wire;

import io.phial.core.wire.Frame.Beat;
import io.phial.core.wire.Frame.Call;
import io.phial.core.wire.Frame.Digest;
import io.phial.core.wire.Frame.Echo;
import io.phial.core.wire.Frame.Gossip;
import io.phial.core.wire.Frame.Join;
import io.phial.core.wire.Frame.JoinReply;
import io.phial.core.wire.Frame.Leave;
import io.phial.core.wire.Frame.ShortBeat;
import io.phial.core.wire.Frame.Speaker;
import io.phial.core.wire.Frame.Sync;
import io.phial.core.wire.MalformedFrameException.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Type and body of each frame, inside the seal. Numbers are varints unless said otherwise. */
final class FrameBodies {
  private static final int BEAT = 1;
  private static final int ECHO = 2;
  private static final int GOSSIP = 3;
  private static final int JOIN = 4;
  private static final int JOIN_REPLY = 5;
  private static final int SYNC = 6;
  private static final int LEAVE = 7;
  private static final int FORWARDED_BEATS = 8;
  private static final int UNKNOWN_SESSIONS = 9;

  private static final int CALL = 10;
  private static final int DIGEST = 11;
  private static final int FORWARDED_WORD = 12;

  // A short beat says the rest in the lower bits of its type.
  private static final int SHORT_BEAT = 0x80;
  private static final int SHORT_RUMOURS = 0x40;
  private static final int SHORT_ECHO = 0x20;
  private static final int SHORT_WANTED = 0x10;
  private static final long HOLD_UNIT_NANOS = 64_000;

  private static final int HEALTH_MAX = 15;
  private static final int HAS_ECHO = 0x10;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long NANOS_PER_MICRO = 1_000;
  private static final long INTERVAL_MILLIS_MAX = 86_400_000;
  private static final long HOLD_MICROS_MAX = 86_400_000_000L;

  private FrameBodies() {}

  static void write(Frame frame, ByteBuffer out) {
    if (frame instanceof Beat beat) {
      out.put((byte) BEAT);
      writeBeat(beat, out);
    } else if (frame instanceof Echo echo) {
      writeHead(ECHO, echo.from(), out);
      out.put((byte) health(echo.health()));
      writeEcho(echo.echoSequence(), echo.echoHoldNanos(), out);
      writeRumours(echo.rumours(), out);
    } else if (frame instanceof Gossip gossip) {
      writeHead(GOSSIP, gossip.from(), out);
      out.put((byte) health(gossip.health()));
      writeRumours(gossip.rumours(), out);
    } else if (frame instanceof Join join) {
      writeHead(JOIN, join.from(), out);
      NodeInfoCodec.write(join.node(), out);
    } else if (frame instanceof JoinReply reply) {
      writeHead(JOIN_REPLY, reply.from(), out);
      writeStates(reply.states(), out);
    } else if (frame instanceof Sync sync) {
      writeHead(SYNC, sync.from(), out);
      out.put((byte) (sync.answer() ? 1 : 0));
      writeStates(sync.states(), out);
    } else if (frame instanceof ShortBeat beat) {
      writeShort(beat, out);
    } else if (frame instanceof Call call) {
      writeHead(CALL, call.from(), out);
      out.put((byte) (call.answer() ? 1 : 0));
    } else if (frame instanceof Digest digest) {
      writeHead(DIGEST, digest.from(), out);
      out.putLong(digest.digest());
    } else if (frame instanceof Leave leave) {
      writeHead(LEAVE, leave.from(), out);
    } else if (frame instanceof ForwardedBeats beats) {
      writeForwarded(beats, out);
    } else if (frame instanceof ForwardedWord word) {
      writeWord(word, out);
    } else if (frame instanceof UnknownSessions unknown) {
      writeUnknown(unknown, out);
    } else {
      throw new IllegalStateException("frame has no type: " + frame);
    }
  }

  static Frame read(ByteBuffer in) throws MalformedFrameException {
    WireText.need(in, 1);
    int type = in.get() & 0xFF;
    if (type >= SHORT_BEAT) {
      return readShort(type, in);
    }
    return switch (type) {
      case BEAT -> readBeat(in);
      case ECHO -> readEcho(in);
      case GOSSIP -> new Gossip(readSpeaker(in), readFlags(in) & HEALTH_MAX, readRumours(in));
      case JOIN -> readJoin(in);
      case JOIN_REPLY -> new JoinReply(readSpeaker(in), readStates(in));
      case SYNC -> new Sync(readSpeaker(in), readFlags(in) != 0, readStates(in));
      case LEAVE -> new Leave(readSpeaker(in));
      case FORWARDED_BEATS -> readForwarded(in);
      case UNKNOWN_SESSIONS -> readUnknown(in);
      case FORWARDED_WORD -> readWord(in);
      case CALL -> new Call(readSpeaker(in), readFlags(in) != 0);
      case DIGEST -> readDigest(in);
      default -> throw new MalformedFrameException(Kind.UNKNOWN, "unknown frame type");
    };
  }

  private static void writeBeat(Beat beat, ByteBuffer out) {
    writeSpeaker(beat.from(), out);
    boolean echo = beat.echoSequence() >= 0;
    out.put((byte) (health(beat.health()) | (echo ? HAS_ECHO : 0)));
    WireText.writeNumber(beat.sequence(), out);
    WireText.writeNumber(beat.intervalNanos() / NANOS_PER_MILLI, out);
    if (echo) {
      writeEcho(beat.echoSequence(), beat.echoHoldNanos(), out);
    }
    writeRumours(beat.rumours(), out);
  }

  private static Beat readBeat(ByteBuffer in) throws MalformedFrameException {
    Speaker from = readSpeaker(in);
    int flags = readFlags(in);
    long sequence = WireText.readNumber(in, Long.MAX_VALUE);
    long interval = WireText.readNumber(in, INTERVAL_MILLIS_MAX) * NANOS_PER_MILLI;
    long echo = -1;
    long hold = 0;
    if ((flags & HAS_ECHO) != 0) {
      echo = WireText.readNumber(in, Long.MAX_VALUE);
      hold = WireText.readNumber(in, HOLD_MICROS_MAX) * NANOS_PER_MICRO;
    }
    return new Beat(from, sequence, interval, echo, hold, flags & HEALTH_MAX, readRumours(in));
  }

  private static void writeShort(ShortBeat beat, ByteBuffer out) {
    int type = SHORT_BEAT | health(beat.health());
    type |= beat.rumours().isEmpty() ? 0 : SHORT_RUMOURS;
    type |= beat.echoSequence() < 0 ? 0 : SHORT_ECHO;
    type |= beat.wanted() ? SHORT_WANTED : 0;
    out.put((byte) type).putInt(beat.life()).putShort((short) beat.sequence());
    if (beat.echoSequence() >= 0) {
      long hold = Math.min(ShortBeat.HOLD_NANOS_MAX, beat.echoHoldNanos()) / HOLD_UNIT_NANOS;
      out.put((byte) beat.echoSequence()).putShort((short) hold);
    }
    if (!beat.rumours().isEmpty()) {
      writeRumours(beat.rumours(), out);
    }
  }

  private static ShortBeat readShort(int type, ByteBuffer in) throws MalformedFrameException {
    boolean echoes = (type & SHORT_ECHO) != 0;
    WireText.need(in, echoes ? 9 : 6);
    int life = in.getInt();
    int sequence = in.getChar();
    int echo = echoes ? in.get() & 0xFF : -1;
    long hold = echoes ? in.getChar() * HOLD_UNIT_NANOS : 0;
    List<Rumour> rumours = (type & SHORT_RUMOURS) != 0 ? readRumours(in) : List.of();
    return new ShortBeat(
        life, sequence, echo, hold, type & HEALTH_MAX, (type & SHORT_WANTED) != 0, rumours);
  }

  private static Digest readDigest(ByteBuffer in) throws MalformedFrameException {
    Speaker from = readSpeaker(in);
    WireText.need(in, Long.BYTES);
    return new Digest(from, in.getLong());
  }

  private static void writeEcho(long sequence, long holdNanos, ByteBuffer out) {
    WireText.writeNumber(sequence, out);
    WireText.writeNumber(Math.min(holdNanos / NANOS_PER_MICRO, HOLD_MICROS_MAX), out);
  }

  private static Echo readEcho(ByteBuffer in) throws MalformedFrameException {
    Speaker from = readSpeaker(in);
    int flags = readFlags(in);
    long sequence = WireText.readNumber(in, Long.MAX_VALUE);
    long hold = WireText.readNumber(in, HOLD_MICROS_MAX) * NANOS_PER_MICRO;
    return new Echo(from, sequence, hold, flags & HEALTH_MAX, readRumours(in));
  }

  private static Join readJoin(ByteBuffer in) throws MalformedFrameException {
    Speaker from = readSpeaker(in);
    NodeInfo node = NodeInfoCodec.read(in);
    if (!node.id().equals(from.id())) {
      throw new MalformedFrameException("join of somebody else");
    }
    return new Join(from, node);
  }

  private static void writeHead(int type, Speaker from, ByteBuffer out) {
    out.put((byte) type);
    writeSpeaker(from, out);
  }

  private static void writeSpeaker(Speaker from, ByteBuffer out) {
    WireText.writeId(from.id(), out);
    writeLife(from.birth(), from.incarnation(), out);
  }

  private static Speaker readSpeaker(ByteBuffer in) throws MalformedFrameException {
    String id = WireText.readId(in);
    long incarnation = WireText.readNumber(in, Long.MAX_VALUE);
    return new Speaker(id, incarnation - WireText.readNumber(in, incarnation), incarnation);
  }

  /** Writes an incarnation and how far it is past its birth: usually one byte. */
  static void writeLife(long birth, long incarnation, ByteBuffer out) {
    WireText.writeNumber(incarnation, out);
    WireText.writeNumber(incarnation - birth, out);
  }

  private static void writeRumours(List<Rumour> rumours, ByteBuffer out) {
    if (rumours.size() > Frame.RUMOURS_MAX) {
      throw new IllegalArgumentException("rumours must be at most 64, was " + rumours.size());
    }
    out.put((byte) rumours.size());
    for (Rumour rumour : rumours) {
      RumourBodies.write(rumour, out);
    }
  }

  private static List<Rumour> readRumours(ByteBuffer in) throws MalformedFrameException {
    int count = readFlags(in);
    if (count > Frame.RUMOURS_MAX) {
      throw new MalformedFrameException("too many rumours");
    }
    List<Rumour> rumours = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rumours.add(RumourBodies.read(in));
    }
    return List.copyOf(rumours);
  }

  private static void writeStates(List<NodeState> states, ByteBuffer out) {
    if (states.size() > Frame.STATES_MAX) {
      throw new IllegalArgumentException("states must be at most 1024, was " + states.size());
    }
    WireText.writeNumber(states.size(), out);
    for (NodeState state : states) {
      NodeInfoCodec.write(state.node(), out);
      writeLife(state.birth(), state.incarnation(), out);
      out.put((byte) state.standing().code());
      out.put((byte) state.evidence().code());
    }
  }

  private static List<NodeState> readStates(ByteBuffer in) throws MalformedFrameException {
    int count = (int) WireText.readNumber(in, Frame.STATES_MAX);
    List<NodeState> states = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      NodeInfo node = NodeInfoCodec.read(in);
      long incarnation = WireText.readNumber(in, Long.MAX_VALUE);
      long birth = incarnation - WireText.readNumber(in, incarnation);
      Standing standing = RumourBodies.readStanding(in);
      EvidenceKind evidence = RumourBodies.readKind(in);
      states.add(new NodeState(node, birth, incarnation, standing, evidence));
    }
    return List.copyOf(states);
  }

  /** Sender, count, then sessions (4 bytes), sequences (2), and one bit each for goodbyes. */
  private static void writeForwarded(ForwardedBeats beats, ByteBuffer out) {
    out.put((byte) FORWARDED_BEATS);
    WireText.writeId(beats.sender(), out);
    WireText.writeNumber(beats.count(), out);
    byte[] bits = new byte[(beats.count() + 7) / 8];
    for (int i = 0; i < beats.count(); i++) {
      out.putInt(beats.sessions()[i]).putChar(beats.sequences()[i]);
      bits[i / 8] |= (byte) (beats.goodbyes()[i] ? 1 << i % 8 : 0);
    }
    out.put(bits);
  }

  private static ForwardedBeats readForwarded(ByteBuffer in) throws MalformedFrameException {
    String sender = WireText.readId(in);
    int count = (int) WireText.readNumber(in, ForwardedBeats.BEATS_MAX);
    WireText.need(in, count * 6 + (count + 7) / 8);
    int[] sessions = new int[count];
    char[] sequences = new char[count];
    for (int i = 0; i < count; i++) {
      sessions[i] = in.getInt();
      sequences[i] = in.getChar();
    }
    byte[] bits = new byte[(count + 7) / 8];
    in.get(bits);
    boolean[] goodbyes = new boolean[count];
    for (int i = 0; i < count; i++) {
      goodbyes[i] = (bits[i / 8] >> i % 8 & 1) != 0;
    }
    return new ForwardedBeats(sender, sessions, sequences, goodbyes);
  }

  private static void writeWord(ForwardedWord word, ByteBuffer out) {
    out.put((byte) FORWARDED_WORD);
    WireText.writeId(word.sender(), out);
    out.putInt(word.session()).putChar(word.sequence());
    out.put((byte) word.payload().length).put(word.payload());
  }

  private static ForwardedWord readWord(ByteBuffer in) throws MalformedFrameException {
    String sender = WireText.readId(in);
    WireText.need(in, 7);
    int session = in.getInt();
    char sequence = in.getChar();
    int length = in.get() & 0xFF;
    if (length < 1 || length > BeatCodec.PAYLOAD_BYTES_MAX) {
      throw new MalformedFrameException(Kind.MALFORMED, "payload must be 1 to 64 bytes");
    }
    WireText.need(in, length);
    byte[] payload = new byte[length];
    in.get(payload);
    return new ForwardedWord(sender, session, sequence, payload);
  }

  private static void writeUnknown(UnknownSessions unknown, ByteBuffer out) {
    out.put((byte) UNKNOWN_SESSIONS);
    WireText.writeId(unknown.sender(), out);
    WireText.writeNumber(unknown.sessions().length, out);
    for (int session : unknown.sessions()) {
      out.putInt(session);
    }
  }

  private static UnknownSessions readUnknown(ByteBuffer in) throws MalformedFrameException {
    String sender = WireText.readId(in);
    int count = (int) WireText.readNumber(in, UnknownSessions.SESSIONS_MAX);
    WireText.need(in, count * 4);
    int[] sessions = new int[count];
    for (int i = 0; i < count; i++) {
      sessions[i] = in.getInt();
    }
    return new UnknownSessions(sender, sessions);
  }

  private static int readFlags(ByteBuffer in) throws MalformedFrameException {
    WireText.need(in, 1);
    return in.get() & 0xFF;
  }

  private static int health(int health) {
    if (health < 0 || health > HEALTH_MAX) {
      throw new IllegalArgumentException("health must be 0 to 15, was " + health);
    }
    return health;
  }
}
