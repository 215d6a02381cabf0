package io.phial.node.ingress.mqtt;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnacceptableProtocolVersionException;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.util.ReferenceCountUtil;
import io.phial.node.ingress.ClientDesk;
import io.phial.node.ingress.ClientDesk.Connected;
import io.phial.node.ingress.ClientDesk.Registration.Refused;
import io.phial.node.ingress.Elsewhere;
import io.phial.node.ingress.IngressCounters;
import io.phial.node.ingress.Rounds;
import io.phial.node.ingress.StatusFeed;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One MQTT connection; belongs to its event loop. */
final class MqttConnection implements ClientDesk.Listener, Rounds.Item {
  private static final long CONNECT_NANOS = 10_000_000_000L;
  // Until CONNECT says how long its silence may last, a connection is looked at this often.
  private static final long STRANGER_NANOS = 500_000_000L;
  private static final long UNWATCHED_NANOS = 3_600_000_000_000L;
  private static final int CODE_NOT_AUTHORIZED = 0x87;
  private static final int CODE_QUOTA = 0x97;

  private final NetSocketInternal socket;
  private final Context context;
  private final Shared shared;
  private @Nullable Greeting greeting;
  private @Nullable Connected client;
  private @Nullable Subscriptions subscriptions;
  private final long openedNanos;
  private long heardNanos;
  private long beatNanos;
  private long dueNanos;
  private boolean ended;

  /** What all connections of an ingress share; belongs to their event loop. */
  static final class Shared {
    private final Vertx vertx;
    private final MqttIngressOptions options;
    private final ClientDesk desk;
    private final StatusFeed feed;
    private final IngressCounters counters;
    private final Retained retained;
    private final Set<MqttConnection> subscribers = new HashSet<>();
    private @Nullable Wills wills;
    private Subscriber.@Nullable Turns turns;
    private @Nullable Elsewhere leavingFor;

    Shared(
        Vertx vertx,
        MqttIngressOptions options,
        ClientDesk desk,
        StatusFeed feed,
        IngressCounters counters,
        Retained retained) {
      this.vertx = vertx;
      this.options = options;
      this.desk = desk;
      this.feed = feed;
      this.counters = counters;
      this.retained = retained;
    }

    void serve(Wills watching, Subscriber.Turns scanTurns) {
      wills = watching;
      turns = scanTurns;
    }

    void leaving(Elsewhere others) {
      leavingFor = others;
    }

    /** Where clients shall go; null while this node stays. */
    @Nullable List<String> leavingFor(boolean isSecure) {
      Elsewhere others = leavingFor;
      return others == null ? null : others.of(isSecure);
    }

    Wills wills() {
      return java.util.Objects.requireNonNull(wills, "wills");
    }

    Subscriber.Turns turns() {
      return java.util.Objects.requireNonNull(turns, "turns");
    }

    Vertx vertx() {
      return vertx;
    }

    MqttIngressOptions options() {
      return options;
    }

    StatusFeed feed() {
      return feed;
    }

    IngressCounters counters() {
      return counters;
    }

    Retained retained() {
      return retained;
    }

    Set<MqttConnection> subscribers() {
      return subscribers;
    }
  }

  MqttConnection(NetSocketInternal socket, Shared shared, long nowNanos) {
    this.socket = socket;
    this.context = Vertx.currentContext();
    this.shared = shared;
    this.heardNanos = nowNanos;
    this.beatNanos = nowNanos;
    this.openedNanos = nowNanos;
    this.dueNanos = nowNanos + STRANGER_NANOS;
  }

