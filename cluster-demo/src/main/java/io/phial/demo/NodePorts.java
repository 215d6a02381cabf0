package io.phial.demo;

import io.phial.core.wire.Endpoint;

/**
 * The ports of one node on loopback.
 *
 * @param gossip between nodes, UDP and TCP
 * @param hazelcast between nodes, TCP
 * @param tcp clients' connections
 * @param udp clients' datagrams
 * @param http the API
 */
public record NodePorts(int gossip, int hazelcast, int tcp, int udp, int http) {
  /** How many ports a node needs. */
  static final int COUNT = 5;

  /** The address everything of the demo binds to. */
  public static final String HOST = "127.0.0.1";

  static NodePorts from(int first) {
    return new NodePorts(first, first + 1, first + 2, first + 3, first + 4);
  }

  /** Where clients connect. */
  public Endpoint tcpEndpoint() {
    return new Endpoint(HOST, tcp);
  }

  /** Where clients send datagrams, without any relay. */
  public Endpoint udpEndpoint() {
    return new Endpoint(HOST, udp);
  }

  /** The base of the HTTP API. */
  public String url() {
    return "http://" + HOST + ":" + http;
  }
}
