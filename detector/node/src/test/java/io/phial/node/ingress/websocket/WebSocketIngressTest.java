package io.phial.node.ingress.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.phial.node.ingress.Await;
import io.phial.node.ingress.ClientDesk.Registration.Refused;
import io.phial.node.ingress.Elsewhere;
import io.phial.node.ingress.RecordingDesk;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WebSocketIngressTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Vertx vertx = Vertx.vertx();
  private final RecordingDesk desk = new RecordingDesk();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private WebSocketIngress ingress;

  @BeforeEach
  void start() throws Exception {
    ingress =
        new WebSocketIngress(
            vertx,
            new WebSocketIngressOptions("127.0.0.1", 0, 2, 15_000_000_000L, 16, 0),
            desk,
            meters);
    Await.completed(ingress.start());
  }

  @AfterEach
  void stop() throws Exception {
    Await.completed(ingress.stop(Elsewhere.NOWHERE));
    Await.completed(vertx.close());
  }

  @Test
  void shouldCountAnswersToItsPings() throws Exception {
    connect("id=page&interval=200ms");
    Await.isTrue(() -> desk.beats.get() >= 3);
    assertThat(desk.specs.get(0).intervalNanos()).isEqualTo(200_000_000L);
    assertThat(desk.specs.get(0).id()).isEqualTo("page");
  }

  @Test
  void shouldCountPingsOfTheClient() throws Exception {
    Talk talk = connect("id=page");
    assertThat(desk.specs.get(0).intervalNanos()).isEqualTo(15_000_000_000L);
    talk.socket.sendPing(ByteBuffer.wrap(new byte[] {7})).join();
    Await.until(desk.beats::get, 1);
    Await.until(() -> talk.heard, List.of("pong"));
  }

  @Test
  void shouldCountMessagesAloneWhenAskedTo() throws Exception {
    Talk talk = connect("id=page&interval=100ms&count=messages");
    talk.socket.sendPing(ByteBuffer.wrap(new byte[] {7})).join();
    talk.socket.sendText("HEARTBEAT", true).join();
    Await.until(() -> talk.heard, List.of("pong", "ACK"));
    assertThat(desk.beats.get()).isEqualTo(1);
  }

  @Test
  void shouldKeepPayloadsWithinTheirBound() throws Exception {
    Talk talk = connect("id=page");
    talk.socket.sendText("{\"x\":1}", true).join();
    talk.socket.sendText("x".repeat(17), true).join();
    talk.socket.sendBinary(ByteBuffer.wrap("bin".getBytes(StandardCharsets.US_ASCII)), true).join();
    String error = "ERR payload must be at most 16 bytes";
    Await.until(() -> talk.heard, List.of("ACK", error, "ACK"));
    assertThat(desk.payloads).containsExactly("{\"x\":1}", "bin");
    assertThat(desk.beats.get()).isEqualTo(3);
  }

  @Test
  void shouldCloseAfterTooLongAMessage() throws Exception {
    Talk talk = connect("id=page");
    talk.socket.sendText("x".repeat(5000), true).join();
    Await.isTrue(() -> desk.calls.contains("closed page"));
  }

  @Test
  void shouldTakeAnOrderlyCloseForAGoodbye() throws Exception {
    connect("id=a").socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    Await.until(() -> desk.calls, List.of("connect a", "goodbye a"));
    connect("id=b").socket.abort();
    Await.until(() -> desk.calls, List.of("connect a", "goodbye a", "connect b", "closed b"));
  }

  @Test
  void shouldSayWhyItCloses() throws Exception {
    Talk over = connect("id=a");
    desk.listeners.get(0).takenOver();
    Await.until(() -> over.heard, List.of("4001 another connection speaks for a"));
    Talk full = connect("id=b");
    desk.listeners.get(1).refused(new Refused("no room", 1500));
    Await.until(() -> full.heard, List.of("1013 no room, retry after 1500 ms"));
    Await.until(() -> desk.calls, List.of("connect a", "connect b"));
  }

  @Test
  void shouldSendClientsElsewhereOnLeaving() throws Exception {
    Talk talk = connect("id=a");
    Await.completed(
        ingress.stop(new Elsewhere(List.of("10.0.0.2:7071", "10.0.0.3:7071"), List.of())));
    Await.until(() -> talk.heard, List.of("1001 use 10.0.0.2:7071 10.0.0.3:7071"));
    assertThat(desk.calls).containsExactly("connect a", "dropped a");
  }

  @Test
  void shouldRefuseWhatItCannotServe() throws Exception {
    for (String query :
        List.of("id=a%20b", "id=tcp:x", "interval=5", "count=no", "x=1", "id=a&id=b")) {
      assertThatThrownBy(() -> connect(query))
          .as(query)
          .hasCauseInstanceOf(WebSocketHandshakeException.class);
    }
    connect("id=a");
    connect("id=b");
    assertThatThrownBy(() -> connect("id=c")).hasCauseInstanceOf(WebSocketHandshakeException.class);
    assertThat(desk.calls).containsExactly("connect a", "connect b");
  }

  @Test
  void shouldServeTheExamplePage() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + ingress.port() + "/");
    String page = HTTP.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    assertThat(page).contains("new WebSocket(", "/v1/beat");
  }

  private Talk connect(String query) {
    Talk talk = new Talk();
    int before = desk.specs.size();
    URI uri = URI.create("ws://127.0.0.1:" + ingress.port() + "/v1/beat?" + query);
    talk.socket =
        HTTP.newWebSocketBuilder().buildAsync(uri, talk).orTimeout(20, TimeUnit.SECONDS).join();
    Await.isTrue(() -> desk.specs.size() > before);
    return talk;
  }

  private static final class Talk implements WebSocket.Listener {
    final List<String> heard = new CopyOnWriteArrayList<>();
    WebSocket socket;

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      heard.add(data.toString());
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
      heard.add("pong");
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      heard.add(code + " " + reason);
      return null;
    }
  }
}
