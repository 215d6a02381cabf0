package io.phial.node.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.phial.client.Phial;
import io.phial.client.StandingListener;
import io.phial.core.registry.Transport;
import io.phial.core.wire.ClientSecret;
import io.phial.core.wire.Endpoint;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The SDK against real ingresses over real sockets. */
@Timeout(60)
class SdkIngressTest {
  private static final ClientSecret SECRET = ClientSecret.of(new byte[16]);

  /** One node's ingresses. */
  private final class Node {
    final RecordingDesk desk = new RecordingDesk();
    final TcpIngress tcp =
        new TcpIngress(vertx, TcpIngressOptions.of("127.0.0.1", 0), desk, meters);
    final UdpIngress udp =
        new UdpIngress(UdpIngressOptions.of("127.0.0.1", 0), SECRET, desk, meters);

    void start() throws Exception {
      Await.completed(tcp.start());
      Await.completed(udp.start(java.util.List.of(vertx.getOrCreateContext())));
    }

    void stop() throws Exception {
      Await.completed(tcp.stop());
      Await.completed(udp.stop());
    }

    Endpoint endpoint(Transport transport, String host) {
      return new Endpoint(host, transport == Transport.TCP ? tcp.port() : udp.port());
    }
  }

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Node first = new Node();
  private final Node second = new Node();
  private final List<Phial> clients = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    first.start();
    second.start();
  }

  @AfterEach
  void stop() throws Exception {
    clients.forEach(Phial::abandon);
    first.stop();
    second.stop();
    Await.completed(vertx.close());
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void shouldRegisterBeatAndSayGoodbye(Transport transport) throws Exception {
    Phial phial = connect(transport, "a", "127.0.0.1", new StandingListener() {});
    assertThat(phial.awaitRegistered(Duration.ofSeconds(20))).isTrue();
    Await.isTrue(() -> first.desk.beats.get() >= 5);
    Await.isTrue(() -> phial.standing().acknowledged() >= 4);
    assertThat(first.desk.specs.get(0).intervalNanos()).isEqualTo(50_000_000);
    assertThat(first.desk.specs.get(0).incarnation()).isEqualTo(9);
    assertThat(phial.standing().registrations()).isEqualTo(1);

    phial.close();
    String goodbye = transport == Transport.TCP ? "goodbye a" : "goodbye 1";
    assertThat(first.desk.calls).last().isEqualTo(goodbye);
    assertThat(second.desk.calls).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void shouldFailOverWhenItsNodeAnswersNoMore(Transport transport) throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    StandingListener listener =
        new StandingListener() {
          @Override
          public void onRedirected(Endpoint from, Endpoint to) {
            told.add(from.port() + " -> " + to.port());
          }
        };
    Phial phial = connect(transport, "a", "127.0.0.1", listener);
    phial.awaitRegistered(Duration.ofSeconds(20));
    Await.isTrue(() -> first.desk.beats.get() >= 2);
    first.stop();
    Await.isTrue(() -> second.desk.beats.get() >= 3);
    Await.isTrue(() -> phial.standing().node().equals(second.endpoint(transport, "127.0.0.1")));
    Await.isTrue(() -> !told.isEmpty());
    assertThat(told.get(0))
        .isEqualTo(
            first.endpoint(transport, "h").port()
                + " -> "
                + second.endpoint(transport, "h").port());
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void shouldLookNamesUp(Transport transport) throws Exception {
    Phial phial = connect(transport, "a", "localhost", new StandingListener() {});
    assertThat(phial.awaitRegistered(Duration.ofSeconds(20))).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void shouldServeManyClientsOnOneThread(Transport transport) throws Exception {
    for (int i = 0; i < 100; i++) {
      connect(transport, "c" + i, "127.0.0.1", new StandingListener() {});
    }
    for (Phial phial : clients) {
      assertThat(phial.awaitRegistered(Duration.ofSeconds(20))).isTrue();
    }
    assertThat(
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("phial-beats")))
        .hasSize(1)
        .allMatch(Thread::isDaemon);
  }

  @Test
  void shouldRegisterAgainWhenItsSessionIsForgotten() throws Exception {
    Phial phial = connect(Transport.UDP, "a", "127.0.0.1", new StandingListener() {});
    phial.awaitRegistered(Duration.ofSeconds(20));
    first.desk.forgetful = true;
    Await.isTrue(() -> first.desk.calls.size() >= 2);
    first.desk.forgetful = false;
    Await.isTrue(() -> phial.standing().registrations() >= 2);
  }

  @Test
  void shouldCloseTheConnectionWithoutAGoodbyeWhenAbandoned() throws Exception {
    Phial phial = connect(Transport.TCP, "a", "127.0.0.1", new StandingListener() {});
    phial.awaitRegistered(Duration.ofSeconds(20));
    phial.abandon();
    Await.until(() -> first.desk.calls, List.of("connect a", "closed a"));
  }

  @Test
  void shouldGoOnWhenItsListenerThrows() throws Exception {
    StandingListener broken =
        new StandingListener() {
          @Override
          public void onAcknowledged(Endpoint node, Duration roundTrip) {
            throw new IllegalStateException("a listener's defect, on purpose");
          }
        };
    Phial phial = connect(Transport.UDP, "a", "127.0.0.1", broken);
    Await.isTrue(() -> phial.standing().acknowledged() >= 3);
  }

  private Phial connect(Transport transport, String id, String host, StandingListener listener) {
    Phial phial =
        Phial.builder()
            .id(id)
            .nodes(List.of(first.endpoint(transport, host), second.endpoint(transport, host)))
            .transport(transport)
            .interval(Duration.ofMillis(50))
            .incarnation(9)
            .listener(listener)
            .connect();
    clients.add(phial);
    return phial;
  }
}
