package io.phial.node.ingress.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.phial.node.ingress.Await;
import io.phial.node.ingress.Elsewhere;
import io.phial.node.ingress.FakeFeed;
import io.phial.node.ingress.RecordingDesk;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bytes in, bytes out; the programs of others speak in {@code RealClientsTest}. */
@Timeout(60)
class MqttIngressTest {
  private final Vertx vertx = Vertx.vertx();
  private final RecordingDesk desk = new RecordingDesk();
  private final FakeFeed feed = new FakeFeed();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<Buffer> published = new CopyOnWriteArrayList<>();
  private final List<Client> clients = new ArrayList<>();
  private MqttIngress ingress;
  private Consumer<Buffer> otherNodes = body -> {};

  @BeforeEach
  void start() throws Exception {
    MqttIngressOptions options =
        new MqttIngressOptions("127.0.0.1", 0, 8, 300, 1024, 16, 2, 3, 2, 0);
    WillExchange exchange =
        new WillExchange() {
          @Override
          public void publish(Buffer message) {
            published.add(message);
          }

          @Override
          public void listen(Consumer<Buffer> listener) {
            otherNodes = listener;
          }
        };
    ingress = new MqttIngress(vertx, options, desk, feed, exchange, meters);
    Await.completed(ingress.start());
  }

  @AfterEach
  void stop() throws Exception {
    for (Client client : clients) {
      client.socket.close();
    }
    Await.completed(ingress.stop(Elsewhere.NOWHERE));
    Await.completed(vertx.close());
  }

  @Test
  void shouldServeVersion311() throws Exception {
    Client client = connect311("dev", 5, "");
    assertThat(client.read(4)).isEqualTo("20020000");
    assertThat(desk.specs.get(0).intervalNanos()).isEqualTo(5_000_000_000L);
    client.send("c000");
    assertThat(client.read(2)).isEqualTo("d000");
    client.send("e000");
    assertThat(client.atEnd()).isTrue();
    Await.until(() -> desk.calls, List.of("connect dev", "goodbye dev"));
  }

  @Test
  void shouldShortenTheKeepAliveOfVersion5AndNameObservers() throws Exception {
    Client client = new Client();
    // CONNECT, level 5, clean start, keep alive 600, no properties, no id
    client.send("100d00044d51545405020258" + "00" + "0000");
    assertThat(client.packet()).startsWith("20").contains("13012c", hex("observer-"));
    assertThat(desk.calls).isEmpty();
  }

  @Test
  void shouldTellARunOutKeepAlive() throws Exception {
    Client client = connect5("dev", 1, "");
    long begun = System.nanoTime();
    assertThat(client.packet()).startsWith("e0").contains("8d");
    assertThat(System.nanoTime() - begun).isGreaterThan(1_300_000_000L);
    assertThat(client.atEnd()).isTrue();
    Await.until(() -> desk.calls, List.of("connect dev", "closed dev"));
  }

  @Test
  void shouldTellASessionThatWasTakenOver() throws Exception {
    Client client = connect5("dev", 60, "");
    desk.listeners.get(0).takenOver();
    assertThat(client.packet()).startsWith("e0").contains("8e");
    assertThat(client.atEnd()).isTrue();
    Await.until(() -> desk.calls, List.of("connect dev"));
  }

  @Test
  void shouldSendClientsElsewhereOnLeaving() throws Exception {
    Client client = connect5("dev", 60, "");
    Await.completed(ingress.stop(new Elsewhere(List.of("10.0.0.2:1883"), List.of())));
    String told = client.packet();
    assertThat(told.substring(4, 6)).isEqualTo("9c");
    assertThat(told).contains(hex("10.0.0.2:1883"));
    assertThat(desk.calls).containsExactly("connect dev", "dropped dev");
  }

  @Test
  void shouldTakePayloadsForItselfOnly() throws Exception {
    Client client = connect311("dev", 60, "");
    client.read(4);
    client.send(publish("phial/beats/dev", 1, "hot"));
    assertThat(client.read(4)).isEqualTo("40020007");
    client.send(publish("phial/beats/other", 1, "cold"));
    client.read(4);
    client.send(publish("some/where", 1, "lost"));
    client.read(4);
    client.send(publish("phial/beats/dev", 1, "x".repeat(17)));
    client.read(4);
    Await.until(() -> desk.payloads, List.of("hot"));
    assertThat(count("refused")).isEqualTo(2);
    assertThat(count("oversized")).isEqualTo(1);
  }

  @Test
  void shouldAnswerExactlyOnceMessagesOfVersion311() throws Exception {
    Client client = connect311("dev", 60, "");
    client.read(4);
    client.send(publish("phial/beats/dev", 2, "hot"));
    assertThat(client.read(4)).isEqualTo("50020007");
    client.send("62020007");
    assertThat(client.read(4)).isEqualTo("70020007");
  }

