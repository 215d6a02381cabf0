package io.phial.client;

import io.phial.core.wire.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The one connection of one client. */
final class TcpChannel extends ClientChannel implements TcpOutbox {
  private static final int UNSENT_BYTES_MAX = 4_096;

  private final TcpBeater beater;
  private final NodeAddresses addresses;
  private final ByteBuffer input = ByteBuffer.allocate(512);
  private final ByteBuffer unsent = ByteBuffer.allocate(UNSENT_BYTES_MAX);
  private @Nullable SocketChannel socket;
  private int wanted = -1;

  TcpChannel(
      BeatLoop loop, BeaterOptions options, StandingListener listener, RandomGenerator random) {
    super(loop, new Tally(options.nodes(), listener).standing(options.intervalNanos()));
    this.beater = new TcpBeater(options, listener, random, this);
    this.addresses = new NodeAddresses(loop, options.nodes(), this::onLookedUp);
  }

  @Override
  Beater beater() {
    return beater;
  }

  @Override
  void open(long nowNanos) {
    beater.start(nowNanos);
  }

  @Override
  public void connect(int node) {
    wanted = node;
    addresses.refresh(node, System.nanoTime());
    if (!addresses.isUnderWay(node)) {
      connectNow(node);
    }
  }

  @Override
  public void learn(Endpoint node) {
    addresses.learn(node);
  }

  private void onLookedUp(int node) {
    if (wanted == node && socket == null) {
      guarded(() -> connectNow(node));
    }
  }

  private void connectNow(int node) {
    InetSocketAddress to = addresses.of(node);
    if (to == null) {
      failSoon();
      return;
    }
    try {
      SocketChannel opened = SocketChannel.open();
      socket = opened;
      unsent.clear();
      opened.configureBlocking(false);
      opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
      SelectionKey key = opened.register(loop().selector(), SelectionKey.OP_CONNECT, this);
      if (opened.connect(to)) {
        loop().execute(() -> guarded(() -> onConnected(opened, key)));
      }
    } catch (IOException e) {
      failSoon();
    }
  }

  /** Not at once, since the state machine is in the middle of asking. */
  private void failSoon() {
    SocketChannel failed = socket;
    int node = wanted;
    loop()
        .execute(
            () ->
                guarded(
                    () -> {
                      if (socket == failed && wanted == node) {
                        onEnd(System.nanoTime());
                      }
                    }));
  }

  private void onConnected(SocketChannel connected, SelectionKey key) {
    if (connected == socket && key.isValid()) {
      key.interestOps(SelectionKey.OP_READ);
      beater.onConnected(System.nanoTime());
    }
  }

  @Override
  void onReady(SelectionKey key, long nowNanos) {
    SocketChannel open = socket;
    if (open == null || !key.isValid() || key.channel() != open) {
      return;
    }
    try {
      if (key.isConnectable() && open.finishConnect()) {
        onConnected(open, key);
      }
      if (key.isValid() && key.isWritable()) {
        flush(key);
      }
      if (key.isValid() && key.isReadable()) {
        read(open, nowNanos);
      }
    } catch (IOException e) {
      onEnd(nowNanos);
    }
  }

  private void read(SocketChannel open, long nowNanos) throws IOException {
    input.clear();
    int count = open.read(input);
    if (count < 0) {
      onEnd(nowNanos);
    } else {
      beater.onBytes(input.array(), count, nowNanos);
    }
  }

  private void onEnd(long nowNanos) {
    disconnect();
    beater.onDisconnected(nowNanos);
  }

  @Override
  public void write(byte[] bytes) {
    SocketChannel open = socket;
    if (open == null) {
      return;
    }
    try {
      if (bytes.length > unsent.remaining()) {
        throw new IOException("the node reads nothing");
      }
      unsent.put(bytes);
      flush(open.keyFor(loop().selector()));
    } catch (IOException e) {
      failSoon();
    }
  }

  private void flush(SelectionKey key) throws IOException {
    unsent.flip();
    try {
      ((SocketChannel) key.channel()).write(unsent);
    } finally {
      unsent.compact();
    }
    int writable = unsent.position() > 0 ? SelectionKey.OP_WRITE : 0;
    key.interestOps(SelectionKey.OP_READ | writable);
  }

  @Override
  public void disconnect() {
    wanted = -1;
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      BeatLoop.report(e);
    }
    socket = null;
  }

  @Override
  void release() {
    disconnect();
  }
}
