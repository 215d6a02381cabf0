package io.phial.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phial.core.wire.MalformedFrameException.Kind;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class FrameCodecTest {
  private final FrameCodec codec = new FrameCodec("test");

  @Property(tries = 1000)
  void shouldReadBackWhatItWrote(@ForAll long seed) throws MalformedFrameException {
    Frame frame = new RandomFrames(seed).next();
    byte[] bytes = encode(frame);
    assertThat(codec.decode(ByteBuffer.wrap(bytes))).isEqualTo(frame);
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length);
    direct.put(bytes).flip();
    assertThat(codec.decode(direct)).isEqualTo(frame);
  }

  @Property(tries = 100)
  void shouldRefuseEveryTruncation(@ForAll long seed) {
    byte[] bytes = encode(new RandomFrames(seed).next());
    for (int length = 0; length < Math.min(bytes.length, 2000); length++) {
      ByteBuffer cut = ByteBuffer.wrap(bytes, 0, length);
      assertThatThrownBy(() -> codec.decode(cut)).isInstanceOf(MalformedFrameException.class);
      assertThat(cut.hasRemaining()).isFalse();
    }
  }

  @Property(tries = 1000)
  void shouldThrowNothingElseOnDamagedBytes(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = encode(new RandomFrames(seed).next());
    for (int i = 0; i <= random.nextInt(4); i++) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
    }
    decodeQuietly(codec, bytes);
  }

  @Property(tries = 2000)
  void shouldThrowNothingElseOnRandomBodies(@ForAll long seed) {
    // An open seal lets random bodies reach the readers behind it.
    FrameCodec open = new FrameCodec("test", new OpenSeal());
    Random random = new Random(seed);
    byte[] bytes = new byte[6 + random.nextInt(200)];
    random.nextBytes(bytes);
    byte[] header = encode(new Frame.Leave(new Frame.Speaker("n1", 1, 1)));
    System.arraycopy(header, 0, bytes, 0, 3);
    bytes[3] = (byte) (1 + random.nextInt(10));
    bytes[4 % bytes.length] = (byte) random.nextInt(4);
    decodeQuietly(open, bytes);
    byte[] real = encode(new RandomFrames(seed).next());
    real[3 + random.nextInt(real.length - 3)] = (byte) random.nextInt();
    decodeQuietly(open, Arrays.copyOf(real, real.length - random.nextInt(5)));
  }

  @Test
  void shouldTellOtherClustersAndNewerVersionsApart() {
    byte[] bytes = encode(new Frame.Leave(new Frame.Speaker("n1", 1, 1)));
    assertThat(kind(new FrameCodec("other"), bytes)).isEqualTo(Kind.FOREIGN);
    byte[] newer = bytes.clone();
    newer[0] = 2;
    assertThat(kind(codec, newer)).isEqualTo(Kind.UNKNOWN);
    byte[] type = bytes.clone();
    type[3] = 99;
    assertThat(kind(codec, type)).isEqualTo(Kind.MALFORMED);
    FrameCodec open = new FrameCodec("test", new OpenSeal());
    assertThat(kind(open, type)).isEqualTo(Kind.UNKNOWN);
  }

  @Test
  void shouldKeepBeatsSmall() {
    Frame beat =
        new Frame.Beat(
            new Frame.Speaker("n1", 1_763_000_000L, 1_763_000_001L),
            10_000,
            400_000_000,
            10_001,
            123_456_000,
            0,
            List.of());
    assertThat(encode(beat)).hasSizeLessThanOrEqualTo(30);
  }

  @Test
  void shouldFitForwardedBeatsIntoADatagram() {
    int[] sessions = new int[ForwardedBeats.BEATS_MAX];
    Frame frame =
        new ForwardedBeats(
            "x".repeat(64), sessions, new char[sessions.length], new boolean[sessions.length]);
    assertThat(encode(frame)).hasSizeLessThanOrEqualTo(FrameCodec.DATAGRAM_BYTES_MAX);
    Frame unknown = new UnknownSessions("x".repeat(64), new int[UnknownSessions.SESSIONS_MAX]);
    assertThat(encode(unknown)).hasSizeLessThanOrEqualTo(FrameCodec.DATAGRAM_BYTES_MAX);
  }

  @Property(tries = 300)
  void shouldBoundTheSizeOfRumours(@ForAll long seed) {
    Rumour rumour = new RandomFrames(seed).rumour();
    ByteBuffer out = ByteBuffer.allocate(2000);
    RumourBodies.write(rumour, out);
    assertThat(out.position()).isLessThanOrEqualTo(rumour.bytesMax());
  }

  @Test
  void shouldLeaveTheBufferAloneWhenItIsTooSmall() {
    ByteBuffer small = ByteBuffer.allocate(10);
    small.put((byte) 1);
    Frame leave = new Frame.Leave(new Frame.Speaker("n1", 1, 1));
    assertThatThrownBy(() -> codec.encode(leave, small))
        .isInstanceOf(BufferOverflowException.class);
    assertThat(small.position()).isEqualTo(1);
  }

  private byte[] encode(Frame frame) {
    ByteBuffer out = ByteBuffer.allocate(FrameCodec.STREAM_BYTES_MAX);
    int length = codec.encode(frame, out);
    return Arrays.copyOf(out.array(), length);
  }

  private static void decodeQuietly(FrameCodec codec, byte[] bytes) {
    try {
      assertThat(codec.decode(ByteBuffer.wrap(bytes))).isNotNull();
    } catch (MalformedFrameException expected) {
      assertThat(expected.kind()).isNotNull();
    }
  }

  private static Kind kind(FrameCodec codec, byte[] bytes) {
    try {
      throw new AssertionError("decoded " + codec.decode(ByteBuffer.wrap(bytes)));
    } catch (MalformedFrameException e) {
      return e.kind();
    }
  }

  /** Lets everything pass; four bytes of nothing as its tag. */
  private static final class OpenSeal implements FrameSeal {
    @Override
    public int kind() {
      return 0;
    }

    @Override
    public void begin(ByteBuffer frame) {}

    @Override
    public int overheadBytes() {
      return 4;
    }

    @Override
    public void seal(ByteBuffer frame, int frameStart, int bodyStart) {
      frame.putInt(0);
    }

    @Override
    public ByteBuffer open(ByteBuffer frame, int frameStart, int bodyStart)
        throws MalformedFrameException {
      if (frame.limit() - 4 < bodyStart) {
        throw new MalformedFrameException("truncated");
      }
      return frame.slice(bodyStart, frame.limit() - 4 - bodyStart);
    }
  }
}
