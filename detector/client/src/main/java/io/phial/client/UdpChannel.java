package io.phial.client;

import io.phial.core.wire.Registration;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One datagram socket of one client. */
final class UdpChannel extends ClientChannel implements UdpOutbox {
  private static final int READS_MAX = 16;

  private final UdpBeater beater;
  private final NodeAddresses addresses;
  // What waits for a node's name to be looked up: the newest datagram only.
  private final byte[] @Nullable [] waiting;
  private final ByteBuffer buffer = ByteBuffer.allocate(2 * Registration.HELLO_BYTES_MIN);
  private @Nullable DatagramChannel socket;

  UdpChannel(
      BeatLoop loop, BeaterOptions options, StandingListener listener, RandomGenerator random) {
    super(loop, new Tally(options.nodes(), listener).standing(options.intervalNanos()));
    this.beater = new UdpBeater(options, listener, random, this);
    this.waiting = new byte[options.nodes().size()][];
    this.addresses = new NodeAddresses(loop, options.nodes(), this::onLookedUp);
  }

  @Override
  Beater beater() {
    return beater;
  }

  @Override
  void open(long nowNanos) {
    try {
      DatagramChannel opened = DatagramChannel.open();
      socket = opened;
      opened.configureBlocking(false);
      opened.register(loop().selector(), SelectionKey.OP_READ, this);
    } catch (IOException e) {
      // Out of sockets: the client counts as silent, and says so.
      BeatLoop.report(e);
    }
    beater.start(nowNanos);
  }

  @Override
  void onReady(SelectionKey key, long nowNanos) {
    DatagramChannel open = socket;
    for (int i = 0; open != null && i < READS_MAX; i++) {
      buffer.clear();
      SocketAddress from;
      try {
        from = open.receive(buffer);
      } catch (IOException e) {
        // A refused port shows here on some systems; silence says the same a moment later.
        return;
      }
      if (from == null) {
        return;
      }
      beater.onDatagram(addresses.indexOf(from), buffer.array(), buffer.position(), nowNanos);
    }
  }

  @Override
  public void datagram(int node, byte[] data) {
    InetSocketAddress to = addresses.of(node);
    if (to != null) {
      send(to, data);
    } else if (addresses.isUnderWay(node)) {
      waiting[node] = data;
    }
  }

  private void send(InetSocketAddress to, byte[] data) {
    try {
      if (socket != null) {
        socket.send(ByteBuffer.wrap(data), to);
      }
    } catch (IOException e) {
      // No route, no buffer: the datagram is lost like any other, and its missing ack is noticed.
      return;
    }
  }

  private void onLookedUp(int node) {
    byte[] data = waiting[node];
    waiting[node] = null;
    InetSocketAddress to = addresses.of(node);
    if (data != null && to != null && !isClosed()) {
      send(to, data);
    }
  }

  @Override
  public void refresh(int node) {
    addresses.refresh(node, System.nanoTime());
  }

  @Override
  void release() {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      BeatLoop.report(e);
    }
  }
}
