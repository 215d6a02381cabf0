package io.phial.node.ingress.websocket;

/**
 * Limits of the WebSocket ingress.
 *
 * @param host address to bind
 * @param port 0 for any free one
 * @param connectionsMax connections at a time; one more is refused with 503
 * @param intervalNanos between pings to clients that declare no interval
 * @param payloadBytesMax longer payloads are refused; the message is a beat all the same
 * @param beatGapNanosMin beats closer than this are answered but not passed on
 */
public record WebSocketIngressOptions(
    String host,
    int port,
    int connectionsMax,
    long intervalNanos,
    int payloadBytesMax,
    long beatGapNanosMin) {}
