package io.phial.node.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.wire.Endpoint;
import io.phial.node.cluster.NodeBus;
import io.phial.node.config.NodeConfig;
import io.phial.node.config.Protocols;
import io.phial.node.ingress.ClientDesk;
import io.phial.node.ingress.Elsewhere;
import io.phial.node.ingress.SlotDesk;
import io.phial.node.ingress.StatusFeed;
import io.phial.node.ingress.grpc.GrpcIngress;
import io.phial.node.ingress.mqtt.MqttIngress;
import io.phial.node.ingress.mqtt.MqttIngressOptions;
import io.phial.node.ingress.mqtt.WillExchange;
import io.phial.node.ingress.probe.Prober;
import io.phial.node.ingress.websocket.WebSocketIngress;
import io.phial.node.ingress.websocket.WebSocketIngressOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The protocols beside plain TCP and datagrams: opens those that are configured, and tells clients
 * of connections where else to go when this node leaves.
 */
final class ProtocolPorts {
  private static final Logger LOG = LoggerFactory.getLogger(ProtocolPorts.class);
  private static final String PORTS = "ports";
  private static final String WILLS = "wills";
  private static final Duration ASK = Duration.ofMillis(500);
  private static final long BEAT_GAP_NANOS = 2_000_000;
  private static final int OTHERS_MAX = 8;

  private final Protocols config;
  private final String advertise;
  private final NodeBus bus;
  private final Supplier<List<String>> peers;
  private final @Nullable WebSocketIngress webSocket;
  private final @Nullable MqttIngress mqtt;
  private final @Nullable GrpcIngress grpc;
  private final @Nullable Prober prober;
  private final Ingresses ingresses;
  private Future<List<Reach>> others = Future.succeededFuture(List.of());

  /**
   * Where beats and statuses go.
   *
   * @param desk connections' clients
   * @param slots clients that name themselves each time
   * @param feed what the cluster says
   */
  record Desks(ClientDesk desk, SlotDesk slots, StatusFeed feed) {}

  /**
   * A node's ports; 0 for one that is not open.
   *
   * @param host where it is reached
   */
  record Ports(String host, int webSocket, int mqtt, int grpc) {}

  ProtocolPorts(
      Vertx vertx,
      NodeConfig node,
      Ingresses ingresses,
      Desks desks,
      NodeBus bus,
      Supplier<List<String>> peers,
      MeterRegistry meters) {
    this.config = node.protocols();
    this.advertise = node.node().advertise();
    this.ingresses = ingresses;
    this.bus = bus;
    this.peers = peers;
    String bind = node.node().bind();
    int payloadBytesMax = config.payloads().bytesMax();
    Protocols.WebSocket ws = config.webSocket();
    this.webSocket =
        isOff(ws.port(), ws.tlsPort())
            ? null
            : new WebSocketIngress(
                vertx,
                new WebSocketIngressOptions(
                    bind,
                    ws.port(),
                    ws.connectionsMax(),
                    ws.interval().toNanos(),
                    payloadBytesMax,
                    BEAT_GAP_NANOS),
                ingresses.sockets(),
                ws.tlsPort(),
                desks.desk(),
                meters);
    Protocols.Mqtt m = config.mqtt();
    this.mqtt =
        isOff(m.port(), m.tlsPort())
            ? null
            : new MqttIngress(
                vertx,
                mqtt(bind, m, payloadBytesMax),
                ingresses.sockets(),
                m.tlsPort(),
                desks.desk(),
                desks.feed(),
                wills(bus),
                meters);
    Protocols.Grpc g = config.grpc();
    this.grpc =
        g.port() == Protocols.OFF
            ? null
            : new GrpcIngress(
                vertx, bind, g.port(), g.connectionsMax(), g.watchesMax(), desks.feed(), meters);
    this.prober =
        config.probes().targets().isEmpty()
            ? null
            : new Prober(vertx, config.probes(), desks.slots(), meters);
  }

  private static boolean isOff(int port, int tlsPort) {
    return port == Protocols.OFF && tlsPort == Protocols.OFF;
  }

  private static MqttIngressOptions mqtt(String bind, Protocols.Mqtt m, int payloadBytesMax) {
    return new MqttIngressOptions(
        bind,
        m.port(),
        m.connectionsMax(),
        (int) m.keepAliveMax().toSeconds(),
        m.messageBytesMax(),
        payloadBytesMax,
        m.subscriptionsMax(),
        m.subscribersMax(),
        m.retainedMax(),
        BEAT_GAP_NANOS);
  }

