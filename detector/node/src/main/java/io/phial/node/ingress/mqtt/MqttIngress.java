package io.phial.node.ingress.mqtt;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.phial.node.config.Protocols;
import io.phial.node.ingress.ClientDesk;
import io.phial.node.ingress.Elsewhere;
import io.phial.node.ingress.IngressCounters;
import io.phial.node.ingress.Rounds;
import io.phial.node.ingress.StatusFeed;
import io.phial.node.sockets.Sockets;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves MQTT 3.1.1 and 5 (OASIS, 2014 and 2019); {@code docs/protocol.md} tells which part of it.
 * One event loop serves all connections. This is no broker: clients cannot send messages to each
 * other. They beat, and may read what the cluster says about clients, and last wills.
 *
 * <p>Netty's codec on Vert.x sockets: it bounds and checks each packet, and leaves the keep alive
 * and the reasons of a disconnect to us.
 */
public final class MqttIngress {
  private static final int CLIENT_ID_CHARACTERS_MAX = 65_535;
  private static final long STOP_MILLIS = 500;
  private static final int SCANS_MAX = 2;

  private final Vertx vertx;
  private final MqttIngressOptions options;
  private final Sockets sockets;
  private final int tlsPortWanted;
  private final StatusFeed feed;
  private final WillExchange exchange;
  private final MqttConnection.Shared shared;
  private final IngressCounters counters;

  // Below: the event loop's own, but for the volatile ones.
  private final Set<MqttConnection> connections = new HashSet<>();
  private final Rounds<MqttConnection> rounds = new Rounds<>(System.nanoTime());
  private final ArrayDeque<Runnable> waitingScans = new ArrayDeque<>();
  private int scans;
  private @Nullable Context context;
  private final List<NetServer> servers = new ArrayList<>();
  private @Nullable Wills wills;
  private long timer;
  private volatile int port;
  private volatile int tlsPort;

  /** Creates an ingress without TLS; starts nothing. */
  public MqttIngress(
      Vertx vertx,
      MqttIngressOptions options,
      ClientDesk desk,
      StatusFeed feed,
      WillExchange exchange,
      MeterRegistry meters) {
    this(vertx, options, Sockets.plain(), Protocols.OFF, desk, feed, exchange, meters);
  }

