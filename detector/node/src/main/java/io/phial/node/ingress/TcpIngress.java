package io.phial.node.ingress;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
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
  private final ClientDesk desk;
  private final IngressCounters counters;

  // Below: the event loop's own, but for the port.
  private final LinkedHashSet<TcpConnection> connections = new LinkedHashSet<>();
  // In order of arrival, so that a sweep looks at the expired ones only.
  private final LinkedHashSet<TcpConnection> strangers = new LinkedHashSet<>();
  private @Nullable Context context;
  private @Nullable NetServer server;
  private long sweepTimer = -1;
  private volatile int port;

  /** Creates the ingress; starts nothing. */
  public TcpIngress(Vertx vertx, TcpIngressOptions options, ClientDesk desk, MeterRegistry meters) {
    this.vertx = vertx;
    this.options = options;
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

  /**
   * Closes the port and all connections. Nobody gets a verdict for that: the clients are dropped.
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
    NetServerOptions serverOptions =
        new NetServerOptions()
            .setHost(options.host())
            .setPort(options.port())
            .setTcpNoDelay(true)
            .setTcpKeepAlive(true)
            .setIdleTimeout((int) options.idleMillisMax())
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    NetServer created = vertx.createNetServer(serverOptions);
    server = created;
    created.connectHandler(this::onSocket);
    created.exceptionHandler(failure -> counters.errors.increment());
    return created
        .listen()
        .map(
            listening -> {
              port = listening.actualPort();
              long sweepMillis = Math.max(1, options.strangerMillisMax() / 4);
              sweepTimer = vertx.setPeriodic(sweepMillis, timer -> sweep());
              return null;
            });
  }

  private Future<Void> close() {
    vertx.cancelTimer(sweepTimer);
    for (TcpConnection connection : List.copyOf(connections)) {
      connection.drop();
    }
    NetServer listening = server;
    server = null;
    return listening == null ? Future.succeededFuture() : listening.close();
  }

  private void onSocket(NetSocket socket) {
    if (connections.size() >= options.connectionsMax()) {
      counters.connectionsRefused.increment();
      socket.end(TOO_MANY).onFailure(failure -> counters.unsent.increment());
      return;
    }
    counters.connectionsOpened.increment();
    TcpConnection connection =
        new TcpConnection(socket, options, desk, counters, this::identified, System.nanoTime());
    connections.add(connection);
    strangers.add(connection);
    socket.exceptionHandler(failure -> {}); // a reset: the close handler follows
    socket.closeHandler(unused -> ended(connection));
    socket.handler(connection::onChunk);
  }

  private void identified(TcpConnection connection) {
    strangers.remove(connection);
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
