package io.phial.node.ingress.http;

import io.phial.core.wire.Endpoint;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Passes a beat on to the node that owns its client. Bounded in connections, waiting requests and
 * time; what does not fit fails at once. Neither the store nor its bus takes part.
 */
final class Hop {
  /** Marks a request that was passed on already. */
  static final String HEADER = "x-phial-hop";

  private static final int CONNECTIONS_PER_NODE_MAX = 8;
  private static final int WAITING_MAX = 1024;
  private static final int CONNECT_MILLIS = 500;
  private static final long TIMEOUT_MILLIS = 1000;

  private final HttpClient client;
  private final AtomicInteger pending = new AtomicInteger();

  /**
   * What the owner said.
   *
   * @param status of HTTP
   * @param body JSON
   */
  record Answer(int status, Buffer body) {}

  Hop(Vertx vertx) {
    HttpClientOptions options =
        new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS).setIdleTimeout(30);
    this.client =
        vertx.createHttpClient(
            options,
            new PoolOptions()
                .setHttp1MaxSize(CONNECTIONS_PER_NODE_MAX)
                .setMaxWaitQueueSize(WAITING_MAX));
  }

  Future<Answer> pass(Endpoint to, HttpMethod method, String uri, Buffer body) {
    if (pending.incrementAndGet() > WAITING_MAX) {
      pending.decrementAndGet();
      return Future.failedFuture("too many beats wait for other nodes");
    }
    RequestOptions options =
        new RequestOptions()
            .setMethod(method)
            .setHost(to.host())
            .setPort(to.port())
            .setURI(uri)
            .setTimeout(TIMEOUT_MILLIS)
            .putHeader(HEADER, "1");
    return client
        .request(options)
        .compose(request -> request.send(body))
        .compose(Hop::answer)
        .timeout(2 * TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .onComplete(done -> pending.decrementAndGet());
  }

  private static Future<Answer> answer(HttpClientResponse response) {
    return response.body().map(body -> new Answer(response.statusCode(), body));
  }
}
