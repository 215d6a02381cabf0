package io.phial.node.ingress;

import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.wire.ClientSecret;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Takes beats as datagrams; {@code docs/protocol.md} has the format. Where the platform lets
 * several sockets share a port, every event loop has its own; else there is one.
 *
 * <p>Keeps nothing per client: keys and cookies follow from the secret. Nothing is answered to what
 * is malformed or has a wrong MAC, and no answer is longer than what it answers.
 */
public final class UdpIngress {
  private final UdpIngressOptions options;
  private final ClientSecret secret;
  private final ClientDesk desk;
  private final IngressCounters counters;
  private final List<UdpSocket> sockets = new CopyOnWriteArrayList<>();
  private volatile int port;
  private volatile boolean draining;

  /** Creates the ingress; starts nothing. */
  public UdpIngress(
      UdpIngressOptions options, ClientSecret secret, ClientDesk desk, MeterRegistry meters) {
    this.options = options;
    this.secret = secret;
    this.desk = desk;
    this.counters = new IngressCounters(meters, "udp");
  }

  /**
   * Binds the port.
   *
   * @param loops the event loops to use, as many of them as can share the port; at least one
   */
  public Future<Void> start(List<Context> loops) {
    boolean shared = loops.size() > 1 && loops.stream().allMatch(DatagramPort::isShareable);
    List<Context> used = shared ? loops : loops.subList(0, 1);
    try {
      InetSocketAddress wanted = new InetSocketAddress(options.host(), options.port());
      if (shared && options.port() != 0) {
        requireFree(wanted);
      }
      Future<?> opened = open(used.get(0), wanted, shared, used.size());
      for (Context loop : used.subList(1, used.size())) {
        opened =
            opened.compose(
                before ->
                    open(loop, new InetSocketAddress(options.host(), port), shared, used.size()));
      }
      return opened.mapEmpty();
    } catch (IOException e) {
      return Future.failedFuture(e);
    }
  }

  // Sockets that share a port do not notice when another process of the same user has it.
  private static void requireFree(InetSocketAddress address) throws IOException {
    try (DatagramSocket alone = new DatagramSocket(null)) {
      alone.setReuseAddress(false);
      alone.bind(address);
    }
  }

  private Future<Void> open(Context loop, InetSocketAddress address, boolean shared, int count) {
    UdpSocket socket =
        new UdpSocket(loop, options.share(count), secret, desk, counters, () -> draining);
    return DatagramPort.open(
            loop, address, shared, options.receiveBufferBytes(), options.unsentBytesMax(), socket)
        .map(
            opened -> {
              socket.bound(opened);
              port = opened.port();
              sockets.add(socket);
              return null;
            });
  }

  /** The bound port, 0 before the start. */
  public int port() {
    return port;
  }

  /** Sockets in use. */
  int sockets() {
    return sockets.size();
  }

  /** While draining, every acknowledgement asks the client to use another node. Any thread. */
  public void draining(boolean value) {
    draining = value;
  }

  /** Closes the sockets. */
  public Future<Void> stop() {
    List<Future<Void>> closing = new ArrayList<>();
    for (UdpSocket socket : sockets) {
      closing.add(socket.close());
    }
    sockets.clear();
    return Future.join(closing).mapEmpty();
  }
}
