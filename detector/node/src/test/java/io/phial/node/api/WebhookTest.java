package io.phial.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.phial.node.config.ConfigException;
import io.phial.node.config.ConfigLoader;
import io.phial.node.config.NodeConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a real HTTP server on the loopback that answers what the test says. */
@Timeout(60)
class WebhookTest {
  private static final String SECRET = "00112233445566778899aabbccddeeff";

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final EventJournal journal = new EventJournal(8);
  private final AtomicReference<byte[]> mark = new AtomicReference<>();
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final List<String> wrong = new CopyOnWriteArrayList<>();
  private final AtomicInteger failing = new AtomicInteger();
  private final AtomicInteger hanging = new AtomicInteger();
  private Vertx vertx;
  private NodeConfig.Webhooks settings;
  private Context loop;
  private Webhook first;
  private Webhook second;
  private volatile Webhook mine;
  private long appended;

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .body()
                        .onSuccess(
                            body -> {
                              check(
                                  request.headers().get("phial-timestamp"),
                                  body.getBytes(),
                                  request.headers().get("phial-signature"));
                              if (hanging.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                                return;
                              }
                              boolean fails = failing.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
                              if (!fails) {
                                bodies.add(body.toString());
                              }
                              request.response().setStatusCode(fails ? 500 : 204).end();
                            }));
    int port = ApiFixture.await(server.listen(0, "127.0.0.1")).actualPort();
    settings = settings("http://127.0.0.1:" + port + "/hook");
    loop = vertx.getOrCreateContext();
    first = hook();
    second = hook();
    mine = first;
    journal.loaded();
    loop.runOnContext(v -> vertx.setPeriodic(5, id -> step()));
  }

  @AfterEach
  void stop() {
    ApiFixture.await(vertx.close());
  }

  private static NodeConfig.Webhooks settings(String url) throws ConfigException {
    return ConfigLoader.load(
            null,
            Map.of("PHIAL_WEBHOOKS_SECRET", SECRET),
            Map.of(
                "node.id", "n1",
                "webhooks.urls", url,
                "webhooks.timeout", "300ms",
                "webhooks.pause-max", "1s"))
        .config()
        .webhooks();
  }

  private Webhook hook() {
    Webhook.Marks marks =
        new Webhook.Marks() {
          @Override
          public Future<Optional<byte[]>> read() {
            return Future.succeededFuture(Optional.ofNullable(mark.get()));
          }

          @Override
          public Future<Void> write(byte[] written) {
            mark.set(written);
            return Future.succeededFuture();
          }
        };
    return new Webhook(
        settings.urls().get(0),
        settings,
        vertx.createHttpClient(),
        journal,
        marks,
        new SplittableRandom(1),
        meters);
  }

  private void step() {
    long now = System.nanoTime();
    first.step(mine == first, now);
    second.step(mine == second, now);
  }

  private void check(String timestamp, byte[] body, String signature) {
    String expected = WebhookSignature.of(settings.secret().bytes(), timestamp, body);
    if (!expected.equals(signature)) {
      wrong.add(signature);
    }
  }

  private void append(int at) {
    Promise<Void> done = Promise.promise();
    loop.runOnContext(
        v -> {
          journal.append(appended++, VerdictStreamTest.event(at));
          done.complete();
        });
    ApiFixture.await(done.future());
  }

  private List<Long> received() throws Exception {
    List<Long> times = new ArrayList<>();
    for (String body : bodies) {
      for (JsonNode event : Json.MAPPER.readTree(body).path("events")) {
        times.add(event.path("at").longValue());
      }
    }
    return times;
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private double count(String meter) {
    return meters.get(meter).counter().count();
  }

  @Test
  void shouldSignByTheKnownAnswer() {
    // printf '1.{}' | openssl dgst -sha256 -hmac key
    assertThat(
            WebhookSignature.of(
                "key".getBytes(StandardCharsets.US_ASCII),
                "1",
                "{}".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo("v1=1ba6b8171186efc613e8bcc0cbdab2748f24984d7c5a84faa2637afa0e40d224");
  }

  @Test
  void shouldDeliverInOrderOnceAReceiverThatFailedAtFirstAnswers() throws Exception {
    failing.set(3);
    append(1);
    append(2);
    until(() -> count("phial.webhooks.events.delivered") == 2);
    append(3);
    until(() -> count("phial.webhooks.events.delivered") == 3);
    assertThat(received()).containsExactly(1L, 2L, 3L);
    assertThat(count("phial.webhooks.requests.failed")).isEqualTo(3);
    assertThat(wrong).isEmpty();
    assertThat(mark.get()).isNotNull();
  }

  @Test
  void shouldSendAgainWhatWasNotAnsweredInTime() throws Exception {
    hanging.set(1);
    append(1);
    until(() -> count("phial.webhooks.events.delivered") == 1);
    assertThat(count("phial.webhooks.requests.failed")).isEqualTo(1);
    assertThat(received()).containsExactly(1L);
  }

  @Test
  void shouldGoOnWhereTheFormerNodeCameWhenTheDutyMoves() throws Exception {
    append(1);
    append(2);
    until(() -> count("phial.webhooks.events.delivered") == 2);
    mine = second;
    append(3);
    until(() -> count("phial.webhooks.events.delivered") == 3);
    assertThat(received()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void shouldTellTheReceiverWhatTheJournalForgotMeanwhile() throws Exception {
    mine = null;
    append(1);
    mine = first;
    until(() -> count("phial.webhooks.events.delivered") == 1);
    mine = null;
    for (int i = 2; i <= 13; i++) {
      append(i);
    }
    mine = second;
    until(() -> count("phial.webhooks.events.delivered") == 9);
    assertThat(Json.MAPPER.readTree(bodies.get(1)).path("missed").longValue()).isEqualTo(4);
    assertThat(received()).startsWith(1L, 6L).endsWith(13L);
    assertThat(count("phial.webhooks.events.missed")).isEqualTo(4);
  }
}
