package io.phial.node.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TcpIngressTest {
  private final Vertx vertx = Vertx.vertx();
  private final RecordingDesk desk = new RecordingDesk();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<Client> clients = new ArrayList<>();
  private TcpIngress ingress;

  @BeforeEach
  void start() throws Exception {
    start(TcpIngressOptions.of("127.0.0.1", 0));
  }

  private void start(TcpIngressOptions options) throws Exception {
    if (ingress != null) {
      Await.completed(ingress.stop());
    }
    ingress = new TcpIngress(vertx, options, desk, meters);
    Await.completed(ingress.start());
  }

  @AfterEach
  void stop() throws Exception {
    for (Client client : clients) {
      client.close();
    }
    Await.completed(ingress.stop());
    Await.completed(vertx.close());
  }

  @Test
  void shouldServeThePlainProgram() throws Exception {
    Client client = client();
    for (int i = 0; i < 3; i++) {
      client.send("HEARTBEAT");
      assertThat(client.read(3)).isEqualTo("ACK");
    }
    assertThat(desk.specs).hasSize(1);
    assertThat(desk.specs.get(0).anonymous()).isTrue();
    assertThat(desk.specs.get(0).id()).isEqualTo("tcp:127.0.0.1:" + client.socket.getLocalPort());
    client.close();
    Await.until(() -> desk.calls, List.of("connect anonymous", "closed anonymous"));
    assertThat(count("beats")).isEqualTo(3);
  }

  @Test
  void shouldServeSplitAndCoalescedWrites() throws Exception {
    Client client = client();
    client.send("HEAR");
    client.send("TBEATHEARTBEAT");
    assertThat(client.read(6)).isEqualTo("ACKACK");
    client.send("HEARTBEAT\r\nHEARTBEAT\nPING\n");
    assertThat(client.read(13)).isEqualTo("ACK\nACK\nPONG\n");
    assertThat(count("beats")).isEqualTo(4);
  }

  @Test
  void shouldRegisterNamedClients() throws Exception {
    // No gap is asked for here: the two beats below may follow within a millisecond.
    start(new TcpIngressOptions("127.0.0.1", 0, 10, 60_000, 60_000, 8, 0));
    Client client = client();
    client.send("HEARTBEAT worker interval=30s incarnation=3\n");
    assertThat(client.read(4)).isEqualTo("ACK\n");
    client.send("HEARTBEAT\n");
    assertThat(client.read(4)).isEqualTo("ACK\n");

    Await.until(desk.beats::get, 1);
    assertThat(desk.calls).containsExactly("connect worker");
    assertThat(desk.specs.get(0).intervalNanos()).isEqualTo(30_000_000_000L);
    assertThat(desk.specs.get(0).incarnation()).isEqualTo(3);
    assertThat(desk.specs.get(0).anonymous()).isFalse();
    client.send("BYE\n");
    assertThat(client.atEnd()).isTrue();
    assertThat(desk.calls).containsExactly("connect worker", "goodbye worker");
  }

  @Test
  void shouldTakeOneByteBeats() throws Exception {
    start(new TcpIngressOptions("127.0.0.1", 0, 10, 60_000, 60_000, 8, 0));
    Client client = client();
    client.send("HEARTBEAT tiny interval=30s\n");
    assertThat(client.line()).isEqualTo("ACK");
    client.send(".");
    assertThat(client.read(1)).isEqualTo(".");
    Await.until(desk.beats::get, 1);
  }

  @Test
  void shouldAskThoseWhoAnswer() throws Exception {
    Client client = client();
    client.send("HEARTBEAT lazy interval=300ms can=ping\n");
    assertThat(client.line()).isEqualTo("ACK");
    for (int i = 1; i <= 2; i++) {
      assertThat(client.line()).isEqualTo("PING");
      client.send("PONG\n");
      Await.until(desk.beats::get, i);
    }
  }

  @Test
  void shouldAskNobodyElse() throws Exception {
    Client client = client();
    client.send("HEARTBEAT plain interval=100ms\n");
    assertThat(client.line()).isEqualTo("ACK");
    client.socket.setSoTimeout(700);
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> client.read(1))
        .isInstanceOf(java.net.SocketTimeoutException.class);
  }

  @Test
  void shouldSendAStrayToItsOwnerAndTakeItsEndForTheMove() throws Exception {
    Client client = client();
    client.send("HEARTBEAT stray can=moved\n");
    assertThat(client.line()).isEqualTo("ACK");
    assertThat(client.line()).isEqualTo("MOVED 10.0.0.7:7070");
    client.send("HEARTBEAT\n");
    assertThat(client.line()).isEqualTo("ACK");
    client.close();
    Await.until(() -> desk.calls, List.of("connect stray", "moving stray"));
  }

  @Test
  void shouldSendAwayThoseWhoUnderstandItWhenTheNodeLeaves() throws Exception {
    Client able = client();
    able.send("HEARTBEAT able can=moved\n");
    assertThat(able.line()).isEqualTo("ACK");
    Client plain = client();
    plain.send("HEARTBEAT stray\n");
    assertThat(plain.line()).isEqualTo("ACK");
    ingress.drain(new Elsewhere(List.of("10.0.0.2:1"), List.of()));
    assertThat(able.line()).isEqualTo("MOVED 10.0.0.2:1");
    plain.send("PING\n");
    assertThat(plain.line()).isEqualTo("PONG");
    plain.close();
    Await.until(() -> desk.calls.get(desk.calls.size() - 1), "closed stray");
  }

  @Test
  void shouldReplaceTheAnonymousIdentity() throws Exception {
    Client client = client();
    client.send("HEARTBEAT");
    client.read(3);
    client.send("HEARTBEAT worker\n");
    client.read(4);
    client.send("HEARTBEAT other\n");
    assertThat(client.line()).isEqualTo("ERR this connection speaks for worker");
    client.close();
    Await.until(
        () -> desk.calls,
        List.of("connect anonymous", "dropped anonymous", "connect worker", "closed worker"));
  }

  @Test
  void shouldCountNonsenseAndCloseInTheEnd() throws Exception {
    Client client = client();
    for (int i = 0; i < 8; i++) {
      client.send("GET / HTTP/1.1\r\n");
      assertThat(client.line()).startsWith("ERR expected HEARTBEAT");
    }
    assertThat(client.atEnd()).isTrue();
    assertThat(count("malformed")).isEqualTo(8);
    assertThat(desk.calls).isEmpty();
  }

  @Test
  void shouldCountOversizedLines() throws Exception {
    Client client = client();
    client.send("x".repeat(600));
    assertThat(client.line()).isEqualTo("ERR a line must be at most 512 bytes");
    client.send("\nHEARTBEAT\n");
    assertThat(client.line()).isEqualTo("ACK");
    assertThat(count("oversized")).isEqualTo(1);
  }

  @Test
  void shouldSurviveRandomBytes() throws Exception {
    SplittableRandom random = new SplittableRandom(53);
    for (int i = 0; i < 40; i++) {
      Client noisy = client();
      byte[] noise = new byte[2_000];
      random.nextBytes(noise);
      try {
        noisy.socket.getOutputStream().write(noise);
        noisy.socket.getOutputStream().write('\n');
      } catch (IOException e) {
        // The ingress may have closed it already.
        assertThat(e).hasMessageMatching(".*(reset|pipe|abort).*");
      }
      noisy.close();
    }
    Await.until(() -> count("connections_closed"), 40.0);
    assertThat(desk.calls).isEmpty();
    assertThat(count("errors")).isZero();
    Client client = client();
    client.send("HEARTBEAT");
    assertThat(client.read(3)).isEqualTo("ACK");
  }

  @Test
  void shouldPassABurstOnAsOneBeat() throws Exception {
    Client client = client();
    client.send("HEARTBEAT a\n" + "HEARTBEAT\n".repeat(50));
    client.read(4 * 51);
    assertThat(count("beats")).isEqualTo(51);
    assertThat(desk.beats.get()).isLessThan(51);
  }

  @Test
  void shouldTellRefusals() throws Exception {
    desk.full = true;
    Client client = client();
    client.send("HEARTBEAT a\n");
    assertThat(client.line()).isEqualTo("ACK");
    assertThat(client.line()).isEqualTo("ERR no room, retry after 1500 ms");
    assertThat(client.atEnd()).isTrue();
    assertThat(desk.calls).containsExactly("connect a");
    assertThat(count("refused")).isEqualTo(1);
  }

  @Test
  void shouldCatchWhatTheDeskThrows() throws Exception {
    desk.failing = true;
    Client client = client();
    client.send("HEARTBEAT a\n");
    assertThat(client.atEnd()).isTrue();
    assertThat(count("errors")).isEqualTo(1);
    desk.failing = false;
    Client other = client();
    other.send("HEARTBEAT");
    assertThat(other.read(3)).isEqualTo("ACK");
  }

  @Test
  void shouldBoundConnections() throws Exception {
    start(new TcpIngressOptions("127.0.0.1", 0, 2, 60_000, 60_000, 8, 0));
    Client first = client();
    first.send("HEARTBEAT");
    first.read(3);
    Client second = client();
    second.send("HEARTBEAT");
    second.read(3);
    Client third = client();
    assertThat(third.line()).isEqualTo("ERR too many connections");
    assertThat(third.atEnd()).isTrue();
    assertThat(count("connections_refused")).isEqualTo(1);
    first.close();
    Await.until(() -> count("connections_closed"), 1.0);
    Client fourth = client();
    fourth.send("HEARTBEAT");
    assertThat(fourth.read(3)).isEqualTo("ACK");
  }

  @Test
  void shouldCloseStrangersThatSayNothing() throws Exception {
    start(new TcpIngressOptions("127.0.0.1", 0, 10, 60_000, 100, 8, 0));
    Client known = client();
    known.send("HEARTBEAT");
    known.read(3);
    Client stranger = client();
    assertThat(stranger.atEnd()).isTrue();
    assertThat(count("connections_expelled")).isEqualTo(1);
    known.send("HEARTBEAT");
    assertThat(known.read(3)).isEqualTo("ACK");
  }

  @Test
  void shouldDropItsClientsWithoutAVerdictWhenItStops() throws Exception {
    Client client = client();
    client.send("HEARTBEAT a\n");
    client.read(4);
    Await.completed(ingress.stop());
    assertThat(client.atEnd()).isTrue();
    assertThat(desk.calls).containsExactly("connect a", "dropped a");
  }

  private double count(String name) {
    return meters.counter("phial_ingress_" + name, "transport", "tcp").count();
  }

  private Client client() throws IOException {
    Client client = new Client(ingress.port());
    clients.add(client);
    return client;
  }

  /** A plain socket program. */
  private static final class Client {
    final Socket socket;

    Client(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(20_000);
    }

    void send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    String read(int bytes) throws IOException {
      return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
    }

    String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int b = socket.getInputStream().read(); b >= 0 && b != '\n'; ) {
        line.append((char) b);
        b = socket.getInputStream().read();
      }
      return line.toString();
    }

    boolean atEnd() throws IOException {
      try {
        return socket.getInputStream().read() < 0;
      } catch (java.net.SocketException e) {
        return true; // reset: as ended as it gets
      }
    }

    void close() throws IOException {
      socket.close();
    }
  }
}
