package io.phial.node.ingress.mqtt;

import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Transport;
import io.phial.core.wire.ClientIds;
import io.phial.core.wire.Usage;
import io.phial.core.wire.UsageText;
import io.phial.node.ingress.ClientDesk;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a CONNECT packet agreed on. A client without an id is an observer: it may subscribe, and
 * nobody judges it.
 *
 * @param id the client, or a name made up for an observer
 * @param isObserver true when it gave no id
 * @param isV5 true for MQTT 5
 * @param keepAliveSeconds the one in force; 0 when there is none
 * @param receiveMax unacknowledged messages that the client takes at a time
 * @param packetBytesMax longest packet that the client takes
 * @param lastWill null when it gave none
 * @param willDelayMillis of MQTT 5
 * @param profile its number
 */
record Greeting(
    String id,
    boolean isObserver,
    boolean isV5,
    int keepAliveSeconds,
    int receiveMax,
    long packetBytesMax,
    @Nullable Message lastWill,
    long willDelayMillis,
    int profile) {
  private static final int VERSION_5 = 5;
  private static final long SECOND = 1_000_000_000L;
  private static final String PROPERTY_PREFIX = "phial-";
  private static final int RECEIVE_MAX = 64;

  /**
   * The answer to a CONNECT.
   *
   * @param greeting null when it is refused
   */
  record Outcome(
      MqttConnectReturnCode code, MqttProperties properties, @Nullable Greeting greeting) {}

  /** Judges a CONNECT. */
  static Outcome of(
      MqttConnectMessage connect,
      MqttIngressOptions options,
      ClientDesk desk,
      @Nullable List<String> leavingFor) {
    MqttConnectVariableHeader header = connect.variableHeader();
    boolean v5 = header.version() >= VERSION_5;
    if (leavingFor != null) {
      return v5
          ? new Outcome(
              MqttConnectReturnCode.CONNECTION_REFUSED_USE_ANOTHER_SERVER,
              reference(leavingFor),
              null)
          : refused(MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE);
    }
    MqttConnectReturnCode fault = fault(connect, v5);
    return fault == null ? accepted(connect, options, desk, v5) : refused(fault);
  }

  private static Outcome refused(MqttConnectReturnCode code) {
    return new Outcome(code, MqttProperties.NO_PROPERTIES, null);
  }

  private static @Nullable MqttConnectReturnCode fault(MqttConnectMessage connect, boolean v5) {
    MqttConnectVariableHeader header = connect.variableHeader();
    String id = connect.payload().clientIdentifier();
    boolean keepsSession = !v5 && !header.isCleanSession();
    if (id.isEmpty() ? keepsSession : !ClientIds.isValid(id)) {
      return v5
          ? MqttConnectReturnCode.CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID
          : MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED;
    }
    if (v5 && header.properties().getProperty(MqttProperties.AUTHENTICATION_METHOD) != null) {
      return MqttConnectReturnCode.CONNECTION_REFUSED_BAD_AUTHENTICATION_METHOD;
    }
    if (v5 && header.isWillFlag() && header.willQos() > 1) {
      return MqttConnectReturnCode.CONNECTION_REFUSED_QOS_NOT_SUPPORTED;
    }
    String topic = connect.payload().willTopic();
    if (header.isWillFlag() && (topic == null || !Topics.isTopic(topic) || Topics.isOwn(topic))) {
      // A will among the statuses could say anything about anybody.
      return v5
          ? MqttConnectReturnCode.CONNECTION_REFUSED_TOPIC_NAME_INVALID
          : MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED;
    }
    return null;
  }

  private static Outcome accepted(
      MqttConnectMessage connect, MqttIngressOptions options, ClientDesk desk, boolean v5) {
    MqttConnectVariableHeader header = connect.variableHeader();
    MqttProperties asked = header.properties();
    String given = connect.payload().clientIdentifier();
    boolean observer = given.isEmpty();
    String id =
        observer ? "observer-" + Long.toHexString(ThreadLocalRandom.current().nextLong()) : given;
    int wanted = header.keepAliveTimeSeconds();
    int longest = options.keepAliveSecondsMax();
    ClientSpec profiled = profiled(given, asked, wanted, desk, v5);
    int chosen = (int) ((profiled.intervalNanos() + SECOND - 1) / SECOND);
    int keepAlive = v5 && (chosen == 0 || chosen > longest) ? longest : chosen;
    MqttProperties told = new MqttProperties();
    if (v5) {
      if (keepAlive != wanted) {
        told.add(new IntegerProperty(MqttProperties.SERVER_KEEP_ALIVE, keepAlive));
      }
      if (observer) {
        told.add(new StringProperty(MqttProperties.ASSIGNED_CLIENT_IDENTIFIER, id));
      }
      if (number(asked, MqttProperties.SESSION_EXPIRY_INTERVAL, 0) != 0) {
        told.add(new IntegerProperty(MqttProperties.SESSION_EXPIRY_INTERVAL, 0));
      }
      told.add(new IntegerProperty(MqttProperties.MAXIMUM_QOS, 1));
      told.add(new IntegerProperty(MqttProperties.MAXIMUM_PACKET_SIZE, options.messageBytesMax()));
      told.add(new IntegerProperty(MqttProperties.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 0));
      told.add(new IntegerProperty(MqttProperties.SHARED_SUBSCRIPTION_AVAILABLE, 0));
    }
    MqttConnectPayload payload = connect.payload();
    Greeting greeting =
        new Greeting(
            id,
            observer,
            v5,
            keepAlive,
            (int) Math.min(RECEIVE_MAX, number(asked, MqttProperties.RECEIVE_MAXIMUM, RECEIVE_MAX)),
            number(asked, MqttProperties.MAXIMUM_PACKET_SIZE, Integer.MAX_VALUE),
            header.isWillFlag() ? will(header, payload) : null,
            1000 * number(payload.willProperties(), MqttProperties.WILL_DELAY_INTERVAL, 0),
            profiled.profile());
    return new Outcome(MqttConnectReturnCode.CONNECTION_ACCEPTED, told, greeting);
  }

  /** Only MQTT 5 can tell a client another keep alive than it asked for. */
  private static ClientSpec profiled(
      String id, MqttProperties asked, int keepAliveSeconds, ClientDesk desk, boolean v5) {
    ClientSpec spec =
        new ClientSpec(id, 0, 0, Transport.TCP, keepAliveSeconds * SECOND, id.isEmpty());
    Usage usage = Usage.NONE;
    for (MqttProperties.MqttProperty<?> property :
        asked.getProperties(MqttProperties.USER_PROPERTY)) {
      if (property.value() instanceof MqttProperties.StringPair pair
          && pair.key.startsWith(PROPERTY_PREFIX)) {
        String key = pair.key.substring(PROPERTY_PREFIX.length());
        Usage said = UsageText.parse(key, pair.value);
        usage = said == null ? usage : said.after(usage);
      }
    }
    return id.isEmpty() ? spec : desk.profiled(spec, usage, v5);
  }

  private static Message will(MqttConnectVariableHeader header, MqttConnectPayload payload) {
    byte[] bytes = payload.willMessageInBytes();
    return new Message(
        payload.willTopic(),
        bytes == null ? new byte[0] : bytes,
        Math.min(1, header.willQos()),
        header.isWillRetain());
  }

  private static long number(MqttProperties properties, int id, long whenAbsent) {
    return properties.getProperty(id) instanceof IntegerProperty found
        ? Integer.toUnsignedLong(found.value())
        : whenAbsent;
  }

  /** The property that tells where else to go; empty when nobody knows. */
  static MqttProperties reference(@Nullable List<String> others) {
    if (others == null || others.isEmpty()) {
      return MqttProperties.NO_PROPERTIES;
    }
    MqttProperties properties = new MqttProperties();
    properties.add(new StringProperty(MqttProperties.SERVER_REFERENCE, String.join(" ", others)));
    return properties;
  }

  /** What the desk is told. */
  ClientSpec spec() {
    long intervalMillis =
        keepAliveSeconds == 0 ? ClientIds.INTERVAL_MILLIS_MAX : keepAliveSeconds * 1000L;
    return new ClientSpec(id, 0, 0, Transport.TCP, 0, false)
        .withProfile(profile, intervalMillis * 1_000_000L);
  }

  /** Its last will, or null. */
  Wills.@Nullable Will will(Object owner) {
    return lastWill == null ? null : new Wills.Will(id, owner, lastWill, willDelayMillis);
  }
}
