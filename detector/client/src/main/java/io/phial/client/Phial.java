package io.phial.client;

import io.phial.core.registry.Transport;
import io.phial.core.wire.BeatLine;
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
  private final boolean manual;

  private Phial(String id, ClientChannel channel, CountDownLatch registered, boolean manual) {
    this.id = id;
    this.manual = manual;
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

  /** Beats now; only for a client with {@link Builder#manual manual} beats. Never blocks. */
  public void beat() {
    beat("");
  }

  /**
   * Beats now and tells something about the program; only for a client with {@link Builder#manual
   * manual} beats. Never blocks.
   *
   * @param payload up to 64 printable ASCII characters without blanks; empty for nothing new
   * @throws IllegalArgumentException when the payload is none; nothing was sent
   * @throws IllegalStateException when the client beats by itself
   */
  public void beat(String payload) {
    if (!manual) {
      throw new IllegalStateException("beats must be manual, id=" + id);
    }
    if (!BeatLine.isPayload(payload)) {
      throw new IllegalArgumentException(
          "payload must be at most 64 printable characters without blanks, was " + payload);
    }
    channel.loop().execute(() -> channel.beat(payload, System.nanoTime()));
  }

  /**
   * Says that the program this client beats for is gone, so that the cluster lists it as DEAD at
   * once, and stops. Waits for that up to two seconds. For who beats for another process, over TCP.
   *
   * @param how it was seen, for people; cut after 100 characters
   * @throws IllegalStateException when the client does not use manual beats; nothing was said
   */
  public void gone(String how) {
    if (!manual) {
      throw new IllegalStateException("beats must be manual, id=" + id);
    }
    channel.loop().execute(() -> channel.gone(how, System.nanoTime()));
    awaitEnd();
  }

  /**
   * Says goodbye, so that the cluster lists this client as LEFT, and stops. Waits for that up to
   * two seconds, but not when called from a listener. Further calls do nothing.
   */
  @Override
  public void close() {
    channel.loop().execute(() -> channel.goodbye(System.nanoTime()));
    awaitEnd();
  }

  private void awaitEnd() {
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
    private boolean manual;

    private Builder() {}

    /** Its name: 1 to 128 printable ASCII characters without blanks. Needed. */
    public Builder id(String value) {
      id = value;
      return this;
    }

    /**
     * Nodes of the cluster, at their port for the transport, the favourite first. 1 to 64; needed.
     * Here, unlike elsewhere, a host may be a name: it is looked up when needed, on a thread of its
     * own, and stands for all its addresses, which are tried one after the other.
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

    /**
     * Beats only when {@link Phial#beat()} is called, which should be once an interval: for who
     * beats for another program. Needs TCP. Without a call nothing is sent, not even a connection
     * is made.
     */
    public Builder manual() {
      manual = true;
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
      BeaterOptions usual = BeaterOptions.of(id, nodes, transport, nanos(interval), incarnation);
      BeaterOptions options = manual ? usual.manually() : usual;
      CountDownLatch registered = new CountDownLatch(1);
      StandingListener guarded = new GuardedListener(listener, registered::countDown);
      BeatLoop loop = BeatLoop.shared();
      ClientChannel channel =
          switch (transport) {
            case UDP -> new UdpChannel(loop, options, guarded, random);
            case TCP -> new TcpChannel(loop, options, guarded, random);
          };
      loop.execute(() -> channel.start(System.nanoTime()));
      return new Phial(id, channel, registered, manual);
    }

    private static long nanos(Duration interval) {
      return interval.compareTo(Duration.ofDays(2)) > 0 ? Long.MAX_VALUE : interval.toNanos();
    }
  }
}
