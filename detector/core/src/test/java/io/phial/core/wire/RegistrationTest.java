package io.phial.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class RegistrationTest {
  private static final ClientSecret SECRET = ClientSecret.of(new byte[16]);

  @Property(tries = 300, seed = "19")
  void shouldReadBackEveryHello(
      @ForAll long nonce,
      @ForAll long cookie,
      @ForAll @LongRange(min = 0) long incarnation,
      @ForAll @IntRange(min = 10, max = 86_400_000) int intervalMillis,
      @ForAll @StringLength(min = 1, max = 128) @CharRange(from = '!', to = '~') String id) {
    var hello = new Registration.Hello(nonce, cookie, incarnation, intervalMillis, "x" + cut(id));
    byte[] data = hello.encode();

    assertThat(data).hasSizeBetween(64, Registration.HELLO_BYTES_MAX);
    assertThat(Registration.decode(data, data.length)).isEqualTo(hello);
    for (int length = 0; length < data.length; length++) {
      assertThat(Registration.decode(Arrays.copyOf(data, length), length)).isNull();
    }
  }

  @Property(tries = 200, seed = "23")
  void shouldReadBackEveryAnswerAndNeverExceedTheHello(
      @ForAll long nonce,
      @ForAll long cookie,
      @ForAll @IntRange(min = 1) int session,
      @ForAll @IntRange(min = 10, max = 86_400_000) int intervalMillis,
      @ForAll @IntRange(max = 1_000_000) int retryAfterMillis,
      @ForAll @StringLength(max = 43) @CharRange(from = ' ', to = '~') String reason) {
    for (Registration answer :
        new Registration[] {
          new Registration.Challenge(nonce, cookie),
          new Registration.Welcome(nonce, session, SECRET.keyOf(session), intervalMillis),
          new Registration.Refused(nonce, retryAfterMillis, reason)
        }) {
      byte[] data = answer.encode();
      assertThat(data.length).isLessThanOrEqualTo(Registration.HELLO_BYTES_MIN);
      assertThat(Registration.decode(data, data.length)).isEqualTo(answer);
    }
  }

  @Property(tries = 2_000, seed = "29")
  void shouldNeverThrowForRandomBytes(
      @ForAll @Size(max = 200) byte[] noise, @ForAll @IntRange(max = 5) int type) {
    assertThat(Registration.decode(noise, noise.length)).isNull();
    byte[] headed =
        Arrays.copyOf(new byte[] {0, 0, 0, 0, 'P', 'H', 1, (byte) type}, 8 + noise.length);
    System.arraycopy(noise, 0, headed, 8, noise.length);
    Registration decoded = Registration.decode(headed, headed.length);
    if (decoded != null) {
      assertThat(Registration.decode(decoded.encode(), decoded.encode().length)).isEqualTo(decoded);
    }
  }

  @Test
  void shouldRefuseHellosThatBreakTheRules() {
    assertThat(roundTrip(new Registration.Hello(1, 0, 1, 1_000, "tcp:1.2.3.4:5"))).isNull();
    assertThat(roundTrip(new Registration.Hello(1, 0, 1, 1_000, "a b"))).isNull();
    assertThat(roundTrip(new Registration.Hello(1, 0, 1, 1_000, ""))).isNull();
    assertThat(roundTrip(new Registration.Hello(1, 0, -1, 1_000, "a"))).isNull();
    assertThat(roundTrip(new Registration.Hello(1, 0, 1, 9, "a"))).isNull();
    assertThat(roundTrip(new Registration.Hello(1, 0, 1, -1, "a"))).isNull();
    assertThat(roundTrip(new Registration.Hello(1, 0, 1, 0, "a"))).isNotNull();
    byte[] other = new Registration.Hello(1, 0, 1, 0, "a").encode();
    other[6] = 2;
    assertThat(Registration.decode(other, other.length)).isNull();
  }

  @Test
  void shouldCutLongReasons() {
    byte[] data = new Registration.Refused(1, 5, "x".repeat(100)).encode();
    assertThat(data).hasSize(64);
    assertThat(Registration.decode(data, data.length))
        .isEqualTo(new Registration.Refused(1, 5, "x".repeat(43)));
  }

  @Test
  void shouldTakeCookiesOfTheSameClientForAWhile() {
    SplittableRandom random = new SplittableRandom(31);
    long now = 1_700_000_000_000L + random.nextLong(1_000_000);
    long cookie = SECRET.cookie("10.0.0.1 4711", "a", now);

    assertThat(SECRET.isCookie(cookie, "10.0.0.1 4711", "a", now)).isTrue();
    assertThat(SECRET.isCookie(cookie, "10.0.0.1 4711", "a", now + 30_000)).isTrue();
    assertThat(SECRET.isCookie(cookie, "10.0.0.1 4711", "a", now + 60_000)).isFalse();
    assertThat(SECRET.isCookie(cookie, "10.0.0.1 4712", "a", now)).isFalse();
    assertThat(SECRET.isCookie(cookie, "10.0.0.1 4711", "b", now)).isFalse();
    assertThat(SECRET.isCookie(0, "10.0.0.1 4711", "a", now)).isFalse();
  }

  private static Registration roundTrip(Registration message) {
    byte[] data = message.encode();
    return Registration.decode(data, data.length);
  }

  private static String cut(String id) {
    return id.substring(0, Math.min(id.length(), 127));
  }
}
