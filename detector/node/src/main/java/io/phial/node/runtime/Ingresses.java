package io.phial.node.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.wire.ClientSecret;
import io.phial.node.config.NodeConfig;
import io.phial.node.ingress.ClientDesk;
import io.phial.node.ingress.Elsewhere;
import io.phial.node.ingress.TcpIngress;
import io.phial.node.ingress.TcpIngressOptions;
import io.phial.node.ingress.UdpIngress;
import io.phial.node.ingress.UdpIngressOptions;
import io.phial.node.sockets.Sockets;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;

/** The ports for clients. */
final class Ingresses {
  private final NodeConfig config;
  private final Sockets sockets;
  private final TcpIngress tcp;
  private final UdpIngress udp;

  /**
   * The ports in use.
   *
   * @param tcp plain connections
   * @param tcpTls plain connections inside TLS; 0 when not open
   * @param udp datagrams
   */
  record Ports(int tcp, int tcpTls, int udp) {}

  Ingresses(
      Vertx vertx, NodeConfig config, Sockets sockets, ClientDesk desk, MeterRegistry meters) {
    this.config = config;
    this.sockets = sockets;
    String bind = config.node().bind();
    TcpIngressOptions plain = TcpIngressOptions.of(bind, config.tcp().port());
    this.tcp =
        new TcpIngress(
            vertx,
            new TcpIngressOptions(
                plain.host(),
                plain.port(),
                config.tcp().connectionsMax(),
                plain.idleMillisMax(),
                config.tcp().firstBeatTimeout().toMillis(),
                plain.errorsMax(),
                plain.beatGapNanosMin()),
            sockets,
            config.tcp().tlsPort(),
            desk,
            meters);
    UdpIngressOptions datagrams = UdpIngressOptions.of(bind, config.udp().port());
    this.udp =
        new UdpIngress(
            new UdpIngressOptions(
                datagrams.host(),
                datagrams.port(),
                datagrams.registrationsPendingMax(),
                config.udp().registrationsPerSecondMax(),
                datagrams.retryAfterMillis(),
                datagrams.receiveBufferBytes(),
                datagrams.unsentBytesMax()),
            secret(config.clients().secret().bytes()),
            desk,
            meters);
  }

  // A configured secret may have any length; the key of the MACs has one.
  private static ClientSecret secret(byte[] configured) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(configured);
      return ClientSecret.of(Arrays.copyOf(digest, ClientSecret.BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Opens the ports.
   *
   * @param loops the event loops that share the datagrams
   */
  Future<Ports> start(List<Context> loops) {
    return Future.all(
            opening("tcp.port", config.tcp().port(), tcp.start()),
            opening("udp.port", config.udp().port(), udp.start(loops)))
        .map(bound -> ports());
  }

  /** How connections of clients are listened for. */
  Sockets sockets() {
    return sockets;
  }

  Ports ports() {
    return new Ports(tcp.port(), tcp.tlsPort(), udp.port());
  }

  /** The same future, whose failure tells which port could not be opened. */
  static <T> Future<T> opening(String option, int port, Future<T> opened) {
    return opened.recover(
        e ->
            Future.failedFuture(
                new IllegalStateException(
                    option + " " + port + " cannot be opened: " + e.getMessage(), e)));
  }

  /**
   * Tells clients to use another node: this one is about to leave.
   *
   * @param others where, for connections; datagram clients know for themselves
   */
  void drain(Future<Elsewhere> others) {
    udp.draining(true);
    others.onSuccess(tcp::drain);
  }

  Future<Void> stop() {
    return Future.join(tcp.stop(), udp.stop()).mapEmpty();
  }
}
