package io.phial.node.ingress.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.phial.core.registry.ClientSpec;
import io.phial.core.wire.Endpoint;
import io.phial.node.ingress.Await;
import io.phial.node.ingress.ClientDesk.Registration;
import io.phial.node.ingress.SlotDesk;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two APIs: the first knows that the second is the owner. */
@Timeout(60)
class HttpBeatsTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Vertx vertx = Vertx.vertx();
  private final Recording first = new Recording();
  private final Recording second = new Recording();
  private int firstPort;
  private int secondPort;

  private static final class Recording implements SlotDesk {
    final List<String> calls = new CopyOnWriteArrayList<>();
    volatile Owner owner = new Owner.Here();
    volatile Registration answer = new Registration.Accepted(0);

    @Override
    public Owner ownerOf(String id) {
      return owner;
    }

    @Override
    public Future<Registration> beat(ClientSpec spec, String protocol, byte[] payload) {
      String said = new String(payload, StandardCharsets.UTF_8);
      calls.add(spec.id() + " " + spec.intervalNanos() / 1_000_000 + " " + protocol + " " + said);
      return Future.succeededFuture(answer);
    }

    @Override
    public Future<Boolean> goodbye(String id) {
      calls.add("bye " + id);
      return Future.succeededFuture(!id.equals("nobody"));
    }
  }

  @BeforeEach
  void start() throws Exception {
    firstPort = serve(first);
    secondPort = serve(second);
  }

  private int serve(SlotDesk desk) throws Exception {
    HttpBeats beats = new HttpBeats(vertx, desk, 16, new SimpleMeterRegistry());
    HttpServer server = vertx.createHttpServer();
    server.requestHandler(
        request -> {
          if (!beats.take(request)) {
            request.response().setStatusCode(404).end();
          }
        });
    return Await.completed(server.listen(0, "127.0.0.1")).actualPort();
  }

  @AfterEach
  void stop() throws Exception {
    Await.completed(vertx.close());
  }

  @Test
  void shouldTakeBeatsAndGoodbyes() throws Exception {
    assertThat(send("PUT", "/v1/clients/a%2Fb/beat?interval=5s", "hot").statusCode())
        .isEqualTo(200);
    assertThat(send("POST", "/v1/clients/c/beat", "").body())
        .isEqualTo("{\"id\":\"c\",\"intervalMs\":null}");
    assertThat(send("DELETE", "/v1/clients/c/beat", "").statusCode()).isEqualTo(200);
    assertThat(send("DELETE", "/v1/clients/nobody/beat", "").statusCode()).isEqualTo(404);
    assertThat(first.calls)
        .containsExactly("a/b 5000 http hot", "c 0 http ", "bye c", "bye nobody");
  }

  @Test
  void shouldPassBeatsToTheOwnerOnce() throws Exception {
    first.owner = new SlotDesk.Owner.There("n2", new Endpoint("127.0.0.1", secondPort));
    assertThat(send("PUT", "/v1/clients/a/beat?interval=5s", "hot").statusCode()).isEqualTo(200);
    assertThat(second.calls).containsExactly("a 5000 http hot");
    second.owner = new SlotDesk.Owner.There("n1", new Endpoint("127.0.0.1", firstPort));
    HttpResponse<String> circle = send("PUT", "/v1/clients/a/beat", "");
    assertThat(circle.statusCode()).isEqualTo(503);
    assertThat(circle.body()).contains("owner changing");
    assertThat(first.calls).isEmpty();
  }

  @Test
  void shouldTellWhenTheOwnerIsAway() throws Exception {
    first.owner = new SlotDesk.Owner.There("n2", new Endpoint("127.0.0.1", 1));
    HttpResponse<String> answer = send("PUT", "/v1/clients/a/beat", "");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("retry-after")).contains("1");
    first.owner = new SlotDesk.Owner.Nobody();
    assertThat(send("PUT", "/v1/clients/a/beat", "").body()).contains("starting");
  }

  @Test
  void shouldRefuseWhatItCannotTake() throws Exception {
    assertThat(send("PUT", "/v1/clients/a/beat", "x".repeat(17)).statusCode()).isEqualTo(413);
    assertThat(send("PUT", "/v1/clients/a%20b/beat", "").statusCode()).isEqualTo(400);
    assertThat(send("PUT", "/v1/clients/tcp:a/beat", "").statusCode()).isEqualTo(400);
    assertThat(send("PUT", "/v1/clients/a/beat?interval=1", "").statusCode()).isEqualTo(400);
    assertThat(send("PUT", "/v1/clients/a/beat?intervall=1s", "").statusCode()).isEqualTo(400);
    assertThat(send("GET", "/v1/clients/a/beat", "").statusCode()).isEqualTo(405);
    assertThat(send("PUT", "/v1/clients/a/b/beat", "").statusCode()).isEqualTo(404);
    first.answer = new Registration.Refused("node full", 5000);
    HttpResponse<String> full = send("PUT", "/v1/clients/a/beat", "");
    assertThat(full.statusCode()).isEqualTo(503);
    assertThat(full.headers().firstValue("retry-after")).contains("5");
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + firstPort + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .timeout(Duration.ofSeconds(20))
            .build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