  void onMessage(Object message) {
    try {
      if (!ended && message instanceof MqttMessage packet) {
        heardNanos = System.nanoTime();
        take(packet);
      }
    } catch (RuntimeException e) {
      // A defect on our side: this connection ends, all others go on.
      shared.counters().errors.increment();
      end(Disconnect.UNSPECIFIED_ERROR);
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void take(MqttMessage packet) {
    if (packet.decoderResult().isFailure()) {
      onMalformed(packet.decoderResult().cause());
    } else if (greeting == null) {
      if (packet instanceof MqttConnectMessage connect) {
        onConnect(connect);
      } else {
        expel(Disconnect.PROTOCOL_ERROR);
      }
    } else {
      takeOfClient(packet);
    }
  }

  private void onMalformed(Throwable cause) {
    boolean tooLong = cause instanceof TooLongFrameException;
    (tooLong ? shared.counters().oversized : shared.counters().malformed).increment();
    if (greeting == null && cause instanceof MqttUnacceptableProtocolVersionException) {
      // Of 3.1.1, since the client does not speak 5 (MQTT 5, section 3.1.2.2).
      send(
          Packets.connAck(
              MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION,
              MqttProperties.NO_PROPERTIES));
    }
    end(tooLong ? Disconnect.PACKET_TOO_LARGE : Disconnect.MALFORMED_PACKET);
  }

  private void onConnect(MqttConnectMessage connect) {
    Greeting.Outcome outcome =
        Greeting.of(connect, shared.options(), shared.desk, shared.leavingFor(socket.isSsl()));
    Greeting accepted = outcome.greeting();
    if (accepted == null) {
      shared.counters().refused.increment();
      send(Packets.connAck(outcome.code(), outcome.properties()));
      close();
      return;
    }
    greeting = accepted;
    dueNanos = heardNanos + limitNanos(accepted);
    send(Packets.connAck(outcome.code(), outcome.properties()));
    if (!accepted.isObserver()) {
      shared.wills().connected(accepted.id(), accepted.will(this));
      client = shared.desk.connect(accepted.spec(), this);
      shared.counters().registrations.increment();
    }
  }

  // Section 3.1.2.10: one and a half times the keep alive.
  private static long limitNanos(Greeting greeting) {
    return greeting.keepAliveSeconds() == 0
        ? UNWATCHED_NANOS
        : greeting.keepAliveSeconds() * 1_500_000_000L;
  }

  private void takeOfClient(MqttMessage packet) {
    switch (packet.fixedHeader().messageType()) {
      case PINGREQ -> {
        beat();
        send(Packets.pingResp());
      }
      case PUBLISH -> onPublish((MqttPublishMessage) packet);
      case PUBREL -> {
        beat();
        int id = ((MqttMessageIdVariableHeader) packet.variableHeader()).messageId();
        send(Packets.reply(MqttMessageType.PUBCOMP, id, 0));
      }
      case PUBACK -> {
        beat();
        subscriptions().acked(((MqttMessageIdVariableHeader) packet.variableHeader()).messageId());
      }
      case SUBSCRIBE -> {
        beat();
        subscriptions().subscribe((MqttSubscribeMessage) packet);
      }
      case UNSUBSCRIBE -> {
        beat();
        subscriptions().unsubscribe((MqttUnsubscribeMessage) packet);
      }
      case DISCONNECT -> onDisconnect(packet);
      default -> expel(Disconnect.PROTOCOL_ERROR);
    }
  }

  private void onPublish(MqttPublishMessage publish) {
    String topic = publish.variableHeader().topicName();
    MqttQoS qos = publish.fixedHeader().qosLevel();
    if (qos == MqttQoS.EXACTLY_ONCE && isV5()) {
      expel(Disconnect.QOS_NOT_SUPPORTED);
      return;
    }
    if (!Topics.isTopic(topic)
        || publish.variableHeader().properties().getProperty(MqttProperties.TOPIC_ALIAS) != null) {
      expel(topic.isEmpty() ? Disconnect.TOPIC_ALIAS_INVALID : Disconnect.TOPIC_NAME_INVALID);
      return;
    }
    int reason = payload(topic, publish);
    int id = publish.variableHeader().packetId();
    if (qos == MqttQoS.AT_LEAST_ONCE) {
      send(Packets.reply(MqttMessageType.PUBACK, id, isV5() ? reason : 0));
    } else if (qos == MqttQoS.EXACTLY_ONCE) {
      // A payload replaces the one before, so that a repeat does no harm.
      send(Packets.reply(MqttMessageType.PUBREC, id, 0));
    }
  }

  private int payload(String topic, MqttPublishMessage publish) {
    Greeting known = java.util.Objects.requireNonNull(greeting);
    Connected speaker = client;
    int bytes = publish.payload().readableBytes();
    if (!known.id().equals(Topics.beatOf(topic)) || speaker == null) {
      shared.counters().refused.increment();
      beat();
      return CODE_NOT_AUTHORIZED;
    }
    if (bytes > shared.options().payloadBytesMax()) {
      shared.counters().oversized.increment();
      beat();
      return CODE_QUOTA;
    }
    byte[] payload = new byte[bytes];
    publish.payload().getBytes(publish.payload().readerIndex(), payload);
    shared.counters().beats.increment();
    beatNanos = heardNanos;
    speaker.beat(payload);
    return 0;
  }

  private void beat() {
    Connected speaker = client;
    if (speaker == null) {
      return;
    }
    shared.counters().beats.increment();
    if (heardNanos - beatNanos < shared.options().beatGapNanosMin()) {
      shared.counters().coalesced.increment();
    } else {
      beatNanos = heardNanos;
      speaker.beat();
    }
  }

  private void onDisconnect(MqttMessage packet) {
    int reason =
        packet.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header
            ? header.reasonCode() & 0xFF
            : 0;
    Greeting known = java.util.Objects.requireNonNull(greeting);
    if (reason == Byte.toUnsignedInt(Disconnect.DISCONNECT_WITH_WILL_MESSAGE.byteValue())) {
      shared.wills().execute(known.id(), this);
    }
    if (reason < 0x80) {
      shared.wills().revoke(known.id(), this);
      Connected leaving = client;
      client = null;
      if (leaving != null) {
        shared.counters().goodbyes.increment();
        leaving.goodbye();
      }
    }
    close();
  }

  private Subscriptions subscriptions() {
    Subscriptions own = subscriptions;
    if (own == null) {
      Greeting known = java.util.Objects.requireNonNull(greeting);
      own = new Subscriptions(this, socket, shared, context, known);
      subscriptions = own;
    }
    return own;
  }

  void onWill(Message will) {
    if (subscriptions != null) {
      subscriptions.onWill(will);
    }
  }

  boolean isV5() {
    return greeting != null && greeting.isV5();
  }

  void send(MqttMessage packet) {
    if (!ended) {
      socket.writeMessage(packet).onFailure(failure -> shared.counters().unsent.increment());
    }
  }

  /** Ends the connection because of what its client does. */
  void expel(Disconnect reason) {
    shared.counters().connectionsExpelled.increment();
    if (reason == Disconnect.PROTOCOL_ERROR || reason == Disconnect.TOPIC_NAME_INVALID) {
      shared.counters().malformed.increment();
    }
    end(reason);
  }

  private void end(Disconnect reason) {
    end(reason, MqttProperties.NO_PROPERTIES);
  }

  // MQTT 3.1.1 has no DISCONNECT of the server: it only closes.
  private void end(Disconnect reason, MqttProperties properties) {
    if (isV5()) {
      MqttProperties told = new MqttProperties();
      // Some clients read the code only when something follows it.
      told.add(new StringProperty(MqttProperties.REASON_STRING, sentence(reason)));
      properties.listAll().forEach(told::add);
      send(Packets.disconnect(Byte.toUnsignedInt(reason.byteValue()), told));
    }
    close();
  }

  private static String sentence(Disconnect reason) {
    return reason.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }

  private void close() {
    if (!ended) {
      ended = true;
      socket.close().onFailure(failure -> shared.counters().unsent.increment());
    }
  }

  @Override
  public long dueNanos() {
    return dueNanos;
  }

  @Override
  public void onDue(long nowNanos) {
    Greeting known = greeting;
    if (known == null) {
      dueNanos = nowNanos + STRANGER_NANOS;
      if (nowNanos - openedNanos >= CONNECT_NANOS) {
        shared.counters().connectionsExpelled.increment();
        close();
      }
      return;
    }
    dueNanos = heardNanos + limitNanos(known);
    if (known.keepAliveSeconds() == 0) {
      dueNanos = nowNanos + UNWATCHED_NANOS;
    } else if (nowNanos - dueNanos >= 0) {
      shared.counters().connectionsExpelled.increment();
      end(Disconnect.KEEP_ALIVE_TIMEOUT);
    }
  }

  @Override
  public boolean isOver() {
    return ended;
  }

  @Override
  public String protocol() {
    return "mqtt";
  }

  @Override
  public void refused(Refused refusal) {
    context.runOnContext(
        unused -> {
          shared.counters().refused.increment();
          client = null;
          revokeWill();
          end(Disconnect.QUOTA_EXCEEDED);
        });
  }

  @Override
  public void takenOver() {
    context.runOnContext(
        unused -> {
          client = null;
          revokeWill();
          end(Disconnect.SESSION_TAKEN_OVER);
        });
  }

  private void revokeWill() {
    if (greeting != null) {
      shared.wills().revoke(greeting.id(), this);
    }
  }

  /** The node leaves: its client shall go elsewhere, without a verdict. */
  void leave() {
    Connected dropped = client;
    client = null;
    if (dropped != null) {
      dropped.dropped();
    }
    end(Disconnect.USE_ANOTHER_SERVER, Greeting.reference(shared.leavingFor(socket.isSsl())));
  }

  /** The socket is closed, by either side. */
  void onEnd() {
    ended = true;
    if (subscriptions != null) {
      subscriptions.close();
    }
    Connected gone = client;
    client = null;
    if (gone != null && greeting != null) {
      shared.wills().orphan(greeting.id(), this);
      gone.closed();
    }
  }
}
