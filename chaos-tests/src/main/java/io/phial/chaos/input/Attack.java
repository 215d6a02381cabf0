package io.phial.chaos.input;

import io.phial.chaos.input.MalformedStream.Ending;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Brings malformed input to a port and counts what came of it. Connections that are to hang stay
 * open until this is closed. Every step is bounded in time. Not thread-safe.
 */
public final class Attack implements AutoCloseable {
  private static final int CONNECT_MILLIS_MAX = 2_000;
  private static final int STEP_MILLIS_MAX = 1_000;
  private static final int HANGING_MAX = 1_000;

  private final List<SocketChannel> hanging = new ArrayList<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private final ByteBuffer answer = ByteBuffer.allocate(65_536);

  /** Sends datagrams, with a breath between them so that the receiver's buffer is not the test. */
  public void datagrams(InetSocketAddress to, List<byte[]> datagrams)
      throws IOException, InterruptedException {
    try (DatagramChannel channel = DatagramChannel.open()) {
      int sent = 0;
      for (byte[] datagram : datagrams) {
        channel.send(ByteBuffer.wrap(datagram), to);
        count("datagrams");
        if (++sent % 50 == 0) {
          Thread.sleep(5);
        }
      }
    }
  }

  /** Makes the bad connections, one after another. */
  public void streams(InetSocketAddress to, List<MalformedStream> streams) throws IOException {
    for (MalformedStream stream : streams) {
      stream(to, stream);
    }
  }

  private void stream(InetSocketAddress to, MalformedStream stream) throws IOException {
    SocketChannel channel = SocketChannel.open();
    boolean kept = false;
    try {
      channel.socket().connect(to, CONNECT_MILLIS_MAX);
      count("connections");
      channel.configureBlocking(false);
      for (byte[] chunk : stream.chunks()) {
        write(channel, ByteBuffer.wrap(chunk));
      }
      kept = end(channel, stream.ending());
    } catch (IOException e) {
      // The node may well reset or refuse: that is one of the right answers.
      count("cut off by the node");
    } finally {
      if (kept) {
        hanging.add(channel);
      } else {
        channel.close();
      }
    }
  }

  private boolean end(SocketChannel channel, Ending ending) throws IOException {
    switch (ending) {
      case RESET -> channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      case HALF_CLOSE -> channel.shutdownOutput();
      case CLOSE, HANG -> {}
    }
    boolean stays = ending == Ending.HANG || ending == Ending.HALF_CLOSE;
    return stays && hanging.size() < HANGING_MAX;
  }

  /** Writes as much as the node takes in the time for one step; reads what it answers meanwhile. */
  private void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
    long startNanos = System.nanoTime();
    try (Selector selector = Selector.open()) {
      channel.register(selector, SelectionKey.OP_WRITE | SelectionKey.OP_READ);
      while (bytes.hasRemaining()
          && System.nanoTime() - startNanos < STEP_MILLIS_MAX * 1_000_000L) {
        channel.write(bytes);
        answer.clear();
        if (channel.read(answer) < 0) {
          count("closed by the node");
          return;
        }
        if (bytes.hasRemaining()) {
          selector.select(STEP_MILLIS_MAX / 10);
          selector.selectedKeys().clear();
        }
      }
    }
  }

  private void count(String what) {
    counts.merge(what, 1, Integer::sum);
  }

  /** What was done so far, for a report. */
  public Map<String, Integer> counts() {
    return Map.copyOf(counts);
  }

  /** Connections that hang open now. */
  public int hangingConnections() {
    return hanging.size();
  }

  /** Closes the connections that hang open; the attack may go on. */
  public void release() throws IOException {
    for (SocketChannel channel : hanging) {
      channel.close();
    }
    hanging.clear();
  }

  @Override
  public void close() throws IOException {
    release();
  }
}
