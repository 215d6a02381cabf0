package io.phial.node.ingress.mqtt;

/**
 * Limits of the MQTT ingress.
 *
 * @param host address to bind
 * @param port 0 for any free one
 * @param connectionsMax connections at a time; one more is closed at once
 * @param keepAliveSecondsMax longest keep alive that MQTT 5 clients are told to use
 * @param messageBytesMax longest packet that is read
 * @param payloadBytesMax longest payload that is kept
 * @param subscriptionsMax filters of one connection
 * @param subscribersMax connections with subscriptions
 * @param retainedMax retained last wills
 * @param beatGapNanosMin packets closer than this are answered, but are not passed on as beats
 */
public record MqttIngressOptions(
    String host,
    int port,
    int connectionsMax,
    int keepAliveSecondsMax,
    int messageBytesMax,
    int payloadBytesMax,
    int subscriptionsMax,
    int subscribersMax,
    int retainedMax,
    long beatGapNanosMin) {}
