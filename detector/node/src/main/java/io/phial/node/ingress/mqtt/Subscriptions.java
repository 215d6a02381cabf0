package io.phial.node.ingress.mqtt;

import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.vertx.core.Context;
import io.vertx.core.internal.net.NetSocketInternal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The subscribing half of a connection: filters in, messages out. Belongs to its event loop. */
final class Subscriptions implements Subscriber.Sink {
  private static final int GRANTED_QOS_MAX = 1;
  private static final int FAILURE = 0x80;
  private static final int FILTER_INVALID = 0x8F;
  private static final int QUOTA = 0x97;
  private static final int SHARED_NOT_SUPPORTED = 0x9E;
  private static final short NO_SUBSCRIPTION = 0x11;
  private static final int HEADER_BYTES_MAX = 9;
  private static final int PACKET_IDS = 65_535;

  private final MqttConnection connection;
  private final NetSocketInternal socket;
  private final MqttConnection.Shared shared;
  private final Context context;
  private final Greeting greeting;
  private final Set<Integer> unacked = new HashSet<>();
  private @Nullable Subscriber subscriber;
  private int lastPacketId;

  Subscriptions(
      MqttConnection connection,
      NetSocketInternal socket,
      MqttConnection.Shared shared,
      Context context,
      Greeting greeting) {
    this.connection = connection;
    this.socket = socket;
    this.shared = shared;
    this.context = context;
    this.greeting = greeting;
  }

  void subscribe(MqttSubscribeMessage packet) {
    MqttMessageIdAndPropertiesVariableHeader header = packet.idAndPropertiesVariableHeader();
    if (header.properties().getProperty(MqttProperties.SUBSCRIPTION_IDENTIFIER) != null) {
      connection.expel(Disconnect.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED);
      return;
    }
    List<Integer> reasons = new ArrayList<>();
    List<Runnable> adding = new ArrayList<>();
    Set<String> asked = new HashSet<>();
    for (MqttTopicSubscription wanted : packet.payload().topicSubscriptions()) {
      int fault = fault(wanted.topicFilter(), asked);
      if (fault == 0) {
        asked.add(wanted.topicFilter());
        int qos = Math.min(GRANTED_QOS_MAX, wanted.option().qos().value());
        reasons.add(qos);
        adding.add(() -> add(wanted, qos));
      } else {
        shared.counters().refused.increment();
        reasons.add(greeting.isV5() ? fault : FAILURE);
      }
    }
    connection.send(Packets.subAck(header.messageId(), reasons));
    adding.forEach(Runnable::run);
  }

  private int fault(String filter, Set<String> asked) {
    if (!Topics.isFilter(filter)) {
      return FILTER_INVALID;
    }
    if (filter.startsWith("$share/")) {
      return SHARED_NOT_SUPPORTED;
    }
    int held = subscriber == null ? 0 : subscriber.size();
    boolean first = subscriber == null && asked.isEmpty();
    boolean known = subscriber != null && subscriber.has(filter);
    boolean tooMany = !known && held + asked.size() >= shared.options().subscriptionsMax();
    return tooMany || (first && shared.subscribers().size() >= shared.options().subscribersMax())
        ? QUOTA
        : 0;
  }

  private void add(MqttTopicSubscription wanted, int qos) {
    Subscriber own = subscriber;
    if (own == null) {
      own = new Subscriber(this, shared.feed(), shared.turns(), context);
      subscriber = own;
      shared.subscribers().add(connection);
      socket.drainHandler(unused -> pump());
    }
    RetainedHandlingPolicy policy = wanted.option().retainHandling();
    boolean replay =
        policy == RetainedHandlingPolicy.SEND_AT_SUBSCRIBE
            || (policy == RetainedHandlingPolicy.SEND_AT_SUBSCRIBE_IF_NOT_YET_EXISTS
                && !own.has(wanted.topicFilter()));
    own.add(
        new Subscriber.Subscription(
            wanted.topicFilter(), qos, wanted.option().isRetainAsPublished()),
        replay,
        shared.retained());
  }

  void unsubscribe(MqttUnsubscribeMessage packet) {
    List<Short> reasons = new ArrayList<>();
    for (String filter : packet.payload().topics()) {
      boolean had = subscriber != null && subscriber.remove(filter);
      reasons.add(had ? (short) 0 : NO_SUBSCRIPTION);
    }
    connection.send(
        Packets.unsubAck(packet.variableHeader().messageId(), reasons, greeting.isV5()));
  }

  void acked(int packetId) {
    if (unacked.remove(packetId)) {
      pump();
    }
  }

  void onWill(Message will) {
    if (subscriber != null) {
      subscriber.onWill(will);
    }
  }

  private void pump() {
    if (subscriber != null) {
      subscriber.pump();
    }
  }

  void close() {
    if (subscriber != null) {
      subscriber.close();
      shared.subscribers().remove(connection);
    }
  }

  @Override
  public boolean isReady() {
    return !connection.isOver()
        && !socket.writeQueueFull()
        && unacked.size() < greeting.receiveMax();
  }

  @Override
  public void send(Message message) {
    long bytes = HEADER_BYTES_MAX + 4L * message.topic().length() + message.payload().length;
    if (bytes > greeting.packetBytesMax()) {
      // MQTT 5, section 3.1.2.11.4: dropped as if it had been sent.
      lost();
      return;
    }
    int packetId = message.qos() == 0 ? 0 : nextPacketId();
    connection.send(Packets.publish(message, packetId));
  }

  private int nextPacketId() {
    do {
      lastPacketId = lastPacketId % PACKET_IDS + 1;
    } while (!unacked.add(lastPacketId));
    return lastPacketId;
  }

  @Override
  public void lost() {
    shared.counters().unsent.increment();
  }

  @Override
  public void later(long millis, Runnable task) {
    shared.vertx().setTimer(millis, timer -> task.run());
  }
}