  @Test
  void shouldTellRetainedStatusesAndChanges() throws Exception {
    feed.set("a", "ALIVE");
    feed.set("b", "DEAD");
    Client client = connect311("", 60, "");
    client.read(4);
    client.send(subscribe("phial/clients/+/status", 1));
    assertThat(client.packet()).isEqualTo("9003000901");
    assertThat(client.publication()).contains("retained phial/clients/a/status", "ALIVE");
    assertThat(client.publication()).contains("retained phial/clients/b/status", "DEAD");
    client.send("40020001");
    client.send("40020002");
    feed.set("c/d", "SUSPECT");
    assertThat(client.publication()).contains("new phial/clients/c%2Fd/status", "SUSPECT");
    client.send("a20a0003" + "0006" + hex("nobody"));
    assertThat(client.packet()).startsWith("b0");
  }

  @Test
  void shouldTellThePresentAgainAfterChangesWereMissed() throws Exception {
    Client client = connect311("", 60, "");
    client.read(4);
    client.send(subscribe("phial/clients/a/status", 0));
    client.packet();
    feed.set("a", "ALIVE");
    assertThat(client.publication()).contains("ALIVE");
    synchronized (feed) {
      // Both changes are gone before anybody can read them.
      feed.set("a", "SUSPECT");
      feed.set("a", "DEAD");
      feed.forget();
    }
    String told = client.publication();
    assertThat(told).contains("DEAD").contains("retained");
  }

  @Test
  void shouldTellALastWillWhenTheVerdictIsDeadAndNotBefore() throws Exception {
    Client watcher = connect311("", 60, "");
    watcher.read(4);
    watcher.send(subscribe("lwt/#", 1));
    watcher.packet();
    Client dying = connect311("dev", 60, hex16("lwt/dev") + hex16("gone"));
    dying.read(4);
    dying.socket.close();
    Await.until(() -> desk.calls, List.of("connect dev", "closed dev"));
    feed.set("dev", "SUSPECT");
    assertThat(published).isEmpty();
    feed.set("dev", "DEAD");
    assertThat(watcher.publication()).contains("lwt/dev", "gone");
    Await.until(published::size, 1);
    feed.set("dev", "DEAD");
    otherNodes.accept(new Message("lwt/other", new byte[] {'x'}, 0, false).encode());
    assertThat(watcher.publication()).contains("lwt/other", "x");
    assertThat(published).hasSize(1);
  }

  @Test
  void shouldForgetTheWillOfAClientThatCameBack() throws Exception {
    Client first = connect311("dev", 60, hex16("lwt/dev") + hex16("gone"));
    first.read(4);
    first.socket.close();
    Await.until(() -> desk.calls, List.of("connect dev", "closed dev"));
    feed.set("dev", "SUSPECT");
    feed.set("dev", "ALIVE");
    feed.set("dev", "DEAD");
    Client watcher = connect311("", 60, "");
    watcher.read(4);
    watcher.send("c000");
    watcher.read(2);
    assertThat(published).isEmpty();
  }

  @Test
  void shouldBoundSubscriptionsAndSubscribers() throws Exception {
    Client client = connect311("", 60, "");
    client.read(4);
    client.send(subscribe("a", 0));
    assertThat(client.packet()).isEqualTo("9003000900");
    client.send(subscribe("b", 0));
    assertThat(client.packet()).isEqualTo("9003000900");
    client.send(subscribe("c", 0));
    assertThat(client.packet()).isEqualTo("9003000980");
    client.send(subscribe("a", 1));
    assertThat(client.packet()).isEqualTo("9003000901");
    client.send(subscribe("a/#/b", 1));
    assertThat(client.packet()).isEqualTo("9003000980");
    for (int i = 0; i < 2; i++) {
      Client more = connect311("", 60, "");
      more.read(4);
      more.send(subscribe("a", 0));
      assertThat(more.packet()).isEqualTo("9003000900");
    }
    Client last = connect311("", 60, "");
    last.read(4);
    last.send(subscribe("a", 0));
    assertThat(last.packet()).isEqualTo("9003000980");
    assertThat(feed.listeners()).isEqualTo(4);
  }

  @Test
  void shouldRefuseWhatItCannotServe() throws Exception {
    Client longId = connect311("x".repeat(129), 60, "");
    assertThat(longId.read(4)).isEqualTo("20020002");
    Client forger = connect311("dev", 60, hex16("phial/clients/a/status") + hex16("DEAD"));
    assertThat(forger.read(4)).isEqualTo("20020005");
    Client version = new Client();
    version.send(connect("dev", 9, 60, ""));
    assertThat(version.read(4)).isEqualTo("20020001");
    assertThat(desk.calls).isEmpty();
  }

