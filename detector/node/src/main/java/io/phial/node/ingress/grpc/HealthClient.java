package io.phial.node.ingress.grpc;

import io.phial.node.ingress.grpc.HealthMessages.MalformedMessageException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;

/** Asks other programs for their health by gRPC, over HTTP/2 without TLS. Thread-safe. */
public final class HealthClient {
  private static final int ANSWER_BYTES_MAX = 1024;

  private final HttpClient client;

  /**
   * Creates it; opens nothing.
   *
   * @param waitingMax calls that may wait for a connection
   */
  public HealthClient(Vertx vertx, int waitingMax) {
    client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setIdleTimeout(120),
            new PoolOptions().setMaxWaitQueueSize(waitingMax));
  }

  /**
   * Succeeds with true when the service is SERVING.
   *
   * @param service empty for the whole server
   */
  public Future<Boolean> isServing(String host, int port, String service, long timeoutMillis) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(host)
            .setPort(port)
            .setURI(HealthMessages.PATH + "Check")
            .setConnectTimeout(timeoutMillis)
            .setTimeout(timeoutMillis)
            .putHeader("content-type", "application/grpc+proto")
            .putHeader("te", "trailers");
    Buffer message = HealthMessages.framed(HealthMessages.request(service));
    return client
        .request(options)
        .compose(request -> request.send(message))
        .compose(HealthClient::isServing);
  }

  private static Future<Boolean> isServing(HttpClientResponse response) {
    Buffer body = Buffer.buffer();
    response.handler(
        chunk -> {
          if (body.length() <= ANSWER_BYTES_MAX) {
            body.appendBuffer(chunk);
          }
        });
    return response.end().map(end -> response.statusCode() == 200 && isServing(response, body));
  }

  private static boolean isServing(HttpClientResponse response, Buffer body) {
    boolean whole =
        "0".equals(response.getTrailer("grpc-status"))
            && body.length() >= HealthMessages.PREFIX_BYTES
            && body.length() <= ANSWER_BYTES_MAX
            && body.getByte(0) == 0;
    try {
      return whole
          && HealthMessages.statusOf(body.getBuffer(HealthMessages.PREFIX_BYTES, body.length()))
              == Serving.SERVING;
    } catch (MalformedMessageException e) {
      return false;
    }
  }
}
