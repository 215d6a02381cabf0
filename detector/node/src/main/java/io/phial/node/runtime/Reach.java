package io.phial.node.runtime;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where the clients of each protocol reach a node, as nodes tell each other; 0 for a port that is
 * not open. Later versions may append ports.
 *
 * @param plain host and ports without TLS
 * @param tcp plain protocol
 * @param tcpTls plain protocol inside TLS
 * @param webSocketTls WebSocket inside TLS
 * @param mqttTls MQTT inside TLS
 */
record Reach(ProtocolPorts.Ports plain, int tcp, int tcpTls, int webSocketTls, int mqttTls) {
  private static final int WORDS_MIN = 4;

  Buffer encode() {
    List<Integer> ports =
        List.of(plain.webSocket(), plain.mqtt(), plain.grpc(), tcp, tcpTls, webSocketTls, mqttTls);
    return Buffer.buffer(
        plain.host() + " " + ports.stream().map(String::valueOf).collect(Collectors.joining(" ")));
  }

  static Reach decode(Buffer text) {
    String[] words = text.toString(StandardCharsets.UTF_8).split(" ", -1);
    if (words.length < WORDS_MIN) {
      throw new IllegalArgumentException("ports must be 4 words or more, was " + words.length);
    }
    List<Integer> ports = new ArrayList<>();
    for (int i = 1; i < 8; i++) {
      // A node of an earlier version says less.
      ports.add(i < words.length ? Integer.parseInt(words[i]) : 0);
    }
    return new Reach(
        new ProtocolPorts.Ports(words[0], ports.get(0), ports.get(1), ports.get(2)),
        ports.get(3),
        ports.get(4),
        ports.get(5),
        ports.get(6));
  }
}
