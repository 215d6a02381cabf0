package io.phial.node.api;

import io.phial.node.config.NodeConfig;
import io.phial.node.metrics.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The API over a real server on a free port of the loopback. */
final class ApiFixture implements AutoCloseable {
  static final NodeConfig.Http SETTINGS =
      new NodeConfig.Http(
          0,
          -1,
          64,
          Duration.ofSeconds(30),
          Duration.ofSeconds(20),
          2,
          128,
          Duration.ofMillis(100));

  final FakeQueries queries = new FakeQueries();
  final VerdictStream stream;
  final EventJournal journal;
  private long appended;
  final Metrics metrics = new Metrics("test", "n1");
  final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  final int port;
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private final HttpApi api;

  ApiFixture() {
    this(SETTINGS);
  }

  ApiFixture(NodeConfig.Http settings) {
    stream = new VerdictStream(settings.eventBuffer());
    journal = new EventJournal(settings.eventBuffer());
    journal.loaded();
    api = new HttpApi(vertx, "127.0.0.1", settings, queries, journal, stream, metrics);
    port = await(api.start());
  }

  /** Appends to the log, as its follower does. */
  void append(VerdictEvent event) {
    journal.append(appended++, event);
  }

  static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(20));
  }

  HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString());
  }

  double counter(String name) {
    return metrics.registry().get(name).counter().count();
  }

  double gauge(String name) {
    return metrics.registry().get(name).gauge().value();
  }

  void stop() {
    await(api.stop());
  }

  @Override
  public void close() {
    stop();
    await(vertx.close());
    metrics.close();
  }
}
