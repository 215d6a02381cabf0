package io.phial.demo;

import io.phial.core.wire.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A UDP relay on loopback that loses and delays datagrams in both directions, so that the demo's
 * clients live behind a real bad network without any privileges. As a NAT does, it gives every
 * client a port of its own towards the node and forgets it after a silence.
 *
 * <p>One thread of its own does everything; {@link #link(Link)} and the counters may be used from
 * any. Bounds: {@value #CLIENTS_MAX} clients and {@value #PARCELS_MAX} datagrams under way; what
 * exceeds them is dropped and counted as overflow.
 */
public final class LossyRelay implements AutoCloseable {
  private static final int CLIENTS_MAX = 20_000;
  private static final int PARCELS_MAX = 65_536;
  private static final int DATAGRAM_BYTES_MAX = 65_536;
  private static final long FORGET_NANOS = 120_000_000_000L;
  private static final long SWEEP_NANOS = 10_000_000_000L;

  /** One client: where it is and the port it has towards the node. */
  private static final class Mapping {
    final SocketAddress client;
    final DatagramChannel towardsNode;
    long usedNanos;

    Mapping(SocketAddress client, DatagramChannel towardsNode) {
      this.client = client;
      this.towardsNode = towardsNode;
    }
  }

  /** A datagram under way. */
  private record Parcel(long dueNanos, long number, ByteBuffer bytes, Mapping of, boolean up) {}

  private final InetSocketAddress node;
  private final RandomGenerator random;
  private final Selector selector;
  private final DatagramChannel front;
  private final Map<SocketAddress, Mapping> mappings = new HashMap<>();
  private final PriorityQueue<Parcel> parcels =
      new PriorityQueue<>(
          (a, b) ->
              a.dueNanos() == b.dueNanos()
                  ? Long.compare(a.number(), b.number())
                  : Long.signum(a.dueNanos() - b.dueNanos()));
  private final ByteBuffer buffer = ByteBuffer.allocate(DATAGRAM_BYTES_MAX);
  private final AtomicLong relayed = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong overflowed = new AtomicLong();
  private final Thread thread = new Thread(this::run, "lossy-relay");
  private volatile Link link;
  private volatile boolean closed;
  private long numbers;
  private long sweptNanos;

  private LossyRelay(
      Endpoint node, Link link, RandomGenerator random, Selector selector, DatagramChannel front) {
    this.node = new InetSocketAddress(node.host(), node.port());
    this.link = link;
    this.random = random;
    this.selector = selector;
    this.front = front;
  }

  /** Starts a relay to the node on a free port; see {@link #endpoint()}. */
  public static LossyRelay start(Endpoint node, Link link, RandomGenerator random)
      throws IOException {
    DatagramChannel front = DatagramChannel.open();
    front.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).configureBlocking(false);
    LossyRelay relay = new LossyRelay(node, link, random, Selector.open(), front);
    front.register(relay.selector, SelectionKey.OP_READ);
    relay.thread.setDaemon(true);
    relay.thread.start();
    return relay;
  }

  /** Where clients send to instead of the node. */
  public Endpoint endpoint() {
    return new Endpoint(NodePorts.HOST, front.socket().getLocalPort());
  }

  /** Changes what datagrams suffer from now on; those under way are not touched. */
  public void link(Link now) {
    link = now;
  }

  /** Datagrams that got through, both directions. */
  public long relayed() {
    return relayed.get();
  }

  /** Datagrams dropped because the link says so. */
  public long lost() {
    return lost.get();
  }

  /** Datagrams dropped because of a bound of the relay itself. */
  public long overflowed() {
    return overflowed.get();
  }

  private void run() {
    sweptNanos = System.nanoTime();
    try {
      while (!closed) {
        selector.select(this::onReadable, waitMillis());
        deliver();
        sweep();
      }
    } catch (IOException e) {
      // Only the selector itself can fail here, and only because it was closed.
      closed = true;
    } finally {
      mappings.values().forEach(m -> closeQuietly(m.towardsNode));
    }
  }

  private long waitMillis() {
    Parcel first = parcels.peek();
    if (first == null) {
      return SWEEP_NANOS / 1_000_000;
    }
    // Rounded up: a delay may be a little longer, never shorter, and 0 would wait for ever.
    return Math.max(1, (first.dueNanos() - System.nanoTime() + 999_999) / 1_000_000);
  }

  private void onReadable(SelectionKey key) {
    try {
      if (key.channel() == front) {
        readFromClients();
      } else {
        readFromNode((Mapping) key.attachment());
      }
    } catch (IOException e) {
      // A dead node's port answers with an ICMP error on its mapping: a lost datagram, no more.
      lost.incrementAndGet();
    }
  }

  private void readFromClients() throws IOException {
    buffer.clear();
    for (SocketAddress from = front.receive(buffer); from != null; from = front.receive(buffer)) {
      Mapping mapping = mapping(from);
      if (mapping == null) {
        overflowed.incrementAndGet();
        buffer.clear();
      } else {
        send(mapping, true);
      }
    }
  }

  private void readFromNode(Mapping mapping) throws IOException {
    buffer.clear();
    while (mapping.towardsNode.read(buffer) > 0) {
      send(mapping, false);
    }
  }

  private @Nullable Mapping mapping(SocketAddress client) throws IOException {
    Mapping known = mappings.get(client);
    if (known != null || mappings.size() >= CLIENTS_MAX) {
      return known;
    }
    DatagramChannel channel = DatagramChannel.open();
    channel
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .connect(node)
        .configureBlocking(false);
    Mapping mapping = new Mapping(client, channel);
    channel.register(selector, SelectionKey.OP_READ, mapping);
    mappings.put(client, mapping);
    return mapping;
  }

  /** Decides the fate of what is in the buffer and empties it. */
  private void send(Mapping mapping, boolean up) {
    long nowNanos = System.nanoTime();
    mapping.usedNanos = nowNanos;
    long fateNanos = link.fateNanos(random);
    if (fateNanos == Link.LOST) {
      lost.incrementAndGet();
    } else if (parcels.size() >= PARCELS_MAX) {
      overflowed.incrementAndGet();
    } else {
      ByteBuffer copy = ByteBuffer.allocate(buffer.position()).put(buffer.flip()).flip();
      parcels.add(new Parcel(nowNanos + fateNanos, numbers++, copy, mapping, up));
    }
    buffer.clear();
  }

  private void deliver() {
    long nowNanos = System.nanoTime();
    for (Parcel p = parcels.peek(); p != null && p.dueNanos() - nowNanos <= 0; p = parcels.peek()) {
      parcels.remove();
      deliver(p);
    }
  }

  private void deliver(Parcel parcel) {
    try {
      int sent =
          parcel.up()
              ? parcel.of().towardsNode.write(parcel.bytes())
              : front.send(parcel.bytes(), parcel.of().client);
      (sent > 0 ? relayed : overflowed).incrementAndGet();
    } catch (IOException e) {
      lost.incrementAndGet();
    }
  }

  private void sweep() {
    long nowNanos = System.nanoTime();
    if (nowNanos - sweptNanos < SWEEP_NANOS) {
      return;
    }
    sweptNanos = nowNanos;
    for (Iterator<Mapping> all = mappings.values().iterator(); all.hasNext(); ) {
      Mapping mapping = all.next();
      if (nowNanos - mapping.usedNanos > FORGET_NANOS) {
        all.remove();
        closeQuietly(mapping.towardsNode);
      }
    }
  }

  private static void closeQuietly(DatagramChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing depends on a socket that is being thrown away.
    }
  }

  /** Stops it; what is under way is lost. */
  @Override
  public void close() throws IOException {
    closed = true;
    selector.wakeup();
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    front.close();
    selector.close();
  }
}
