package io.phial.core.wire;

import static io.phial.core.wire.BeatCodec.Kind.BEAT;
import static io.phial.core.wire.BeatCodec.Kind.GOODBYE;
import static io.phial.core.wire.BeatCodec.Kind.MALFORMED;
import static io.phial.core.wire.BeatCodec.Kind.PAYLOAD_BEAT;
import static io.phial.core.wire.BeatCodec.Kind.REGISTRATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BeatCodecTest {
  private static final ClientSecret SECRET =
      ClientSecret.of(HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f"));
  private static final int SESSION = 0x12345678;
  private static final SessionKey KEY = SECRET.keyOf(SESSION);

  @Test
  void shouldEncodeBeatsOfTenBytes() {
    byte[] beat = BeatCodec.beat(KEY, SESSION, 7);

    assertThat(beat).hasSize(10);
    assertThat(BeatCodec.kindOf(beat, beat.length)).isEqualTo(BEAT);
    assertThat(BeatCodec.session(beat)).isEqualTo(SESSION);
    assertThat(BeatCodec.counter(beat)).isEqualTo(7);
    assertThat(BeatCodec.isAuthentic(BEAT, KEY, beat, beat.length)).isTrue();
  }

  @Test
  void shouldTellDatagramsApartByLengthAndSession() {
    byte[] payload = "battery=71".getBytes(StandardCharsets.US_ASCII);

    assertThat(kind(BeatCodec.beat(KEY, SESSION, 1))).isEqualTo(BEAT);
    assertThat(kind(BeatCodec.goodbye(KEY, SESSION, 1))).isEqualTo(GOODBYE);
    assertThat(kind(BeatCodec.beat(KEY, SESSION, 1, payload))).isEqualTo(PAYLOAD_BEAT);
    assertThat(kind(new Registration.Hello(1, 0, 1, 1_000, "a").encode())).isEqualTo(REGISTRATION);
    assertThat(kind(new byte[9])).isEqualTo(MALFORMED);
    for (int length : new int[] {11, 12, 13, 79, 200}) {
      byte[] other = new byte[length];
      other[0] = 1;
      assertThat(kind(other)).isEqualTo(MALFORMED);
    }
  }

  @Test
  void shouldBoundPayloads() {
    assertThatThrownBy(() -> BeatCodec.beat(KEY, SESSION, 1, new byte[65]))
        .hasMessage("payload must be 1 to 64 bytes, was 65");
    assertThatThrownBy(() -> BeatCodec.beat(KEY, SESSION, 1, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 300, seed = "11")
  void shouldRefuseEveryChangedBit(
      @ForAll int session,
      @ForAll @IntRange(max = 65_535) int counter,
      @ForAll @Size(min = 1, max = 64) byte[] payload) {
    int some = session == 0 ? 1 : session;
    SessionKey key = SECRET.keyOf(some);
    for (byte[] datagram :
        new byte[][] {
          BeatCodec.beat(key, some, counter),
          BeatCodec.goodbye(key, some, counter),
          BeatCodec.beat(key, some, counter, payload)
        }) {
      assertThat(isAuthentic(datagram)).isTrue();
      for (int bit = 0; bit < 8 * datagram.length; bit++) {
        datagram[bit / 8] ^= (byte) (1 << bit % 8);
        assertThat(isAuthentic(datagram)).isFalse();
        datagram[bit / 8] ^= (byte) (1 << bit % 8);
      }
    }
  }

  @Test
  void shouldNotTakeABeatForAGoodbye() {
    byte[] beat = BeatCodec.beat(KEY, SESSION, 1);
    byte[] forged = java.util.Arrays.copyOf(beat, BeatCodec.GOODBYE_BYTES);
    assertThat(isAuthentic(forged)).isFalse();
  }

  @Property(tries = 500, seed = "13")
  void shouldReadBackEveryAck(
      @ForAll @IntRange(max = 65_535) int counter,
      @ForAll @IntRange(max = 3) int flags,
      @ForAll @IntRange(max = 3_000_000) int intervalMillis) {
    byte[] data = BeatCodec.ack(KEY, SESSION, counter, flags, intervalMillis);
    BeatCodec.Ack ack = BeatCodec.readAck(KEY, counter, data, data.length);

    assertThat(data.length).isLessThanOrEqualTo(BeatCodec.BEAT_BYTES);
    assertThat(ack).isNotNull();
    assertThat(ack.registerAgain()).isEqualTo((flags & BeatCodec.REGISTER_AGAIN) != 0);
    assertThat(ack.goElsewhere()).isEqualTo((flags & BeatCodec.GO_ELSEWHERE) != 0);
    assertThat(ack.intervalCode()).isEqualTo(IntervalCode.encode(intervalMillis));
    assertThat(BeatCodec.readAck(KEY, counter ^ 16, data, data.length)).isNull();
    data[9] ^= 1;
    assertThat(BeatCodec.readAck(KEY, counter, data, data.length)).isNull();
  }

  @Property(tries = 300, seed = "17")
  void shouldKeepIntervalsThatPeopleChoose(@ForAll @IntRange(min = 1, max = 255) int count) {
    for (int unit : new int[] {10, 100, 1_000, 10_000}) {
      assertThat(IntervalCode.decode(IntervalCode.encode(count * unit))).isEqualTo(count * unit);
    }
    assertThat(IntervalCode.encode(9)).isEqualTo(IntervalCode.NONE);
    assertThat(IntervalCode.encode(IntervalCode.MILLIS_MAX + 1)).isEqualTo(IntervalCode.NONE);
  }

  @Test
  void shouldHideSecrets() {
    assertThat(KEY.toString()).isEqualTo("SessionKey[hidden]");
    assertThat(SECRET.toString()).isEqualTo("ClientSecret[hidden]");
  }

  private static BeatCodec.Kind kind(byte[] data) {
    return BeatCodec.kindOf(data, data.length);
  }

  private static boolean isAuthentic(byte[] data) {
    SessionKey key = SECRET.keyOf(BeatCodec.session(data));
    return BeatCodec.isAuthentic(kind(data), key, data, data.length);
  }
}
