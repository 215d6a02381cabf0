package io.phial.client;

import io.phial.core.registry.Transport;
import io.phial.core.wire.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * A heart-beating client. From {@link Builder#connect} on it beats by itself until it is closed:
 *
 * <pre>{@code
 * try (Phial phial = Phial.builder().id("worker-7")
 *     .nodes(List.of(Endpoint.parse("10.0.0.1:7401"), Endpoint.parse("10.0.0.2:7401")))
 *     .interval(Duration.ofSeconds(1)).connect()) {
 *   work();
 * }
 * }</pre>
 *
 * <p>All clients of a process share one daemon thread. Thread-safe.
 */
public final class Phial implements AutoCloseable {
  private static final long GOODBYE_WAIT_MILLIS = 2_000;

  private final String id;
  private final ClientChannel channel;
  private final CountDownLatch registered;

  private Phial(String id, ClientChannel channel, CountDownLatch registered) {
    this.id = id;
    this.channel = channel;
    this.registered = registered;
  }

  /** Starts to describe a client. */
  public static Builder builder() {
    return new Builder();
  }

  /** The id that it beats under. */
  public String id() {
    return id;
  }

  /** How it stands with the cluster now. */
  public Standing standing() {
    return channel.standing();
  }

  /**
   * Waits for the first registration. Not needed before anything.
   *
   * @return false when the limit was reached first
   */
  public boolean awaitRegistered(Duration limit) throws InterruptedException {
    return registered.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Says goodbye, so that the cluster lists this client as LEFT, and stops. Waits for that up to
   * two seconds, but not when called from a listener. Further calls do nothing.
   */
  @Override
  public void close() {
    channel.loop().execute(() -> channel.goodbye(System.nanoTime()));
    if (channel.loop().isLoopThread()) {
      return;
    }
    try {
      if (!channel.ended().await(GOODBYE_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
        abandon();
      }
    } catch (InterruptedException e) {
      abandon();
      Thread.currentThread().interrupt();
    }
  }

  /** Stops without a goodbye, as a crash would: the cluster sees silence or a closed connection. */
  public void abandon() {
    channel.loop().execute(channel::abandon);
  }

  /** Describes a client. Not thread-safe. */
  public static final class Builder {
    private String id = "";
    private List<Endpoint> nodes = List.of();
    private Transport transport = Transport.UDP;
    private Duration interval = Duration.ofSeconds(1);
    private long incarnation = System.currentTimeMillis();
    private StandingListener listener = new StandingListener() {};
    private RandomGenerator random = new SplittableRandom();

    private Builder() {}

    /** Its name: 1 to 128 printable ASCII characters without blanks. Needed. */
    public Builder id(String value) {
      id = value;
      return this;
    }

    /**
     * Nodes of the cluster, at their port for the transport, the favourite first. 1 to 64; needed.
     * Here, unlike elsewhere, a host may be a name: it is looked up when needed, on a thread of its
     * own.
     */
    public Builder nodes(List<Endpoint> value) {
      nodes = List.copyOf(value);
      return this;
    }

    /** How beats travel; datagrams if not given. */
    public Builder transport(Transport value) {
      transport = value;
      return this;
    }

    /** The promised time between beats, 10 ms to 24 h; 1 s if not given. */
    public Builder interval(Duration value) {
      interval = value;
      return this;
    }

    /** Grows with every start of the client; the time in milliseconds if not given. */
    public Builder incarnation(long value) {
      incarnation = value;
      return this;
    }

    /** Is told how the client stands. */
    public Builder listener(StandingListener value) {
      listener = value;
      return this;
    }

    /** The source of pauses, phases and nonces; used on the beat thread only. */
    public Builder random(RandomGenerator value) {
      random = value;
      return this;
    }

    /**
     * Starts the client; returns at once.
     *
     * @throws IllegalArgumentException when an option is out of its bounds; nothing was started
     */
    public Phial connect() {
      BeaterOptions options = BeaterOptions.of(id, nodes, transport, nanos(interval), incarnation);
      CountDownLatch registered = new CountDownLatch(1);
      StandingListener guarded = new GuardedListener(listener, registered::countDown);
      BeatLoop loop = BeatLoop.shared();
      ClientChannel channel =
          switch (transport) {
            case UDP -> new UdpChannel(loop, options, guarded, random);
            case TCP -> new TcpChannel(loop, options, guarded, random);
          };
      loop.execute(() -> channel.start(System.nanoTime()));
      return new Phial(id, channel, registered);
    }

    private static long nanos(Duration interval) {
      return interval.compareTo(Duration.ofDays(2)) > 0 ? Long.MAX_VALUE : interval.toNanos();
    }
  }
}
