package io.phial.node.config;

import java.time.Duration;
import java.util.List;

/**
 * The settings of the protocols beside plain TCP and datagrams. Immutable.
 *
 * @param payloads what clients say with their beats
 * @param sockets the connections of all clients
 * @param webSocket browsers and the like
 * @param mqtt devices
 * @param grpc the gRPC health service
 * @param probes things that do not beat by themselves
 */
public record Protocols(
    Payloads payloads, Sockets sockets, WebSocket webSocket, Mqtt mqtt, Grpc grpc, Probes probes) {
  /** The value of a port that is not opened. */
  public static final int OFF = -1;

  /**
   * The latest payload of each client.
   *
   * @param bytesMax longer ones are refused; 0 refuses all
   * @param clientsMax clients of one node whose payload is kept; beyond, the oldest is forgotten
   */
  public record Payloads(int bytesMax, int clientsMax) {}

  /**
   * What the kernel does about connections whose other side is gone, and their encryption.
   *
   * @param keepAliveIdle an idle connection is probed after this long; zero as the kernel is set
   * @param keepAliveInterval between probes
   * @param keepAliveCount probes without an answer that end the connection
   * @param userTimeout unacknowledged data ends the connection after this long; zero as the kernel
   *     is set
   * @param tlsCert PEM file of the certificates; empty for none
   * @param tlsKey PEM file of the key; empty for none
   * @param tlsReload how often the files are looked at
   */
  public record Sockets(
      Duration keepAliveIdle,
      Duration keepAliveInterval,
      int keepAliveCount,
      Duration userTimeout,
      String tlsCert,
      String tlsKey,
      Duration tlsReload) {}

  /**
   * Clients that beat over WebSocket.
   *
   * @param port 0 for any free one, {@link #OFF} for none
   * @param tlsPort the same inside TLS
   * @param connectionsMax connections beyond are refused
   * @param interval between the pings of this node to clients that declare none
   */
  public record WebSocket(int port, int tlsPort, int connectionsMax, Duration interval) {}

  /**
   * Clients that speak MQTT.
   *
   * @param port 0 for any free one, {@link #OFF} for none
   * @param tlsPort the same inside TLS
   * @param connectionsMax connections beyond are refused
   * @param keepAliveMax longest keep alive that MQTT 5 clients are told to use
   * @param messageBytesMax longest packet that is read
   * @param subscriptionsMax filters of one connection
   * @param subscribersMax connections with subscriptions
   * @param retainedMax retained last wills
   */
  public record Mqtt(
      int port,
      int tlsPort,
      int connectionsMax,
      Duration keepAliveMax,
      int messageBytesMax,
      int subscriptionsMax,
      int subscribersMax,
      int retainedMax) {}

  /**
   * The gRPC health service.
   *
   * @param port 0 for any free one, {@link #OFF} for none
   * @param connectionsMax connections beyond are refused
   * @param watchesMax open Watch calls
   */
  public record Grpc(int port, int connectionsMax, int watchesMax) {}

  /**
   * What this cluster probes.
   *
   * @param targets the same list on every node
   * @param concurrencyMax probes of this node under way
   */
  public record Probes(List<ProbeTarget> targets, int concurrencyMax) {}
}
