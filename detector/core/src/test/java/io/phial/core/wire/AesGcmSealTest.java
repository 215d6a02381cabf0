package io.phial.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phial.core.wire.MalformedFrameException.Kind;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.LongSupplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class AesGcmSealTest {
  private static final KeyRing OLD = KeyRing.of(1, key(1));
  private static final Frame LEAVE = new Frame.Leave(new Frame.Speaker("n1", 1, 1));

  private long lastSalt;

  private static byte[] key(int fill) {
    byte[] key = new byte[fill % 2 == 0 ? 16 : 32];
    Arrays.fill(key, (byte) fill);
    return key;
  }

  private AesGcmSeal seal(KeyRing ring) {
    return new AesGcmSeal("test", ring, () -> ++lastSalt, new ReplayGuard());
  }

  private FrameCodec codec(KeyRing ring) {
    return new FrameCodec("test", seal(ring));
  }

  @Property(tries = 500)
  void shouldReadBackWhatItWrote(@ForAll long seed) throws MalformedFrameException {
    Frame frame = new RandomFrames(seed).next();
    byte[] bytes = encode(codec(OLD), frame);
    assertThat(codec(OLD).decode(ByteBuffer.wrap(bytes))).isEqualTo(frame);
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    assertThat(codec(OLD).decode(direct)).isEqualTo(frame);
  }

  @Property(tries = 300)
  void shouldRefuseEveryChangeAndEveryTruncation(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = encode(codec(OLD), new RandomFrames(seed).next());
    byte[] changed = bytes.clone();
    changed[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
    assertThat(kind(codec(OLD), changed)).isNotNull();
    assertThat(kind(codec(OLD), Arrays.copyOf(bytes, random.nextInt(bytes.length)))).isNotNull();
    assertThat(kind(codec(OLD), Arrays.copyOf(bytes, bytes.length + 1))).isEqualTo(Kind.WRONG_KEY);
  }

  @Test
  void shouldTellWhyAFrameIsNotTaken() {
    byte[] bytes = encode(codec(OLD), LEAVE);
    assertThat(kind(codec(KeyRing.of(1, key(3))), bytes)).isEqualTo(Kind.WRONG_KEY);
    assertThat(kind(codec(KeyRing.of(2, key(1))), bytes)).isEqualTo(Kind.WRONG_KEY);
    assertThat(kind(new FrameCodec("test"), bytes)).isEqualTo(Kind.UNSEALED);
    assertThat(kind(codec(OLD), encode(new FrameCodec("test"), LEAVE))).isEqualTo(Kind.UNSEALED);
    assertThat(kind(new FrameCodec("other", seal(OLD)), bytes)).isEqualTo(Kind.FOREIGN);
    byte[] newer = bytes.clone();
    newer[0] = 0x12;
    assertThat(kind(codec(OLD), newer)).isEqualTo(Kind.UNKNOWN);
    newer[0] = 0x21;
    assertThat(kind(codec(OLD), newer)).isEqualTo(Kind.UNKNOWN);
    assertThat(kind(codec(OLD), new byte[FrameCodec.STREAM_BYTES_MAX + 1])).isEqualTo(Kind.TOO_BIG);
  }

  @Test
  void shouldSealTheClusterLabelIn() {
    // Same fence, other label: the tag must tell.
    AesGcmSeal other = new AesGcmSeal("other", OLD, () -> 7, new ReplayGuard());
    byte[] bytes = encode(new FrameCodec("test", other), LEAVE);
    assertThat(kind(codec(OLD), bytes)).isEqualTo(Kind.WRONG_KEY);
  }

  @Test
  void shouldTakeAFrameOnce() {
    FrameCodec reader = codec(OLD);
    FrameCodec writer = codec(OLD);
    byte[] first = encode(writer, LEAVE);
    byte[] second = encode(writer, LEAVE);
    assertThat(kind(reader, second)).isNull();
    assertThat(kind(reader, first)).isNull();
    assertThat(kind(reader, first)).isEqualTo(Kind.REPLAYED);
    assertThat(kind(reader, second)).isEqualTo(Kind.REPLAYED);
  }

  @Test
  void shouldNotLetForgedFramesMoveTheWindow() {
    FrameCodec reader = codec(OLD);
    FrameCodec writer = codec(OLD);
    byte[] first = encode(writer, LEAVE);
    byte[] forged = first.clone();
    forged[12] = 0x7F; // a counter far ahead
    assertThat(kind(reader, forged)).isEqualTo(Kind.WRONG_KEY);
    assertThat(kind(reader, first)).isNull();
  }

  @Test
  void shouldRotateWithoutLosingAFrame() {
    AesGcmSeal a = seal(OLD);
    AesGcmSeal b = seal(OLD);
    FrameCodec first = new FrameCodec("test", a);
    FrameCodec second = new FrameCodec("test", b);
    KeyRing both = OLD.with(2, key(2));
    KeyRing turned = KeyRing.parse(KeyRing.of(2, key(2)).text() + OLD.text());
    KeyRing last = KeyRing.of(2, key(2));
    for (KeyRing ring : List.of(both, turned, last)) {
      a.ring(ring);
      assertThat(kind(second, encode(first, LEAVE))).as("to a later node").isNull();
      assertThat(kind(first, encode(second, LEAVE))).as("to an earlier node").isNull();
      b.ring(ring);
      assertThat(kind(second, encode(first, LEAVE))).isNull();
      assertThat(kind(first, encode(second, LEAVE))).isNull();
    }
    assertThat(kind(first, encode(codec(OLD), LEAVE))).isEqualTo(Kind.WRONG_KEY);
  }

  @Test
  void shouldNeverUseANonceTwice() {
    Set<String> nonces = new HashSet<>();
    LongSupplier salts = () -> ++lastSalt;
    for (int life = 0; life < 3; life++) {
      FrameCodec writer =
          new FrameCodec("test", new AesGcmSeal("test", OLD, salts, new ReplayGuard()));
      for (int i = 0; i < 1000; i++) {
        // Salt and counter are the nonce; both are in clear right after header and key id.
        byte[] clear = Arrays.copyOfRange(encode(writer, LEAVE), 4, i < 128 ? 13 : 14);
        assertThat(nonces.add(Arrays.toString(clear))).isTrue();
      }
    }
  }

  @Test
  void shouldMixSealsOnlyWhenToldTo() {
    FrameSeal plain = FrameCodec.plainSeal("test");
    FrameCodec mixed = new FrameCodec("test", seal(OLD), plain);
    assertThat(kind(mixed, encode(new FrameCodec("test"), LEAVE))).isNull();
    assertThat(kind(codec(OLD), encode(mixed, LEAVE))).isNull();
  }

  @Test
  void shouldKeepBeatsSmallAndLargeFramesInADatagram() {
    Frame beat =
        new Frame.Beat(
            new Frame.Speaker("n1", 1_763_000_000L, 1_763_000_001L),
            10_000,
            400_000_000,
            10_001,
            123_456_000,
            0,
            List.of());
    assertThat(encode(codec(OLD), beat)).hasSizeLessThanOrEqualTo(48);
    FrameCodec codec = codec(OLD);
    int[] sessions = new int[ForwardedBeats.BEATS_MAX];
    Frame beats =
        new ForwardedBeats(
            "x".repeat(64), sessions, new char[sessions.length], new boolean[sessions.length]);
    assertThat(encode(codec, beats)).hasSizeLessThan(FrameCodec.DATAGRAM_BYTES_MAX);
    Frame.Speaker longest = new Frame.Speaker("x".repeat(64), Long.MAX_VALUE / 2, Long.MAX_VALUE);
    Frame widest =
        new Frame.Beat(
            longest,
            Long.MAX_VALUE,
            86_400_000_000_000L,
            Long.MAX_VALUE,
            86_400_000_000_000L,
            15,
            List.of());
    assertThat(encode(codec, widest).length + COUNTER_GROWTH)
        .isLessThanOrEqualTo(FrameCodec.ENVELOPE_BYTES_MAX);
  }

  private static final int COUNTER_GROWTH = 4;

  @Test
  void shouldLeaveTheBufferAloneWhenItIsTooSmall() {
    FrameCodec codec = codec(OLD);
    for (int size : new int[] {2, 8, 14, 20, 30}) {
      ByteBuffer small = ByteBuffer.allocate(size);
      assertThatThrownBy(() -> codec.encode(LEAVE, small))
          .isInstanceOf(BufferOverflowException.class);
      assertThat(small.position()).isZero();
    }
  }

  private static byte[] encode(FrameCodec codec, Frame frame) {
    ByteBuffer out = ByteBuffer.allocate(FrameCodec.STREAM_BYTES_MAX);
    int length = codec.encode(frame, out);
    return Arrays.copyOf(out.array(), length);
  }

  /** Null when it was taken. */
  private static Kind kind(FrameCodec codec, byte[] bytes) {
    try {
      codec.decode(ByteBuffer.wrap(bytes));
      return null;
    } catch (MalformedFrameException e) {
      return e.kind();
    }
  }
}
