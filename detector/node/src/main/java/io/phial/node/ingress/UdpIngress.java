package io.phial.node.ingress;

import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Transport;
import io.phial.core.wire.BeatCodec;
import io.phial.core.wire.ClientIds;
import io.phial.core.wire.ClientSecret;
import io.phial.core.wire.Registration;
import io.phial.core.wire.Registration.Challenge;
import io.phial.core.wire.Registration.Hello;
import io.phial.core.wire.Registration.Refused;
import io.phial.core.wire.Registration.Welcome;
import io.phial.core.wire.SessionKey;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Takes beats as datagrams; {@code docs/protocol.md} has the format. One socket on one event loop;
 * any number of them may share a desk.
 *
 * <p>Keeps nothing per client: keys and cookies follow from the secret. Nothing is answered to what
 * is malformed or has a wrong MAC, and no answer is longer than what it answers.
 */
public final class UdpIngress {
  private static final long MILLI = 1_000_000L;

  private final Vertx vertx;
  private final UdpIngressOptions options;
  private final ClientSecret secret;
  private final ClientDesk desk;
  private final IngressCounters counters;

  // Below: the event loop's own, but for the volatile ones.
  private final RateLimit registrationRate;
  private int registrationsPending;
  private int answersPending;
  private @Nullable Context context;
  private @Nullable DatagramSocket socket;
  private volatile int port;
  private volatile boolean draining;

  /** Creates the ingress; starts nothing. */
  public UdpIngress(
      Vertx vertx,
      UdpIngressOptions options,
      ClientSecret secret,
      ClientDesk desk,
      MeterRegistry meters) {
    this.vertx = vertx;
    this.options = options;
    this.secret = secret;
    this.desk = desk;
    this.counters = new IngressCounters(meters, "udp");
    this.registrationRate = new RateLimit(options.registrationsPerSecondMax(), System.nanoTime());
  }

  /** Binds the port; on the event loop of the caller if it has one. Call once. */
  public Future<Void> start() {
    Context own = vertx.getOrCreateContext();
    context = own;
    Promise<Void> started = Promise.promise();
    own.runOnContext(unused -> listen().onComplete(started));
    return started.future();
  }

  /** The bound port, 0 before the start. */
  public int port() {
    return port;
  }

  /** While draining, every acknowledgement asks the client to use another node. Any thread. */
  public void draining(boolean value) {
    draining = value;
  }

  /** Closes the socket. */
  public Future<Void> stop() {
    Context own = context;
    if (own == null) {
      return Future.succeededFuture();
    }
    Promise<Void> stopped = Promise.promise();
    own.runOnContext(unused -> close().onComplete(stopped));
    return stopped.future();
  }

  private Future<Void> listen() {
    // No receive buffer size here: Vert.x would allocate as much for every datagram read.
    DatagramSocket created = vertx.createDatagramSocket(new DatagramSocketOptions());
    socket = created;
    created.handler(this::onPacket);
    created.exceptionHandler(failure -> counters.errors.increment());
    return created
        .listen(options.port(), options.host())
        .map(
            listening -> {
              port = listening.localAddress().port();
              return null;
            });
  }

  private Future<Void> close() {
    DatagramSocket listening = socket;
    socket = null;
    return listening == null ? Future.succeededFuture() : listening.close();
  }

  private void onPacket(DatagramPacket packet) {
    try {
      if (packet.data().length() > Registration.HELLO_BYTES_MAX) {
        counters.oversized.increment();
        return;
      }
      byte[] data = packet.data().getBytes();
      BeatCodec.Kind kind = BeatCodec.kindOf(data, data.length);
      switch (kind) {
        case BEAT, PAYLOAD_BEAT, GOODBYE -> onSession(kind, data, packet.sender());
        case REGISTRATION -> onRegistration(data, packet.sender());
        case MALFORMED -> counters.malformed.increment();
      }
    } catch (RuntimeException e) {
      // A defect on our side must not end the socket.
      counters.errors.increment();
    }
  }

