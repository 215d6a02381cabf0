package io.phial.client;

import io.phial.core.registry.Transport;
import io.phial.core.wire.BeatCodec;
import io.phial.core.wire.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Very many datagram clients over a few sockets and one thread, for load tests: each is a whole
 * client of its own (registration, beats, acks, failover), only the sockets are shared. Answers
 * find their client by session, or by nonce while it registers.
 *
 * <p>Thread-safe; the listener is called on the fleet's thread for all clients alike. A client
 * costs some 700 bytes here.
 */
public final class UdpFleet implements AutoCloseable {
  /** The most clients of one fleet. */
  public static final int CLIENTS_MAX = 1_000_000;

  private static final int BUFFER_BYTES = 4 << 20;
  private static final int DATAGRAM_BYTES_MAX = 256;
  private static final int READS_MAX = 4_096;
  private static final int WAKES_MAX = 1_024;
  private static final int NONCE_AT = 8;

  private final Options options;
  private final Thread thread;
  private final Selector selector;
  private final List<DatagramChannel> sockets = new ArrayList<>();
  private final Map<SocketAddress, Integer> nodeOf = new HashMap<>();
  private final List<InetSocketAddress> nodes = new ArrayList<>();
  private final ByteBuffer in = ByteBuffer.allocate(DATAGRAM_BYTES_MAX);
  private final @Nullable Client[] clients;
  private final Map<Long, Client> byNonce = new HashMap<>();
  private final Map<Integer, Client> bySession = new HashMap<>();
  private final PriorityQueue<Wake> wakes =
      new PriorityQueue<>((a, b) -> Long.signum(a.atNanos - b.atNanos));
  private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final StandingListener listener;
  private final LongConsumer lateNanos;
  private final SplittableRandom random;
  private int started;
  private long beganNanos;
  private volatile boolean closed;
  private volatile Totals totals = new Totals(0, 0, 0, 0, 0, 0);

  /**
   * What a fleet is.
   *
   * @param nodes where to beat; clients begin at them in turn
   * @param clients 1 to {@value UdpFleet#CLIENTS_MAX}
   * @param idPrefix ids are this and a number from 0
   * @param interval between beats
   * @param jitterNanos each beat is late by an even draw from zero to this
   * @param sockets 1 to 256
   * @param startsPerSecond how quickly clients begin to register
   * @param incarnation of every client
   * @param seed of phases and jitter
   */
  public record Options(
      List<Endpoint> nodes,
      int clients,
      String idPrefix,
      Duration interval,
      long jitterNanos,
      int sockets,
      int startsPerSecond,
      long incarnation,
      long seed) {
    /** Checks the bounds. */
    public Options {
      nodes = List.copyOf(nodes);
      check(!nodes.isEmpty(), "nodes must be 1 or more", nodes.size());
      check(clients >= 1 && clients <= CLIENTS_MAX, "clients must be 1 to 1000000", clients);
      check(sockets >= 1 && sockets <= 256, "sockets must be 1 to 256", sockets);
      check(startsPerSecond >= 1, "startsPerSecond must be 1 or more", startsPerSecond);
      check(jitterNanos >= 0, "jitterNanos must be 0 or more", jitterNanos);
    }

    private static void check(boolean holds, String bound, long value) {
      if (!holds) {
        throw new IllegalArgumentException(bound + ", was " + value);
      }
    }
  }

  /**
   * How it stands.
   *
   * @param started clients that began to register
   * @param registered clients that have a session now
   * @param beats sent, repeats left out
   * @param acknowledged beats
   * @param registrations that succeeded
   * @param sendsFailed datagrams that the socket did not take
   */
  public record Totals(
      int started,
      int registered,
      long beats,
      long acknowledged,
      long registrations,
      long sendsFailed) {}

  /**
   * A point of time at which a client wants to be woken. Not all of them hold: a client is woken at
   * the earliest and asked again.
   */
  private record Wake(long atNanos, Client client) {}

  /** One client with its place. */
  private final class Client implements UdpOutbox {
    final UdpBeater beater;
    final DatagramChannel socket;
    final int first;
    long armedNanos;
    boolean armed;
    boolean gone;
    long nonce;
    int session;

    Client(int index) {
      socket = sockets.get(index % sockets.size());
      first = index % nodes.size();
      List<Endpoint> mine = new ArrayList<>();
      for (int i = 0; i < nodes.size(); i++) {
        mine.add(options.nodes().get((first + i) % nodes.size()));
      }
      BeaterOptions settings =
          BeaterOptions.of(
              options.idPrefix() + index,
              mine,
              Transport.UDP,
              options.interval().toNanos(),
              options.incarnation());
      beater = new UdpBeater(settings, listener, random.split(), this);
    }

    @Override
    public void datagram(int node, byte[] data) {
      int to = BeatCodec.session(data);
      if (to != 0 && to != session) {
        bySession.remove(session, this);
        session = to;
        bySession.put(to, this);
        byNonce.remove(nonce, this);
      } else if (to == 0) {
        byNonce.remove(nonce, this);
        nonce = ByteBuffer.wrap(data).getLong(NONCE_AT);
        byNonce.put(nonce, this);
      }
      try {
        if (socket.send(ByteBuffer.wrap(data), nodes.get((first + node) % nodes.size())) == 0) {
          sendsFailed++;
        }
      } catch (IOException e) {
        // A refused port shows here: the missing ack says the same.
        sendsFailed++;
      }
    }