  @Test
  void shouldEndConnectionsThatBreakTheProtocol() throws Exception {
    Client stranger = new Client();
    stranger.send("c000");
    assertThat(stranger.atEnd()).isTrue();
    Client twice = connect311("dev", 60, "");
    twice.read(4);
    twice.send(connect("dev", 4, 60, ""));
    assertThat(twice.atEnd()).isTrue();
    Client huge = connect5("big", 60, "");
    huge.send("30ffff7f");
    assertThat(huge.packet()).contains("95");
    assertThat(huge.atEnd()).isTrue();
  }

  @Test
  void shouldSurviveNonsense() throws Exception {
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 200; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), ingress.port())) {
        byte[] bytes = new byte[random.nextInt(1, 200)];
        random.nextBytes(bytes);
        if (i % 2 == 0) {
          byte[] good = HexFormat.of().parseHex(connect("n" + i, 5, 60, ""));
          socket.getOutputStream().write(good);
        }
        socket.getOutputStream().write(bytes);
      } catch (IOException e) {
        // It was faster to close than we to write.
      }
    }
    Await.isTrue(() -> count("connections_opened") + count("connections_refused") >= 200);
    Await.isTrue(() -> count("connections_closed") == count("connections_opened"));
    assertThat(count("errors")).isZero();
    Client client = connect311("dev", 5, "");
    assertThat(client.read(4)).isEqualTo("20020000");
  }

  private double count(String name) {
    return meters.get("phial_ingress_" + name).tag("transport", "mqtt").counter().count();
  }

  private Client connect311(String id, int keepAlive, String will) throws IOException {
    Client client = new Client();
    client.send(connect(id, 4, keepAlive, will));
    return client;
  }

  private Client connect5(String id, int keepAlive, String will) throws IOException {
    Client client = new Client();
    client.send(connect(id, 5, keepAlive, will));
    assertThat(client.packet()).startsWith("20");
    return client;
  }

  private static String connect(String id, int level, int keepAlive, String will) {
    String flags = will.isEmpty() ? "02" : "06";
    String properties = level == 5 ? "00" : "";
    String rest =
        hex16("MQTT")
            + "%02x".formatted(level)
            + flags
            + "%04x".formatted(keepAlive)
            + properties
            + hex16(id)
            + will;
    return "10" + length(rest) + rest;
  }

  private static String publish(String topic, int qos, String payload) {
    String rest = hex16(topic) + "0007" + hex(payload);
    return "%02x".formatted(0x30 | (qos << 1)) + length(rest) + rest;
  }

  private static String subscribe(String filter, int qos) {
    String rest = "0009" + hex16(filter) + "%02x".formatted(qos);
    return "82" + length(rest) + rest;
  }

  private static String length(String rest) {
    int bytes = rest.length() / 2;
    return bytes < 128
        ? "%02x".formatted(bytes)
        : "%02x%02x".formatted((bytes % 128) | 128, bytes / 128);
  }

  private static String hex16(String text) {
    return "%04x".formatted(text.length()) + hex(text);
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
  }

  private final class Client {
    final Socket socket;
    private final DataInputStream in;

    Client() throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), ingress.port());
      socket.setSoTimeout(20_000);
      in = new DataInputStream(socket.getInputStream());
      clients.add(this);
    }

    void send(String hex) throws IOException {
      socket.getOutputStream().write(HexFormat.of().parseHex(hex));
    }

    String read(int bytes) throws IOException {
      return HexFormat.of().formatHex(in.readNBytes(bytes));
    }

    /** One packet with a length below 16,384. */
    String packet() throws IOException {
      int type = in.readUnsignedByte();
      int first = in.readUnsignedByte();
      int length = first < 128 ? first : first - 128 + 128 * in.readUnsignedByte();
      return "%02x".formatted(type) + length("00".repeat(length)) + read(length);
    }

    /** One PUBLISH as words. */
    String publication() throws IOException {
      int type = in.readUnsignedByte();
      int first = in.readUnsignedByte();
      int length = first < 128 ? first : first - 128 + 128 * in.readUnsignedByte();
      byte[] rest = in.readNBytes(length);
      assertThat(type & 0xF0).isEqualTo(0x30);
      int topicBytes = (rest[0] << 8) | (rest[1] & 0xFF);
      String topic = new String(rest, 2, topicBytes, StandardCharsets.UTF_8);
      String all = new String(rest, StandardCharsets.UTF_8);
      return ((type & 1) == 1 ? "retained " : "new ") + topic + " " + all;
    }

    boolean atEnd() throws IOException {
      return in.read() < 0;
    }
  }
}
