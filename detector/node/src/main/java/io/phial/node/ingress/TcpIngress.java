package io.phial.node.ingress;

import io.micrometer.core.instrument.MeterRegistry;
import io.phial.node.config.Protocols;
import io.phial.node.sockets.Sockets;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes beats over plain TCP; {@code docs/protocol.md} has the format. One event loop serves all
 * connections of an ingress; start several with one port to use more loops.
 *
 * <p>What a client sends can change nothing but its own record and the counters; whatever goes
 * wrong while one connection is served ends that connection only.
 */
public final class TcpIngress {
  private static final Buffer TOO_MANY = Buffer.buffer("ERR too many connections\n");

  private final Vertx vertx;
  private final TcpIngressOptions options;
  private final Sockets sockets;
  private final int tlsPortWanted;
  private final ClientDesk desk;
  private final IngressCounters counters;

  // Below: the event loop's own, but for the port.
  private final LinkedHashSet<TcpConnection> connections = new LinkedHashSet<>();
  // In order of arrival, so that a sweep looks at the expired ones only.
  private final LinkedHashSet<TcpConnection> strangers = new LinkedHashSet<>();
  private @Nullable Context context;
  private final List<NetServer> servers = new ArrayList<>();
  private final Rounds<TcpConnection> rounds = new Rounds<>(System.nanoTime());
  private long sweepTimer = -1;
  private long roundsTimer = -1;
  private volatile int port;
  private volatile int tlsPort;

  /** Creates an ingress without TLS; starts nothing. */
  public TcpIngress(Vertx vertx, TcpIngressOptions options, ClientDesk desk, MeterRegistry meters) {
    this(vertx, options, Sockets.plain(), Protocols.OFF, desk, meters);
  }

  /**
   * Creates the ingress; starts nothing.
   *
   * @param tlsPort a second port, inside TLS; 0 for any free one, {@link Protocols#OFF} for none
   */
  public TcpIngress(
      Vertx vertx,
      TcpIngressOptions options,
      Sockets sockets,
      int tlsPort,
      ClientDesk desk,
      MeterRegistry meters) {
    this.vertx = vertx;
    this.options = options;
    this.sockets = sockets;
    this.tlsPortWanted = tlsPort;
    this.desk = desk;
    this.counters = new IngressCounters(meters, "tcp");
  }

  /** Binds the port; on the event loop of the caller if it has one. Call once. */
  public Future<Void> start() {
    Context own = vertx.getOrCreateContext();
    context = own;
    Promise<Void> started = Promise.promise();
    own.runOnContext(unused -> listen().onComplete(started));
    return started.future();
  }

  /** The bound port, 0 before the start. */
  public int port() {
    return port;
  }

  /** The bound port inside TLS, 0 when there is none. */
  public int tlsPort() {
    return tlsPort;
  }

  /**
   * Tells clients that understand it to go elsewhere; they are served for as long as they stay.
   *
   * @param others other nodes; may be empty
   */
  public void drain(Elsewhere others) {
    Context own = context;
    if (own != null) {
      own.runOnContext(
          unused -> {
            int turn = 0;
            for (TcpConnection connection : List.copyOf(connections)) {
              connection.move(others, turn++);
            }
          });
    }
  }

  /**
   * Closes the ports and all connections. Nobody gets a verdict for that: the clients are dropped.
   */
  public Future<Void> stop() {
    Context own = context;
    if (own == null) {
      return Future.succeededFuture();
    }
    Promise<Void> stopped = Promise.promise();
    own.runOnContext(unused -> close().onComplete(stopped));
    return stopped.future();
  }

  private Future<Void> listen() {
    long sweepMillis = Math.max(1, options.strangerMillisMax() / 4);
    sweepTimer = vertx.setPeriodic(sweepMillis, timer -> sweep());
    roundsTimer = vertx.setPeriodic(Rounds.TICK_MILLIS, timer -> rounds.turn(System.nanoTime()));
    Future<Void> plain =
        listen(sockets.plain(serverOptions(options.port())))
            .map(
                listening -> {
                  port = listening.actualPort();
                  return null;
                });
    if (tlsPortWanted == Protocols.OFF) {
      return plain;
    }
    return plain
        .compose(bound -> listen(sockets.secure(serverOptions(tlsPortWanted))))
        .map(
            listening -> {
              tlsPort = listening.actualPort();
              sockets.follow(listening::updateSSLOptions);
              return null;
            });
  }

  private NetServerOptions serverOptions(int wanted) {
    return new NetServerOptions()
        .setHost(options.host())
        .setPort(wanted)
        .setIdleTimeout((int) options.idleMillisMax())
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
  }

  private Future<NetServer> listen(NetServerOptions serverOptions) {
    NetServer created = vertx.createNetServer(serverOptions);
    servers.add(created);
    created.connectHandler(this::onSocket);
    created.exceptionHandler(failure -> counters.errors.increment());
    return created.listen();
  }

  private Future<Void> close() {
    vertx.cancelTimer(sweepTimer);
    vertx.cancelTimer(roundsTimer);
    for (TcpConnection connection : List.copyOf(connections)) {
      connection.drop();
    }
    List<Future<Void>> closing = servers.stream().map(NetServer::close).toList();
    servers.clear();
    return Future.join(closing).mapEmpty();
  }

  private void onSocket(NetSocket socket) {
    if (connections.size() >= options.connectionsMax()) {
      counters.connectionsRefused.increment();
      socket.end(TOO_MANY).onFailure(failure -> counters.unsent.increment());
      return;
    }
    counters.connectionsOpened.increment();
    TcpConnection connection =
        new TcpConnection(socket, options, desk, counters, this, System.nanoTime());
    connections.add(connection);
    strangers.add(connection);
    socket.exceptionHandler(failure -> {}); // a reset: the close handler follows
    socket.closeHandler(unused -> ended(connection));
    socket.handler(connection::onChunk);
  }

  /** A connection has become a client's. */
  void identified(TcpConnection connection) {
    strangers.remove(connection);
  }

  /** A connection wants to be looked at when it is due. */
  void watch(TcpConnection connection) {
    rounds.add(connection);
  }

  private void ended(TcpConnection connection) {
    counters.connectionsClosed.increment();
    connections.remove(connection);
    strangers.remove(connection);
    connection.onEnd();
  }

  private void sweep() {
    long nowNanos = System.nanoTime();
    long limitNanos = TimeUnit.MILLISECONDS.toNanos(options.strangerMillisMax());
    Iterator<TcpConnection> oldest = strangers.iterator();
    while (oldest.hasNext()) {
      TcpConnection connection = oldest.next();
      if (nowNanos - connection.openedNanos() < limitNanos) {
        return;
      }
      oldest.remove();
      connection.expel();
    }
  }
}