  private void onSession(BeatCodec.Kind kind, byte[] data, SocketAddress sender) {
    int session = BeatCodec.session(data);
    int counter = BeatCodec.counter(data);
    SessionKey key = secret.keyOf(session);
    if (!BeatCodec.isAuthentic(kind, key, data, data.length)) {
      counters.badMac.increment();
      return;
    }
    int flags = draining ? BeatCodec.GO_ELSEWHERE : 0;
    if (kind == BeatCodec.Kind.GOODBYE) {
      counters.goodbyes.increment();
      desk.datagramGoodbye(session, counter);
    } else {
      counters.beats.increment();
      if (!desk.datagramBeat(session, counter)) {
        counters.unknownSession.increment();
        flags |= BeatCodec.REGISTER_AGAIN;
      }
    }
    answer(BeatCodec.ack(key, session, counter, flags, desk.ackIntervalMillis(session)), sender);
  }

  private void onRegistration(byte[] data, SocketAddress sender) {
    if (!(Registration.decode(data, data.length) instanceof Hello hello)) {
      counters.malformed.increment();
      return;
    }
    String address = sender.hostAddress() + " " + sender.port();
    long nowEpochMillis = System.currentTimeMillis();
    if (!secret.isCookie(hello.cookie(), address, hello.id(), nowEpochMillis)) {
      counters.challenges.increment();
      long cookie = secret.cookie(address, hello.id(), nowEpochMillis);
      answer(new Challenge(hello.nonce(), cookie).encode(), sender);
    } else if (registrationsPending >= options.registrationsPendingMax()
        || !registrationRate.permits(System.nanoTime())) {
      refuse(hello, "busy", options.retryAfterMillis(), sender);
    } else {
      register(hello, sender);
    }
  }

  private void register(Hello hello, SocketAddress sender) {
    ClientSpec spec =
        new ClientSpec(
            hello.id(),
            0,
            hello.incarnation(),
            Transport.UDP,
            hello.intervalMillis() * MILLI,
            false);
    Future<ClientDesk.Registration> decision = desk.register(spec);
    registrationsPending++;
    Context own = Vertx.currentContext();
    decision.onComplete(
        decided -> own.runOnContext(unused -> onDecided(hello, spec, decided, sender)));
  }

  private void onDecided(
      Hello hello,
      ClientSpec spec,
      AsyncResult<ClientDesk.Registration> decided,
      SocketAddress sender) {
    registrationsPending--;
    if (decided.failed()) {
      // The owner of its slot could not be asked; the client tries again.
      refuse(hello, "no answer from the owner", options.retryAfterMillis(), sender);
    } else if (decided.result() instanceof ClientDesk.Registration.Accepted accepted) {
      counters.registrations.increment();
      welcome(hello, spec, accepted.session(), sender);
    } else if (decided.result() instanceof ClientDesk.Registration.Refused refused) {
      refuse(hello, refused.reason(), refused.retryAfterMillis(), sender);
    }
  }

  private void welcome(Hello hello, ClientSpec spec, int session, SocketAddress sender) {
    int intervalMillis =
        Math.min(
            Math.max(desk.intervalMillis(spec.intervalNanos()), ClientIds.INTERVAL_MILLIS_MIN),
            ClientIds.INTERVAL_MILLIS_MAX);
    SessionKey key = secret.keyOf(session);
    answer(new Welcome(hello.nonce(), session, key, intervalMillis).encode(), sender);
  }

  private void refuse(Hello hello, String reason, int retryAfterMillis, SocketAddress sender) {
    counters.refused.increment();
    answer(new Refused(hello.nonce(), retryAfterMillis, reason).encode(), sender);
  }

  private void answer(byte[] data, SocketAddress to) {
    DatagramSocket open = socket;
    if (open == null || answersPending >= options.answersPendingMax()) {
      counters.unsent.increment();
      return;
    }
    answersPending++;
    open.send(Buffer.buffer(data), to.port(), to.hostAddress())
        .onComplete(
            sent -> {
              answersPending--;
              if (sent.failed()) {
                counters.unsent.increment();
              }
            });
  }
}
