package io.phial.bench;

import io.phial.core.wire.AesGcmSeal;
import io.phial.core.wire.BeatCodec;
import io.phial.core.wire.ClientSecret;
import io.phial.core.wire.EvidenceKind;
import io.phial.core.wire.Frame;
import io.phial.core.wire.FrameCodec;
import io.phial.core.wire.KeyRing;
import io.phial.core.wire.MalformedFrameException;
import io.phial.core.wire.ReplayGuard;
import io.phial.core.wire.Rumour;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the bytes of a beat cost, from a client and between nodes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class WireBenchmark {
  private static final int SESSIONS = 1 << 10;

  private final ClientSecret secret = ClientSecret.of(new byte[ClientSecret.BYTES]);
  private final byte[][] beats = new byte[SESSIONS][];
  private final FrameCodec codec = new FrameCodec("bench");
  private final FrameCodec sealing = sealed();
  private final FrameCodec opening = sealed();
  private final ByteBuffer buffer = ByteBuffer.allocate(FrameCodec.DATAGRAM_BYTES_MAX);
  private final Frame.Speaker speaker = new Frame.Speaker("node-1", 1_700_000_000, 1_700_000_001);
  private final Frame quiet = new Frame.Beat(speaker, 77, 200_000_000, 76, 1_000_000, 0, List.of());
  private final Frame busy =
      new Frame.Beat(speaker, 77, 200_000_000, 76, 1_000_000, 0, rumours("node-2", "node-3"));
  private byte[] quietBytes;
  private byte[] busyBytes;
  private int next;

  private static List<Rumour> rumours(String subject, String observer) {
    return List.of(
        new Rumour.Accusation(subject, 1_700_000_000, observer, EvidenceKind.SILENCE, 3, 70, 900),
        new Rumour.Vouch(subject, 1_700_000_000, observer, 71),
        new Rumour.ProbeRequest(subject, 1_700_000_000, observer));
  }

  /** Encodes what is to be decoded. */
  @Setup(Level.Trial)
  public void encode() {
    for (int i = 0; i < SESSIONS; i++) {
      beats[i] = BeatCodec.beat(secret.keyOf(i + 1), i + 1, i);
    }
    quietBytes = bytes(quiet);
    busyBytes = bytes(busy);
  }

  private byte[] bytes(Frame frame) {
    buffer.clear();
    return java.util.Arrays.copyOf(buffer.array(), codec.encode(frame, buffer));
  }

  /** A client's datagram: its kind, its session's key, and whether its MAC is right. */
  @Benchmark
  public boolean clientBeatDecode() {
    byte[] data = beats[next++ & (SESSIONS - 1)];
    BeatCodec.Kind kind = BeatCodec.kindOf(data, data.length);
    return BeatCodec.isAuthentic(kind, secret.keyOf(BeatCodec.session(data)), data, data.length);
  }

  /** A node's beat without rumours, as nearly all are. */
  @Benchmark
  public int nodeBeatEncode() {
    buffer.clear();
    return codec.encode(quiet, buffer);
  }

  /** The same, read. */
  @Benchmark
  public Frame nodeBeatDecode() throws MalformedFrameException {
    return codec.decode(ByteBuffer.wrap(quietBytes));
  }

  /** A node's beat with three rumours. */
  @Benchmark
  public int nodeBeatWithRumoursEncode() {
    buffer.clear();
    return codec.encode(busy, buffer);
  }

  /** The same, read. */
  @Benchmark
  public Frame nodeBeatWithRumoursDecode() throws MalformedFrameException {
    return codec.decode(ByteBuffer.wrap(busyBytes));
  }

  // Each reader must see each frame once, as in life: a frame is sealed for each that is opened.
  private static FrameCodec sealed() {
    KeyRing ring = KeyRing.of(1, new byte[32]);
    return new FrameCodec("bench", new AesGcmSeal("bench", ring, () -> 1, new ReplayGuard()));
  }

  /** A node's beat, sealed with AES-256-GCM. */
  @Benchmark
  public int nodeBeatSeal() {
    buffer.clear();
    return sealing.encode(quiet, buffer);
  }

  /** The same, sealed and opened: both ends of a datagram. */
  @Benchmark
  public Frame nodeBeatSealAndOpen() throws MalformedFrameException {
    buffer.clear();
    sealing.encode(quiet, buffer);
    buffer.flip();
    return opening.decode(buffer);
  }
}