  /**
   * Creates the ingress; starts nothing.
   *
   * @param tlsPort a second port, inside TLS; 0 for any free one, {@link Protocols#OFF} for none
   */
  public MqttIngress(
      Vertx vertx,
      MqttIngressOptions options,
      Sockets sockets,
      int tlsPort,
      ClientDesk desk,
      StatusFeed feed,
      WillExchange exchange,
      MeterRegistry meters) {
    this.vertx = vertx;
    this.options = options;
    this.sockets = sockets;
    this.tlsPortWanted = tlsPort;
    this.feed = feed;
    this.exchange = exchange;
    this.counters = new IngressCounters(meters, "mqtt");
    this.shared =
        new MqttConnection.Shared(
            vertx, options, desk, feed, counters, new Retained(options.retainedMax()));
    exchange.listen(this::onRemoteWill);
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
   * From now on newcomers are told to use another node.
   *
   * @param others where else to go
   */
  public void drain(Elsewhere others) {
    Context own = context;
    if (own != null) {
      own.runOnContext(unused -> shared.leaving(others));
    }
  }

  /**
   * Closes the port and all connections, and tells their clients where else to go. Nobody gets a
   * verdict for that, and no last will is told: the clients are dropped.
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
    Wills watching = new Wills(vertx, feed, options.connectionsMax(), this::tell);
    wills = watching;
    shared.serve(watching, this::ask);
    watching.start();
    timer = vertx.setPeriodic(Rounds.TICK_MILLIS, id -> rounds.turn(System.nanoTime()));
    return plain().compose(done -> secure());
  }

  private Future<Void> plain() {
    if (options.port() == Protocols.OFF) {
      return Future.succeededFuture();
    }
    return listen(sockets.plain(new NetServerOptions()), options.port())
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
    return listen(sockets.secure(new NetServerOptions()), tlsPortWanted)
        .map(
            listening -> {
              tlsPort = listening.actualPort();
              sockets.follow(listening::updateSSLOptions);
              return null;
            });
  }

  private Future<NetServer> listen(NetServerOptions serverOptions, int wanted) {
    NetServer created =
        vertx.createNetServer(serverOptions.setHost(options.host()).setPort(wanted));
    servers.add(created);
    created.connectHandler(this::onSocket);
    created.exceptionHandler(failure -> counters.errors.increment());
    return created.listen();
  }

  private Future<Void> close(Elsewhere others) {
    vertx.cancelTimer(timer);
    if (wills != null) {
      wills.stop();
    }
    if (servers.isEmpty()) {
      return Future.succeededFuture();
    }
    List<NetServer> listening = List.copyOf(servers);
    servers.clear();
    shared.leaving(others);
    List.copyOf(connections).forEach(MqttConnection::leave);
    return vertx
        .timer(connections.isEmpty() ? 1 : STOP_MILLIS, TimeUnit.MILLISECONDS)
        .eventually(() -> Future.join(listening.stream().map(NetServer::close).toList()))
        .mapEmpty();
  }

  private void onSocket(NetSocket socket) {
    if (connections.size() >= options.connectionsMax()) {
      counters.connectionsRefused.increment();
      socket.close().onFailure(failure -> counters.unsent.increment());
      return;
    }
    NetSocketInternal inner = (NetSocketInternal) socket;
    ChannelPipeline pipeline = inner.channelHandlerContext().pipeline();
    pipeline.addBefore("handler", "mqttEncoder", MqttEncoder.INSTANCE);
    pipeline.addBefore(
        "handler",
        "mqttDecoder",
        new MqttDecoder(options.messageBytesMax(), CLIENT_ID_CHARACTERS_MAX));
    counters.connectionsOpened.increment();
    MqttConnection connection = new MqttConnection(inner, shared, System.nanoTime());
    connections.add(connection);
    socket.exceptionHandler(failure -> {}); // a reset: the close handler follows
    socket.closeHandler(
        unused -> {
          counters.connectionsClosed.increment();
          connections.remove(connection);
          connection.onEnd();
        });
    inner.messageHandler(connection::onMessage);
    rounds.add(connection);
  }

  private void tell(Message will) {
    deliver(will);
    exchange.publish(will.encode());
  }

  private void onRemoteWill(Buffer body) {
    Context own = context;
    if (own == null) {
      return;
    }
    own.runOnContext(
        unused -> {
          try {
            deliver(Message.decode(body));
          } catch (IllegalArgumentException e) {
            counters.malformed.increment();
          }
        });
  }

  private void deliver(Message will) {
    if (will.retain() && !shared.retained().put(will)) {
      counters.refused.increment();
    }
    for (MqttConnection subscriber : List.copyOf(shared.subscribers())) {
      subscriber.onWill(will);
    }
  }

  // Pages of all clients are costly for the whole cluster: few at a time, the others wait. Bounded
  // by the number of subscribers, each of which asks for one page at a time.
  private <T> Future<T> ask(Supplier<Future<T>> question) {
    Promise<T> answer = Promise.promise();
    waitingScans.add(
        () ->
            question
                .get()
                .onComplete(
                    done -> {
                      answer.handle(done);
                      requireContext().runOnContext(unused -> nextScan());
                    }));
    if (scans < SCANS_MAX) {
      scans++;
      waitingScans.remove().run();
    }
    return answer.future();
  }

  private void nextScan() {
    Runnable next = waitingScans.poll();
    if (next == null) {
      scans--;
    } else {
      next.run();
    }
  }

  private Context requireContext() {
    Context own = context;
    if (own == null) {
      throw new IllegalStateException("ingress must be started");
    }
    return own;
  }
}