    @Override
    public void refresh(int node) {
      // Addresses are numeric.
    }

    void arm(long nowNanos) {
      long at = beater.wakeAtNanos();
      if (!gone && !beater.isDone() && (!armed || at - armedNanos < 0)) {
        armed = true;
        armedNanos = at;
        long jitter = options.jitterNanos() == 0 ? 0 : random.nextLong(options.jitterNanos() + 1);
        wakes.add(new Wake(Math.max(at - nowNanos, 0) + nowNanos + jitter, this));
      }
    }
  }

  private long sendsFailed;

  /**
   * Opens the sockets and starts.
   *
   * @param listener hears of all clients
   * @param lateNanos told how late each wake-up of a client came, in nanoseconds
   * @throws UncheckedIOException when a socket cannot be opened
   */
  public UdpFleet(Options options, StandingListener listener, LongConsumer lateNanos) {
    this.options = options;
    this.listener = listener;
    this.lateNanos = lateNanos;
    this.random = new SplittableRandom(options.seed());
    this.clients = new Client[options.clients()];
    for (Endpoint node : options.nodes()) {
      InetSocketAddress address = new InetSocketAddress(node.host(), node.port());
      nodeOf.put(address, nodes.size());
      nodes.add(address);
    }
    try {
      selector = Selector.open();
      for (int i = 0; i < options.sockets(); i++) {
        DatagramChannel socket = DatagramChannel.open();
        socket.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
        socket.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
        socket.configureBlocking(false);
        socket.register(selector, SelectionKey.OP_READ);
        sockets.add(socket);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread = new Thread(this::run, "phial-fleet");
    thread.setDaemon(true);
  }

  /** Begins to register the clients. */
  public void start() {
    thread.start();
  }

  /** The clients from one number up to another stop without a word, as if killed. */
  public void abandon(int from, int until) {
    commands.add(
        () -> {
          for (int i = Math.max(0, from); i < Math.min(until, clients.length); i++) {
            Client client = clients[i];
            if (client != null && !client.gone) {
              client.gone = true;
              bySession.remove(client.session, client);
              byNonce.remove(client.nonce, client);
            }
          }
        });
    selector.wakeup();
  }

  /** How it stands, as of the last turn. */
  public Totals totals() {
    return totals;
  }

  private void run() {
    beganNanos = System.nanoTime();
    long counted = beganNanos;
    try {
      while (!closed) {
        long now = System.nanoTime();
        startSome(now);
        wakeSome(now);
        if (now - counted > 100_000_000L) {
          counted = now;
          count();
        }
        selector.select(this::read, pauseMillis(now));
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
          command.run();
        }
      }
      selector.close();
      for (DatagramChannel socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void startSome(long now) {
    long due = (long) ((now - beganNanos) / 1e9 * options.startsPerSecond()) + 1;
    for (int i = 0; started < Math.min(due, clients.length) && i < WAKES_MAX; i++) {
      Client client = new Client(started);
      clients[started++] = client;
      client.beater.start(now);
      client.arm(now);
    }
  }

  private void wakeSome(long now) {
    for (int i = 0; i < WAKES_MAX; i++) {
      Wake wake = wakes.peek();
      if (wake == null || wake.atNanos() - now > 0) {
        return;
      }
      wakes.remove();
      Client client = wake.client();
      if (client.gone) {
        continue;
      }
      lateNanos.accept(now - wake.atNanos());
      client.armed = false;
      client.beater.onWake(now);
      client.arm(now);
    }
  }

  private long pauseMillis(long now) {
    Wake next = wakes.peek();
    long millis = next == null ? 10 : (next.atNanos() - now) / 1_000_000;
    return Math.max(1, Math.min(started < clients.length ? 1 : 10, millis));
  }

  private void read(SelectionKey key) {
    DatagramChannel socket = (DatagramChannel) key.channel();
    for (int i = 0; i < READS_MAX; i++) {
      in.clear();
      SocketAddress from;
      try {
        from = socket.receive(in);
      } catch (IOException e) {
        return;
      }
      if (from == null) {
        return;
      }
      if (in.position() >= BeatCodec.ACK_BYTES) {
        take(from, in.array(), in.position());
      }
    }
  }

  private void take(SocketAddress from, byte[] data, int length) {
    int session = BeatCodec.session(data);
    Client client =
        session != 0
            ? bySession.get(session)
            : length >= NONCE_AT + Long.BYTES
                ? byNonce.get(ByteBuffer.wrap(data).getLong(NONCE_AT))
                : null;
    if (client == null || client.gone) {
      return;
    }
    Integer node = nodeOf.get(from);
    int index = node == null ? -1 : Math.floorMod(node - client.first, nodes.size());
    long now = System.nanoTime();
    client.beater.onDatagram(index, data, length, now);
    client.arm(now);
  }

  private void count() {
    int registered = 0;
    long beats = 0;
    long acknowledged = 0;
    long registrations = 0;
    for (int i = 0; i < started; i++) {
      Client client = clients[i];
      if (client != null) {
        Standing standing = client.beater.standing();
        registered += standing.registered() && !client.gone ? 1 : 0;
        beats += standing.beats();
        acknowledged += standing.acknowledged();
        registrations += standing.registrations();
      }
    }
    totals = new Totals(started, registered, beats, acknowledged, registrations, sendsFailed);
  }

  /** Stops all clients without a word and closes the sockets. */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
