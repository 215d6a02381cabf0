package io.phial.node.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.phial.core.wire.BeatCodec;
import io.phial.core.wire.ClientSecret;
import io.phial.core.wire.Registration;
import io.phial.core.wire.SessionKey;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UdpIngressTest {
  private static final ClientSecret SECRET = ClientSecret.of(new byte[16]);
  private static final int SESSION = 0x5005;
  private static final SessionKey KEY = SECRET.keyOf(SESSION);

  private final Vertx vertx = Vertx.vertx();
  private final RecordingDesk desk = new RecordingDesk();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private UdpIngress ingress;
  private DatagramSocket socket;

  @BeforeEach
  void start() throws Exception {
    start(UdpIngressOptions.of("127.0.0.1", 0));
    socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    socket.setSoTimeout(20_000);
  }

  private void start(UdpIngressOptions options) throws Exception {
    if (ingress != null) {
      Await.completed(ingress.stop());
    }
    ingress = new UdpIngress(options, SECRET, desk, meters);
    Await.completed(ingress.start(List.of(vertx.getOrCreateContext())));
  }

  @AfterEach
  void stop() throws Exception {
    socket.close();
    Await.completed(ingress.stop());
    Await.completed(vertx.close());
  }

  @Test
  void shouldRegisterThroughAChallenge() throws Exception {
    var hello = new Registration.Hello(42, 0, 7, 1_000, "sensor-1");
    send(hello.encode());
    var challenge = (Registration.Challenge) receiveRegistration();
    assertThat(challenge.nonce()).isEqualTo(42);
    assertThat(desk.calls).isEmpty();

    send(hello.withCookie(challenge.cookie()).encode());
    var welcome = (Registration.Welcome) receiveRegistration();
    assertThat(welcome.nonce()).isEqualTo(42);
    assertThat(welcome.intervalMillis()).isEqualTo(1_000);
    assertThat(welcome.key()).isEqualTo(SECRET.keyOf(welcome.session()));
    assertThat(desk.calls).containsExactly("register sensor-1");
    assertThat(desk.specs.get(0).incarnation()).isEqualTo(7);

    send(BeatCodec.beat(welcome.key(), welcome.session(), 1));
    byte[] ack = receive();
    assertThat(BeatCodec.readAck(welcome.key(), 1, ack, ack.length)).isNotNull();
    assertThat(desk.beats.get()).isEqualTo(1);
  }

  @Test
  void shouldTakeGoodbyesAndPayloads() throws Exception {
    send(BeatCodec.beat(KEY, SESSION, 1, new byte[] {1, 2, 3}));
    assertThat(receive()).hasSize(10);
    send(BeatCodec.goodbye(KEY, SESSION, 2));
    assertThat(receive()).hasSize(10);
    assertThat(desk.calls).containsExactly("goodbye 5");
    assertThat(count("beats")).isEqualTo(1);
    assertThat(count("goodbyes")).isEqualTo(1);
  }

  @Test
  void shouldAskUnknownSessionsToRegisterAgain() throws Exception {
    desk.forgetful = true;
    ingress.draining(true);
    send(BeatCodec.beat(KEY, SESSION, 1));
    byte[] data = receive();
    BeatCodec.Ack ack = BeatCodec.readAck(KEY, 1, data, data.length);
    assertThat(ack).isNotNull();
    assertThat(ack.registerAgain()).isTrue();
    assertThat(ack.goElsewhere()).isTrue();
    assertThat(count("unknown_session")).isEqualTo(1);
  }

  @Test
  void shouldAnswerNothingToWrongMacsAndNoise() throws Exception {
    byte[] wrong = BeatCodec.beat(KEY, SESSION, 1);
    wrong[9] ^= 1;
    send(wrong);
    byte[] goodbye = BeatCodec.goodbye(KEY, SESSION, 1);
    goodbye[13] ^= 1;
    send(goodbye);
    for (int length = 0; length < 10; length++) {
      send(Arrays.copyOf(BeatCodec.beat(KEY, SESSION, 1), length));
    }
    byte[] hello = new Registration.Hello(42, 0, 7, 1_000, "sensor-1").encode();
    send(Arrays.copyOf(hello, 63));
    send(new Registration.Challenge(42, 7).encode());
    send(new byte[1_400]);
    // The next answer is the one to this beat: nothing above was answered.
    send(BeatCodec.beat(KEY, SESSION, 9));
    byte[] ack = receive();
    assertThat(BeatCodec.readAck(KEY, 9, ack, ack.length)).isNotNull();
    assertThat(count("bad_mac")).isEqualTo(2);
    assertThat(count("malformed")).isEqualTo(12);
    assertThat(count("oversized")).isEqualTo(1);
    assertThat(desk.calls).isEmpty();
    assertThat(desk.beats.get()).isEqualTo(1);
  }

  @Test
  void shouldSurviveRandomDatagrams() throws Exception {
    SplittableRandom random = new SplittableRandom(59);
    for (int i = 0; i < 1_000; i++) {
      byte[] noise = new byte[random.nextInt(90)];
      random.nextBytes(noise);
      send(noise);
      if (i % 50 == 0) {
        send(BeatCodec.beat(KEY, SESSION, i));
        byte[] ack = receive();
        assertThat(BeatCodec.readAck(KEY, i, ack, ack.length)).isNotNull();
      }
    }
    assertThat(desk.calls).isEmpty();
    assertThat(desk.beats.get()).isEqualTo(20);
    assertThat(count("errors")).isZero();
  }

  @Test
  void shouldPassRepeatsToTheDeskWhichKnowsThem() throws Exception {
    byte[] beat = BeatCodec.beat(KEY, SESSION, 1);
    send(beat);
    receive();
    send(beat);
    assertThat(receive()).hasSize(beat.length);
    assertThat(desk.beats.get()).isEqualTo(2);
  }

  @Test
  void shouldShareThePortAmongLoops() throws Exception {
    Vertx nativeVertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    UdpIngress shared = new UdpIngress(UdpIngressOptions.of("127.0.0.1", 0), SECRET, desk, meters);
    try {
      List<Context> loops = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        loops.add(((VertxInternal) nativeVertx).createEventLoopContext());
      }
      Await.completed(shared.start(loops));
      assertThat(shared.sockets()).isEqualTo(nativeVertx.isNativeTransportEnabled() ? 3 : 1);
      for (int i = 0; i < 20; i++) {
        try (DatagramSocket other = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
          other.setSoTimeout(20_000);
          byte[] beat = BeatCodec.beat(KEY, SESSION, i);
          other.send(
              new DatagramPacket(
                  beat, beat.length, InetAddress.getLoopbackAddress(), shared.port()));
          DatagramPacket answer = new DatagramPacket(new byte[200], 200);
          other.receive(answer);
          assertThat(BeatCodec.readAck(KEY, i, answer.getData(), answer.getLength())).isNotNull();
        }
      }
      assertThat(desk.beats.get()).isEqualTo(20);
      UdpIngress second =
          new UdpIngress(UdpIngressOptions.of("127.0.0.1", shared.port()), SECRET, desk, meters);
      assertThat(Await.failure(second.start(loops))).hasMessageContaining("in use");
    } finally {
      Await.completed(shared.stop());
      Await.completed(nativeVertx.close());
    }
  }

  @Test
  void shouldTellRefusalsAndFailures() throws Exception {
    desk.full = true;
    var refused = (Registration.Refused) register("a");
    assertThat(refused.reason()).isEqualTo("no room");
    assertThat(refused.retryAfterMillis()).isEqualTo(1_500);
    desk.full = false;
    desk.failing = true;
    assertThat(((Registration.Refused) register("a")).reason())
        .isEqualTo("no answer from the owner");
    assertThat(count("refused")).isEqualTo(2);
  }

  @Test
  void shouldBoundTheRateOfRegistrations() throws Exception {
    start(new UdpIngressOptions("127.0.0.1", 0, 10, 1, 700, 1 << 16, 1 << 16));
    assertThat(register("a")).isInstanceOf(Registration.Welcome.class);
    var refused = (Registration.Refused) register("b");
    assertThat(refused.reason()).isEqualTo("busy");
    assertThat(refused.retryAfterMillis()).isEqualTo(700);
  }

  @Test
  void shouldRefillTheRateEvenly() {
    long now = Long.MAX_VALUE - 5;
    RateLimit limit = new RateLimit(4, now);
    int permitted = 0;
    for (int i = 0; i < 10; i++) {
      permitted += limit.permits(now) ? 1 : 0;
    }
    assertThat(permitted).isEqualTo(4);
    assertThat(limit.permits(now + 249_999_999)).isFalse();
    assertThat(limit.permits(now + 250_000_000)).isTrue();
    assertThat(limit.permits(now + 250_000_001)).isFalse();
  }

  private Registration register(String id) throws IOException {
    var hello = new Registration.Hello(1, 0, 1, 0, id);
    send(hello.encode());
    var challenge = (Registration.Challenge) receiveRegistration();
    send(hello.withCookie(challenge.cookie()).encode());
    return receiveRegistration();
  }

  private double count(String name) {
    return meters.counter("phial_ingress_" + name, "transport", "udp").count();
  }

  private void send(byte[] data) throws IOException {
    socket.send(
        new DatagramPacket(data, data.length, InetAddress.getLoopbackAddress(), ingress.port()));
  }

  private byte[] receive() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[200], 200);
    socket.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  private Registration receiveRegistration() throws IOException {
    byte[] data = receive();
    return Registration.decode(data, data.length);
  }
}
