package io.phial.node.ingress.websocket;

import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Transport;
import io.phial.core.wire.ClientIds;
import io.phial.core.wire.Usage;
import io.phial.node.config.Protocols;
import io.phial.node.ingress.BeatText;
import io.phial.node.ingress.BeatText.Unreadable;
import io.phial.node.ingress.ClientDesk;
import io.phial.node.ingress.Elsewhere;
import io.phial.node.ingress.IngressCounters;
import io.phial.node.ingress.Rounds;
import io.phial.node.sockets.Sockets;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Takes beats over WebSocket (RFC 6455); {@code docs/protocol.md} has the rules. One event loop
 * serves all connections. Plain {@code GET /} answers with an example page.
 *
 * <p>The node pings each client once per interval and answers pings; either is a beat, and so is
 * any message. Compression is off: it costs memory per connection and beats are short.
 */
public final class WebSocketIngress {
  static final String PATH = "/v1/beat";

  private static final Set<String> PARAMETERS =
      new TreeSet<>(Set.of("id", "interval", "incarnation", "count", "profile", "mode", "nat"));
  private static final int FRAME_BYTES_SPARE = 256;
  private static final long STOP_MILLIS = 500;

  private final Vertx vertx;
  private final WebSocketIngressOptions options;
  private final Sockets sockets;
  private final int tlsPortWanted;
  private final ClientDesk desk;
  private final IngressCounters counters;
  private final Buffer page;

  // Below: the event loop's own, but for the port.
  private final Set<WebSocketConnection> connections = new HashSet<>();
  private final Rounds<WebSocketConnection> rounds = new Rounds<>(System.nanoTime());
  private int opening;
  private @Nullable Context context;
  private final List<HttpServer> servers = new ArrayList<>();
  private long timer;
  private volatile int port;
  private volatile int tlsPort;

  /** Creates an ingress without TLS; starts nothing. */
  public WebSocketIngress(
      Vertx vertx, WebSocketIngressOptions options, ClientDesk desk, MeterRegistry meters) {
    this(vertx, options, Sockets.plain(), Protocols.OFF, desk, meters);
  }

  /**
   * Creates the ingress; starts nothing.
   *
   * @param tlsPort a second port, inside TLS; 0 for any free one, {@link Protocols#OFF} for none
   */
  public WebSocketIngress(
      Vertx vertx,
      WebSocketIngressOptions options,
      Sockets sockets,
      int tlsPort,
      ClientDesk desk,
      MeterRegistry meters) {
    this.vertx = vertx;
    this.options = options;
    this.sockets = sockets;
    this.tlsPortWanted = tlsPort;
    this.desk = desk;
    this.counters = new IngressCounters(meters, "websocket");
    this.page = examplePage();
  }