  // Every node hears what it says itself as well: its tag tells that apart.
  private static WillExchange wills(NodeBus bus) {
    long tag = new SecureRandom().nextLong();
    return new WillExchange() {
      @Override
      public void publish(Buffer message) {
        bus.publish(WILLS, Buffer.buffer().appendLong(tag).appendBuffer(message));
      }

      @Override
      public void listen(Consumer<Buffer> listener) {
        bus.listen(
            WILLS,
            body -> {
              if (body.length() >= Long.BYTES && body.getLong(0) != tag) {
                listener.accept(body.getBuffer(Long.BYTES, body.length()));
              }
            });
      }
    };
  }

  /** How many event loops the protocols in use take, so that they crowd nobody else's. */
  static int loops(Protocols config) {
    int loops = config.probes().targets().isEmpty() ? 0 : 1;
    loops += isOff(config.webSocket().port(), config.webSocket().tlsPort()) ? 0 : 1;
    loops += isOff(config.mqtt().port(), config.mqtt().tlsPort()) ? 0 : 1;
    return loops + (config.grpc().port() == Protocols.OFF ? 0 : 1);
  }

  /** Answers the other nodes; call once before the store starts. */
  void serve() {
    bus.serve(PORTS, request -> Future.succeededFuture(reach().encode()));
  }

  Future<Void> start() {
    List<Future<Void>> opening = new ArrayList<>();
    if (webSocket != null) {
      opening.add(
          Ingresses.opening("websocket.port", config.webSocket().port(), webSocket.start()));
    }
    if (mqtt != null) {
      opening.add(Ingresses.opening("mqtt.port", config.mqtt().port(), mqtt.start()));
    }
    if (grpc != null) {
      opening.add(Ingresses.opening("grpc.port", config.grpc().port(), grpc.start()));
    }
    if (prober != null) {
      opening.add(prober.start());
    }
    return Future.all(opening)
        .onSuccess(
            opened -> {
              if (!opening.isEmpty()) {
                LOG.info("listening {}", ports());
              }
            })
        .mapEmpty();
  }

  Ports ports() {
    return new Ports(
        advertise,
        webSocket == null ? 0 : webSocket.port(),
        mqtt == null ? 0 : mqtt.port(),
        grpc == null ? 0 : grpc.port());
  }

  private Reach reach() {
    Ingresses.Ports tcp = ingresses.ports();
    return new Reach(
        ports(),
        tcp.tcp(),
        tcp.tcpTls(),
        webSocket == null ? 0 : webSocket.tlsPort(),
        mqtt == null ? 0 : mqtt.tlsPort());
  }

  /** Asks the other nodes for their ports, and tells clients of connections to go there. */
  void drain() {
    List<Future<@Nullable Reach>> answers = new ArrayList<>();
    for (String peer : peers.get()) {
      if (answers.size() < OTHERS_MAX) {
        answers.add(
            bus.request(peer, PORTS, Buffer.buffer(), ASK).map(Reach::decode).otherwiseEmpty());
      }
    }
    others =
        Future.join(answers)
            .map(
                done ->
                    answers.stream()
                        .map(Future::result)
                        .filter(java.util.Objects::nonNull)
                        .toList());
    if (mqtt != null) {
      others.onSuccess(known -> mqtt.drain(toMqtt(known)));
    }
    ingresses.drain(others.map(known -> elsewhere(known, Reach::tcp, Reach::tcpTls)));
  }

  Future<Void> stop() {
    return others.otherwise(List.of()).compose(this::stop).mapEmpty();
  }

  private Future<Void> stop(List<Reach> known) {
    List<Future<Void>> stopping = new ArrayList<>();
    if (webSocket != null) {
      stopping.add(
          webSocket.stop(elsewhere(known, r -> r.plain().webSocket(), Reach::webSocketTls)));
    }
    if (mqtt != null) {
      stopping.add(mqtt.stop(toMqtt(known)));
    }
    if (grpc != null) {
      stopping.add(grpc.stop());
    }
    if (prober != null) {
      stopping.add(prober.stop());
    }
    return Future.join(stopping).mapEmpty();
  }

  private static Elsewhere toMqtt(List<Reach> known) {
    return elsewhere(known, r -> r.plain().mqtt(), Reach::mqttTls);
  }

  private static Elsewhere elsewhere(
      List<Reach> known, ToIntFunction<Reach> plain, ToIntFunction<Reach> secure) {
    return new Elsewhere(references(known, plain), references(known, secure));
  }

  private static List<String> references(List<Reach> known, ToIntFunction<Reach> port) {
    return known.stream()
        .filter(reach -> port.applyAsInt(reach) > 0)
        .map(reach -> new Endpoint(reach.plain().host(), port.applyAsInt(reach)).toString())
        .toList();
  }
}
