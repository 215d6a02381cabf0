package io.phial.node.ingress.mqtt;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import java.util.List;

/** The packets that a node sends. The codec leaves out what MQTT 3.1.1 does not have. */
final class Packets {
  private static final MqttMessage PINGRESP =
      new MqttMessage(header(MqttMessageType.PINGRESP, MqttQoS.AT_MOST_ONCE, false));

  private Packets() {}

  private static MqttFixedHeader header(MqttMessageType type, MqttQoS qos, boolean retain) {
    return new MqttFixedHeader(type, false, qos, retain, 0);
  }

  static MqttMessage pingResp() {
    return PINGRESP;
  }

  static MqttMessage connAck(MqttConnectReturnCode code, MqttProperties properties) {
    return new MqttConnAckMessage(
        header(MqttMessageType.CONNACK, MqttQoS.AT_MOST_ONCE, false),
        new MqttConnAckVariableHeader(code, false, properties));
  }

  static MqttMessage disconnect(int reason, MqttProperties properties) {
    return new MqttMessage(
        header(MqttMessageType.DISCONNECT, MqttQoS.AT_MOST_ONCE, false),
        new MqttReasonCodeAndPropertiesVariableHeader((byte) reason, properties));
  }

  /** An answer to a PUBLISH: PUBACK, PUBREC or PUBCOMP. */
  static MqttMessage reply(MqttMessageType type, int packetId, int reason) {
    return new MqttMessage(
        header(type, MqttQoS.AT_MOST_ONCE, false),
        new MqttPubReplyMessageVariableHeader(
            packetId, (byte) reason, MqttProperties.NO_PROPERTIES));
  }

  static MqttMessage subAck(int packetId, List<Integer> reasons) {
    return new MqttSubAckMessage(
        header(MqttMessageType.SUBACK, MqttQoS.AT_MOST_ONCE, false),
        new MqttMessageIdAndPropertiesVariableHeader(packetId, MqttProperties.NO_PROPERTIES),
        new MqttSubAckPayload(reasons));
  }

  static MqttMessage unsubAck(int packetId, List<Short> reasons, boolean v5) {
    MqttFixedHeader header = header(MqttMessageType.UNSUBACK, MqttQoS.AT_MOST_ONCE, false);
    return v5
        ? new MqttUnsubAckMessage(
            header,
            new MqttMessageIdAndPropertiesVariableHeader(packetId, MqttProperties.NO_PROPERTIES),
            new MqttUnsubAckPayload(reasons))
        : new MqttUnsubAckMessage(header, MqttMessageIdVariableHeader.from(packetId));
  }

  static MqttMessage publish(Message message, int packetId) {
    return new MqttPublishMessage(
        header(MqttMessageType.PUBLISH, MqttQoS.valueOf(message.qos()), message.retain()),
        new MqttPublishVariableHeader(message.topic(), packetId),
        Unpooled.wrappedBuffer(message.payload()));
  }
}
