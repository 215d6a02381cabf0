package io.phial.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.phial.core.registry.Transport;
import io.phial.core.wire.BeatCodec;
import io.phial.core.wire.ClientSecret;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.Registration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UdpBeaterTest {
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;
  private static final ClientSecret SECRET = ClientSecret.of(new byte[16]);
  private static final int SESSION = 77;

  private record Sent(int node, byte[] data) {}

  private static final class Outbox implements UdpOutbox {
    final ArrayDeque<Sent> sent = new ArrayDeque<>();

    @Override
    public void datagram(int node, byte[] data) {
      sent.add(new Sent(node, data));
    }

    @Override
    public void refresh(int node) {}
  }

  private final Recorder recorder = new Recorder();
  private final Outbox outbox = new Outbox();
  // Just before the clock wraps, where comparing instants by size would fail.
  private long now = Long.MAX_VALUE - SECOND;
  private UdpBeater beater;

  @BeforeEach
  void start() {
    beater = beater(1);
    beater.start(now);
  }

  private UdpBeater beater(long seed) {
    List<Endpoint> nodes =
        List.of(
            new Endpoint("127.0.0.1", 1),
            new Endpoint("127.0.0.1", 2),
            new Endpoint("127.0.0.1", 3));
    return new UdpBeater(
        BeaterOptions.of("a", nodes, Transport.UDP, SECOND, 5),
        recorder,
        new SplittableRandom(seed),
        outbox);
  }

  @Test
  void shouldRegisterThroughAChallenge() {
    Registration.Hello first = nextHello(0);
    assertThat(first.cookie()).isZero();
    assertThat(first.id()).isEqualTo("a");
    assertThat(first.incarnation()).isEqualTo(5);
    assertThat(first.intervalMillis()).isEqualTo(1_000);

    receive(0, new Registration.Challenge(first.nonce(), 99).encode());
    Registration.Hello second = nextHello(0);
    assertThat(second).isEqualTo(first.withCookie(99));

    welcome(0, second, SESSION, 2_000);
    assertThat(recorder.drain()).containsExactly("registered 1 2000");
    assertThat(beater.standing().registered()).isTrue();
  }

  @Test
  void shouldIgnoreAnswersToSomebodyElse() {
    Registration.Hello hello = nextHello(0);
    receive(0, new Registration.Challenge(hello.nonce() + 1, 99).encode());
    receive(0, new Registration.Welcome(hello.nonce() + 1, 4, SECRET.keyOf(4), 1_000).encode());
    assertThat(outbox.sent).isEmpty();
    assertThat(recorder.drain()).isEmpty();
  }

  @Test
  void shouldTryTheNextNodeAndPauseAfterARound() {
    nextHello(0);
    passTime();
    nextHello(1);
    passTime();
    nextHello(2);
    passTime();
    assertThat(outbox.sent).isEmpty();
    assertThat(recorder.drain()).containsExactly("silent 1 1", "silent 2 2", "silent 3 3");
    long before = now;
    passTime();
    assertThat(now - before).isBetween(1L, 250 * MILLI);
    nextHello(0);
  }

  @Test
  void shouldTakeAWelcomeThatComesLate() {
    Registration.Hello hello = nextHello(0);
    passTime();
    nextHello(1);
    welcome(0, hello, SESSION, 1_000);
    assertThat(recorder.drain()).containsExactly("silent 1 1", "registered 1 1000");
  }

  @Test
  void shouldPauseWhenRefused() {
    Registration.Hello hello = nextHello(0);
    receive(0, new Registration.Refused(hello.nonce(), 5_000, "full").encode());
    assertThat(recorder.drain()).containsExactly("refused 1 full 5000");
    long before = now;
    passTime();
    assertThat(now - before).isBetween(5 * SECOND, 5 * SECOND + 250 * MILLI);
    nextHello(1);
  }

  @Test
  void shouldBeatOnScheduleFromARandomPhase() {
    register();
    long registered = now;
    passTime();
    int counter = nextBeat(0);
    assertThat(counter).isEqualTo(1);
    assertThat(now - registered).isBetween(1L, SECOND);
    long first = now;
    for (int i = 2; i < 10; i++) {
      now += 3 * MILLI;
      ack(0, i - 1, 0, 0);
      passTime();
      assertThat(nextBeat(0)).isEqualTo(i);
      assertThat(now - first).isEqualTo((i - 1) * SECOND);
    }
    assertThat(recorder.drain()).hasSize(8).allMatch(line -> line.equals("acknowledged 1 3"));
    assertThat(beater.standing().acknowledged()).isEqualTo(8);
  }

  @Test
  void shouldRepeatAnUnacknowledgedBeatToTheNextNode() {
    register();
    passTime();
    int counter = nextBeat(0);
    passTime();
    assertThat(nextBeat(1)).isEqualTo(counter);
    assertThat(recorder.drain()).containsExactly("silent 1 1");
    ack(1, counter, 0, 0);
    assertThat(recorder.drain()).containsExactly("acknowledged 2 500");
  }

  @Test
  void shouldMoveOnAfterTwoUnacknowledgedBeats() {
    register();
    beatWithoutAck();
    recorder.drain();
    passUntilBeat(0);
    passTime();
    assertThat(recorder.drain()).containsExactly("silent 1 2", "redirected 1 2");
    nextBeat(1);
    passUntilBeat(1);
    assertThat(beater.standing().node().port()).isEqualTo(2);
  }

  @Test
  void shouldRegisterAgainWhenTold() {
    register();
    passTime();
    ack(0, nextBeat(0), BeatCodec.REGISTER_AGAIN, 0);
    Registration.Hello hello = nextHello(0);
    assertThat(hello.incarnation()).isEqualTo(5);
    assertThat(beater.standing().registered()).isFalse();
    welcome(0, hello, SESSION + 1, 1_000);
    passUntilBeat(0, SESSION + 1, 1);
  }

  @Test
  void shouldGoOnCountingInTheSameSession() {
    register();
    passTime();
    ack(0, nextBeat(0), BeatCodec.REGISTER_AGAIN, 0);
    welcome(0, nextHello(0), SESSION, 1_000);
    passUntilBeat(0, SESSION, 2);
  }

  @Test
  void shouldRegisterAgainAndStillBeatWhenNothingAnswers() {
    register();
    long until = now + 15 * SECOND;
    int hellos = 0;
    int beats = 0;
    while (now - until < 0) {
      passTime();
      for (Sent sent = outbox.sent.poll(); sent != null; sent = outbox.sent.poll()) {
        boolean beat = BeatCodec.kindOf(sent.data, sent.data.length) == BeatCodec.Kind.BEAT;
        beats += beat ? 1 : 0;
        hellos += beat ? 0 : 1;
      }
    }
    assertThat(hellos).isBetween(2, 10);
    assertThat(beats).isBetween(28, 32);
  }

  @Test
  void shouldFollowTheHintsOfAcks() {
    register();
    passTime();
    ack(0, nextBeat(0), BeatCodec.GO_ELSEWHERE, 2_000);
    assertThat(recorder.drain()).contains("redirected 1 2");
    assertThat(beater.standing().interval().toMillis()).isEqualTo(2_000);
    passUntilBeat(1);
    long before = now;
    ack(1, 2, 0, 2_000);
    passTime();
    nextBeat(1);
    assertThat(now - before).isEqualTo(2 * SECOND);
  }

  @Test
  void shouldNotSendABurstAfterAStall() {
    register();
    now += 100 * SECOND;
    beater.onWake(now);
    beater.onWake(now);
    beater.onWake(now);
    assertThat(outbox.sent.stream().filter(sent -> sent.data.length == 10)).hasSize(1);
  }

  @Test
  void shouldIgnoreForgedAndRepeatedAcks() {
    register();
    passTime();
    int counter = nextBeat(0);
    byte[] forged = BeatCodec.ack(SECRET.keyOf(1), SESSION, counter, 0, 0);
    receive(0, forged);
    assertThat(recorder.drain()).isEmpty();
    ack(0, counter, 0, 0);
    ack(0, counter, 0, 0);
    assertThat(recorder.drain()).hasSize(1);
  }

  @Test
  void shouldSayGoodbyeAFewTimes() {
    register();
    passTime();
    ack(0, nextBeat(0), 0, 0);
    beater.goodbye(now);
    for (int node = 0; node < 3; node++) {
      Sent sent = outbox.sent.remove();
      assertThat(sent.node).isEqualTo(node);
      assertThat(BeatCodec.kindOf(sent.data, sent.data.length)).isEqualTo(BeatCodec.Kind.GOODBYE);
      assertThat(BeatCodec.counter(sent.data)).isEqualTo(2);
      assertThat(beater.isDone()).isFalse();
      passTime();
    }
    assertThat(beater.isDone()).isTrue();
  }

  @Test
  void shouldBeDoneWhenItsGoodbyeIsAcknowledged() {
    register();
    beater.goodbye(now);
    ack(0, 1, 0, 0);
    assertThat(beater.isDone()).isTrue();
  }

  @Test
  void shouldBeDoneAtOnceWhenNobodyKnowsIt() {
    beater.goodbye(now);
    assertThat(beater.isDone()).isTrue();
  }

  @Property(tries = 300, seed = "43")
  void shouldSurviveRandomDatagrams(@ForAll @Size(max = 30) List<byte[]> noise, @ForAll long seed) {
    UdpBeater other = beater(seed);
    other.start(now);
    for (byte[] data : noise) {
      other.onDatagram(0, data, data.length, now);
      now += Math.max(1, other.wakeAtNanos() - now);
      other.onWake(now);
    }
    assertThat(other.standing().registered()).isFalse();
    assertThat(other.isDone()).isFalse();
  }

  private void register() {
    welcome(0, nextHello(0), SESSION, 1_000);
    recorder.drain();
  }

  private void welcome(int node, Registration.Hello hello, int session, int intervalMillis) {
    receive(
        node,
        new Registration.Welcome(hello.nonce(), session, SECRET.keyOf(session), intervalMillis)
            .encode());
  }

  private void beatWithoutAck() {
    passTime();
    nextBeat(0);
    passTime();
    nextBeat(1);
  }

  private void passUntilBeat(int node) {
    while (outbox.sent.isEmpty()) {
      passTime();
    }
    nextBeat(node);
  }

  private void passUntilBeat(int node, int session, int counter) {
    while (outbox.sent.isEmpty()) {
      passTime();
    }
    assertThat(BeatCodec.session(outbox.sent.element().data)).isEqualTo(session);
    assertThat(nextBeat(node)).isEqualTo(counter);
  }

  /** Moves the time to the next wake-up. */
  private void passTime() {
    assertThat(beater.wakeAtNanos() - now).isPositive();
    now = beater.wakeAtNanos();
    beater.onWake(now);
  }

  private void receive(int node, byte[] data) {
    beater.onDatagram(node, data, data.length, now);
  }

  private void ack(int node, int counter, int flags, int intervalMillis) {
    receive(node, BeatCodec.ack(SECRET.keyOf(SESSION), SESSION, counter, flags, intervalMillis));
  }

  private Registration.Hello nextHello(int node) {
    Sent sent = outbox.sent.remove();
    assertThat(sent.node).isEqualTo(node);
    return (Registration.Hello) Registration.decode(sent.data, sent.data.length);
  }

  private int nextBeat(int node) {
    Sent sent = outbox.sent.remove();
    assertThat(sent.node).isEqualTo(node);
    BeatCodec.Kind kind = BeatCodec.kindOf(sent.data, sent.data.length);
    assertThat(kind).isEqualTo(BeatCodec.Kind.BEAT);
    var key = SECRET.keyOf(BeatCodec.session(sent.data));
    assertThat(BeatCodec.isAuthentic(kind, key, sent.data, sent.data.length)).isTrue();
    return BeatCodec.counter(sent.data);
  }
}
