package io.phial.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.phial.core.registry.Transport;
import io.phial.core.wire.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpBeaterTest {
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;

  private final Recorder recorder = new Recorder();
  private final List<String> done = new ArrayList<>();
  private long now = Long.MAX_VALUE - SECOND;
  private TcpBeater beater;

  @BeforeEach
  void start() {
    beater = beater(1);
    beater.start(now);
  }

  private TcpBeater beater(long seed) {
    return beater(seed, false);
  }

  private TcpBeater beater(long seed, boolean manual) {
    List<Endpoint> nodes = List.of(new Endpoint("127.0.0.1", 1), new Endpoint("127.0.0.1", 2));
    TcpOutbox outbox =
        new TcpOutbox() {
          @Override
          public void connect(int node) {
            done.add("connect " + node);
          }

          @Override
          public void learn(Endpoint node) {
            done.add("learn " + node);
          }

          @Override
          public void write(byte[] bytes) {
            done.add(new String(bytes, StandardCharsets.US_ASCII).trim());
          }

          @Override
          public void disconnect() {
            done.add("disconnect");
          }
        };
    BeaterOptions usual = BeaterOptions.of("a", nodes, Transport.TCP, SECOND, 5);
    return new TcpBeater(
        manual ? usual.manually() : usual, recorder, new SplittableRandom(seed), outbox);
  }

  @Test
  void shouldNameItselfInItsFirstLine() {
    beater.onConnected(now);
    assertThat(drain())
        .containsExactly("connect 0", "HEARTBEAT a interval=1000ms incarnation=5 can=moved");
    assertThat(beater.standing().registered()).isFalse();
    bytes("AC");
    bytes("K\n");
    assertThat(recorder.drain()).containsExactly("registered 1 1000", "acknowledged 1 0");
  }

  @Test
  void shouldFollowTheOwnerToANodeThatNobodyConfigured() {
    beater.onConnected(now);
    bytes("ACK\nMOVED 10.0.0.9:7\n");
    assertThat(drain()).endsWith("learn 10.0.0.9:7", "disconnect");
    assertThat(recorder.drain()).endsWith("redirected 1 7");
    now += SECOND;
    beater.onWake(now);
    assertThat(drain()).containsExactly("connect 2");
  }

  @Test
  void shouldNotBeSentToAndFro() {
    beater.onConnected(now);
    bytes("ACK\nMOVED 127.0.0.1:2\n");
    now += SECOND;
    beater.onWake(now);
    beater.onConnected(now);
    assertThat(drain()).contains("disconnect", "connect 1");
    bytes("ACK\nMOVED 127.0.0.1:1\n");
    assertThat(drain()).isEmpty();
    now += 10 * SECOND;
    bytes("MOVED 127.0.0.1:1\n");
    assertThat(drain()).containsExactly("disconnect");
  }

  @Test
  void shouldStayWhenItIsSentNowhere() {
    beater.onConnected(now);
    drain();
    bytes("ACK\nMOVED\nMOVED x\nMOVED host:7\nMOVED 127.0.0.1:1\n");
    assertThat(drain()).isEmpty();
  }

  private TcpBeater manual() {
    TcpBeater manual = beater(1, true);
    beater = manual;
    manual.start(now);
    done.clear();
    return manual;
  }

  @Test
  void shouldSendNothingByItselfWhenBeatsAreManual() {
    TcpBeater manual = manual();
    for (int i = 0; i < 10; i++) {
      now += SECOND;
      manual.onWake(now);
    }
    assertThat(drain()).isEmpty();
    assertThat(manual.wakeAtNanos() - now).isGreaterThan(3_600 * SECOND);
    manual.beat("", now);
    manual.onConnected(now + 1);
    manual.onWake(now + 3 * SECOND / 10);
    assertThat(drain())
        .containsExactly("connect 0", "HEARTBEAT a interval=1000ms incarnation=5 can=moved");
    bytes("ACK\n");
    now += 5 * SECOND;
    manual.onWake(now);
    assertThat(drain()).isEmpty();
    assertThat(manual.wakeAtNanos() - now).isPositive();
    manual.beat("ok=1", now);
    manual.beat("", now);
    assertThat(drain()).containsExactly("HEARTBEAT payload=ok=1", "HEARTBEAT");
  }

  @Test
  void shouldNotTellOfALifeThatMayBeOver() {
    TcpBeater manual = manual();
    manual.beat("", now);
    assertThat(drain()).containsExactly("connect 0");
    now += 2 * SECOND;
    manual.onConnected(now);
    assertThat(drain()).containsExactly("disconnect");
    now += 10 * SECOND;
    manual.onWake(now);
    assertThat(drain()).isEmpty();
    manual.beat("p", now);
    assertThat(drain()).containsExactly("connect 1");
    manual.onConnected(now);
    assertThat(drain())
        .containsExactly("HEARTBEAT a interval=1000ms incarnation=5 payload=p can=moved");
  }

  @Test
  void shouldSayThatTheProgramIsGone() {
    TcpBeater manual = manual();
    manual.beat("", now);
    manual.onConnected(now);
    drain();
    manual.gone("process 7 is gone", now);
    assertThat(drain()).containsExactly("GONE process 7 is gone");
    assertThat(manual.isDone()).isFalse();
    manual.onDisconnected(now);
    assertThat(manual.isDone()).isTrue();
  }

  @Test
  void shouldBeatOnSchedule() {
    connected();
    passTime();
    assertThat(drain()).containsExactly("HEARTBEAT");
    long first = now;
    for (int i = 1; i < 5; i++) {
      bytes("ACK\n");
      passTime();
      assertThat(drain()).containsExactly("HEARTBEAT");
      assertThat(now - first).isEqualTo(i * SECOND);
    }
  }

  @Test
  void shouldMoveOnWhenRefusedOrReset() {
    beater.onDisconnected(now);
    assertThat(recorder.drain()).containsExactly("silent 1 1", "redirected 1 2");
    long before = now;
    passTime();
    assertThat(now - before).isBetween(1L, 250 * MILLI);
    assertThat(drain()).containsExactly("connect 0", "connect 1");
  }

  @Test
  void shouldMoveOnAfterTwoBeatsWithoutAck() {
    connected();
    recorder.drain();
    passTime();
    drain();
    passTime();
    assertThat(recorder.drain()).containsExactly("silent 1 1");
    passTime();
    assertThat(drain()).containsExactly("HEARTBEAT");
    passTime();
    assertThat(recorder.drain()).containsExactly("silent 1 2", "redirected 1 2");
    assertThat(drain()).containsExactly("disconnect");
    passTime();
    assertThat(drain()).containsExactly("connect 1");
  }

  @Test
  void shouldNotWaitLongForAConnectionThatNeverAnswered() {
    beater.onConnected(now);
    long before = now;
    while (!done.contains("disconnect")) {
      passTime();
    }
    assertThat(now - before).isLessThanOrEqualTo(SECOND);
  }

  @Test
  void shouldGiveUpAnAttemptThatHangs() {
    long before = now;
    passTime();
    assertThat(now - before).isEqualTo(3 * SECOND);
    assertThat(drain()).containsExactly("connect 0", "disconnect");
  }

  @Test
  void shouldTellRefusals() {
    beater.onConnected(now);
    bytes("ERR full, retry after 2000 ms\n");
    assertThat(recorder.drain()).containsExactly("refused 1 full, retry after 2000 ms 2000");
    beater.onDisconnected(now);
    long before = now;
    passTime();
    assertThat(now - before).isGreaterThanOrEqualTo(2 * SECOND);
  }

  @Test
  void shouldSayGoodbyeAndWaitForTheEnd() {
    connected();
    beater.goodbye(now);
    assertThat(drain()).containsExactly("BYE");
    assertThat(beater.isDone()).isFalse();
    beater.onDisconnected(now);
    assertThat(beater.isDone()).isTrue();
  }

  @Test
  void shouldNotWaitForeverForTheEnd() {
    connected();
    beater.goodbye(now);
    passTime();
    assertThat(beater.isDone()).isTrue();
  }

  @Property(tries = 300, seed = "47")
  void shouldSurviveRandomBytes(@ForAll @Size(max = 30) List<byte[]> noise, @ForAll long seed) {
    TcpBeater other = beater(seed);
    other.start(now);
    for (byte[] data : noise) {
      other.onConnected(now);
      other.onBytes(data, data.length, now);
      now += Math.max(1, other.wakeAtNanos() - now);
      other.onWake(now);
    }
    assertThat(other.isDone()).isFalse();
  }

  private void connected() {
    beater.onConnected(now);
    bytes("ACK\n");
    drain();
  }

  private void passTime() {
    assertThat(beater.wakeAtNanos() - now).isPositive();
    now = beater.wakeAtNanos();
    beater.onWake(now);
  }

  private void bytes(String text) {
    byte[] data = text.getBytes(StandardCharsets.US_ASCII);
    beater.onBytes(data, data.length, now);
  }

  private List<String> drain() {
    List<String> result = List.copyOf(done);
    done.clear();
    return result;
  }
}
