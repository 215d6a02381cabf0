package io.phial.node.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.wire.ClientSecret;
import io.phial.node.config.NodeConfig;
import io.phial.node.ingress.ClientDesk;
import io.phial.node.ingress.TcpIngress;
import io.phial.node.ingress.TcpIngressOptions;
import io.phial.node.ingress.UdpIngress;
import io.phial.node.ingress.UdpIngressOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** The ports for clients. */
final class Ingresses {
  private final TcpIngress tcp;
  private final UdpIngress udp;

  /**
   * The ports in use.
   *
   * @param tcp plain connections
   * @param udp datagrams
   */
  record Ports(int tcp, int udp) {}

  Ingresses(Vertx vertx, NodeConfig config, ClientDesk desk, MeterRegistry meters) {
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
                plain.strangerMillisMax(),
                plain.errorsMax(),
                plain.beatGapNanosMin()),
            desk,
            meters);
    this.udp =
        new UdpIngress(
            vertx,
            UdpIngressOptions.of(bind, config.udp().port()),
            ClientSecret.of(config.clients().secret().bytes()),
            desk,
            meters);
  }

  Future<Ports> start() {
    return Future.all(tcp.start(), udp.start()).map(bound -> new Ports(tcp.port(), udp.port()));
  }

  Future<Void> stop() {
    return Future.join(tcp.stop(), udp.stop()).mapEmpty();
  }
}