  private static Buffer examplePage() {
    try (InputStream in = WebSocketIngress.class.getResourceAsStream("beat.html")) {
      return Buffer.buffer(Objects.requireNonNull(in, "beat.html").readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens the port; on the event loop of the caller if it has one. Call once. */
  public Future<Void> start() {
    Context own = vertx.getOrCreateContext();
    context = own;
    Promise<Void> started = Promise.promise();
    own.runOnContext(unused -> listen().onComplete(started));
    return started.future();
  }

  /** The bound port, 0 before the start and when there is none. */
  public int port() {
    return port;
  }

  /** The bound port inside TLS, 0 when there is none. */
  public int tlsPort() {
    return tlsPort;
  }

  /**
   * Closes the port and all connections, and tells their clients where else to go. Nobody gets a
   * verdict for that: the clients are dropped.
   *
   * @param others where else to go
   */
  public Future<Void> stop(Elsewhere others) {
    Context own = context;
    if (own == null) {
      return Future.succeededFuture();
    }
    Promise<Void> stopped = Promise.promise();
    own.runOnContext(unused -> close(others).onComplete(stopped));
    return stopped.future();
  }

  private Future<Void> listen() {
    timer = vertx.setPeriodic(Rounds.TICK_MILLIS, id -> rounds.turn(System.nanoTime()));
    return plain().compose(done -> secure());
  }

  private Future<Void> plain() {
    if (options.port() == Protocols.OFF) {
      return Future.succeededFuture();
    }
    return listen(sockets.plain(serverOptions()), options.port())
        .map(
            listening -> {
              port = listening.actualPort();
              return null;
            });
  }

  private Future<Void> secure() {
    if (tlsPortWanted == Protocols.OFF) {
      return Future.succeededFuture();
    }
    return listen(sockets.secure(serverOptions()), tlsPortWanted)
        .map(
            listening -> {
              tlsPort = listening.actualPort();
              sockets.follow(listening::updateSSLOptions);
              return null;
            });
  }

  private HttpServerOptions serverOptions() {
    int messageBytesMax = options.payloadBytesMax() + FRAME_BYTES_SPARE;
    return new HttpServerOptions()
        .setMaxInitialLineLength(2048)
        .setMaxHeaderSize(8192)
        .setMaxWebSocketFrameSize(messageBytesMax)
        .setMaxWebSocketMessageSize(messageBytesMax)
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        .setHttp2ClearTextEnabled(false);
  }

  private Future<HttpServer> listen(HttpServerOptions serverOptions, int wanted) {
    HttpServer created = vertx.createHttpServer(serverOptions);
    servers.add(created);
    created
        .webSocketHandshakeHandler(this::onHandshake)
        .webSocketHandler(socket -> {})
        .requestHandler(this::onRequest)
        .exceptionHandler(failure -> counters.errors.increment());
    return created.listen(wanted, options.host());
  }

  private Future<Void> close(Elsewhere others) {
    vertx.cancelTimer(timer);
    if (servers.isEmpty()) {
      return Future.succeededFuture();
    }
    List<HttpServer> listening = List.copyOf(servers);
    servers.clear();
    List.copyOf(connections).forEach(connection -> connection.leave(others));
    return vertx
        .timer(connections.isEmpty() ? 1 : STOP_MILLIS, java.util.concurrent.TimeUnit.MILLISECONDS)
        .eventually(() -> Future.join(listening.stream().map(HttpServer::close).toList()))
        .mapEmpty();
  }

  private void onRequest(HttpServerRequest request) {
    boolean known = request.path() != null && request.path().equals("/");
    boolean get = request.method().equals(HttpMethod.GET);
    request
        .response()
        .setStatusCode(known && get ? 200 : known ? 405 : 404)
        .putHeader("content-type", "text/html; charset=utf-8")
        .putHeader("x-content-type-options", "nosniff")
        .end(known && get ? page : Buffer.buffer())
        .onFailure(failure -> counters.unsent.increment());
  }

  private void onHandshake(ServerWebSocketHandshake handshake) {
    if (servers.isEmpty() || connections.size() + opening >= options.connectionsMax()) {
      counters.connectionsRefused.increment();
      reject(handshake, 503);
      return;
    }
    try {
      WebSocketConnection.Claim claim = claim(handshake);
      opening++;
      handshake
          .accept()
          .onComplete(
              accepted -> {
                opening--;
                if (accepted.succeeded()) {
                  opened(accepted.result(), claim);
                }
              });
    } catch (Unreadable e) {
      counters.malformed.increment();
      reject(handshake, 400);
    }
  }

  private void reject(ServerWebSocketHandshake handshake, int status) {
    handshake.reject(status).onFailure(failure -> counters.unsent.increment());
  }

  private WebSocketConnection.Claim claim(ServerWebSocketHandshake handshake) throws Unreadable {
    if (!PATH.equals(handshake.path())) {
      throw new BeatText.Unreadable("path must be " + PATH);
    }
    Map<String, String> parameters = BeatText.parameters(handshake.query(), PARAMETERS);
    String given = parameters.get("id");
    boolean anonymous = given == null;
    String id = anonymous ? anonymousId(handshake.remoteAddress()) : given;
    if (!anonymous && !ClientIds.isValid(id)) {
      throw new BeatText.Unreadable("id is out of bounds");
    }
    String count = parameters.getOrDefault("count", "any");
    if (!count.equals("any") && !count.equals("messages")) {
      throw new BeatText.Unreadable("count must be any or messages");
    }
    ClientSpec declared = BeatText.spec(id, Transport.TCP, parameters);
    long interval = declared.intervalNanos();
    ClientSpec spec =
        new ClientSpec(
            id,
            0,
            declared.incarnation(),
            Transport.TCP,
            interval > 0 ? interval : options.intervalNanos(),
            anonymous);
    // The node pings, so it may choose; but a page's own messages follow the page's clock.
    boolean messagesOnly = count.equals("messages");
    Usage usage = BeatText.usage(parameters);
    return new WebSocketConnection.Claim(desk.profiled(spec, usage, !messagesOnly), messagesOnly);
  }

  private static String anonymousId(SocketAddress remote) {
    String host = remote.hostAddress();
    boolean v6 = host.indexOf(':') >= 0;
    return ClientIds.ANONYMOUS_PREFIX + (v6 ? "[" + host + "]" : host) + ":" + remote.port();
  }

  private void opened(ServerWebSocket socket, WebSocketConnection.Claim claim) {
    counters.connectionsOpened.increment();
    WebSocketConnection connection =
        new WebSocketConnection(socket, claim, options, counters, System.nanoTime());
    connections.add(connection);
    socket.closeHandler(
        unused -> {
          counters.connectionsClosed.increment();
          connections.remove(connection);
          connection.onEnd();
        });
    connection.open(desk);
    rounds.add(connection);
    if (servers.isEmpty()) {
      connection.leave(Elsewhere.NOWHERE);
    }
  }
}
