package io.phial.node.ingress;

import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Transport;
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
import java.net.InetSocketAddress;
import java.util.function.BiConsumer;

/**
 * Registers clients that send datagrams: a challenge first, which costs the node no memory, then
 * the owner of the client's slot decides. Belongs to one event loop.
 */
final class UdpRegistrations {
  private static final long MILLI = 1_000_000L;

  private final Context loop;
  private final UdpIngressOptions options;
  private final ClientSecret secret;
  private final ClientDesk desk;
  private final IngressCounters counters;
  private final BiConsumer<byte[], InetSocketAddress> answer;
  private final RateLimit rate;
  private int pending;

  UdpRegistrations(
      Context loop,
      UdpIngressOptions options,
      ClientSecret secret,
      ClientDesk desk,
      IngressCounters counters,
      BiConsumer<byte[], InetSocketAddress> answer) {
    this.loop = loop;
    this.options = options;
    this.secret = secret;
    this.desk = desk;
    this.counters = counters;
    this.answer = answer;
    this.rate = new RateLimit(options.registrationsPerSecondMax(), System.nanoTime());
  }

  void onDatagram(byte[] data, int length, InetSocketAddress sender) {
    if (!(Registration.decode(data, length) instanceof Hello hello)) {
      counters.malformed.increment();
      return;
    }
    String address = sender.getAddress().getHostAddress() + " " + sender.getPort();
    long nowEpochMillis = System.currentTimeMillis();
    if (!secret.isCookie(hello.cookie(), address, hello.id(), nowEpochMillis)) {
      counters.challenges.increment();
      long cookie = secret.cookie(address, hello.id(), nowEpochMillis);
      answer.accept(new Challenge(hello.nonce(), cookie).encode(), sender);
    } else if (pending >= options.registrationsPendingMax() || !rate.permits(System.nanoTime())) {
      refuse(hello, "busy", options.retryAfterMillis(), sender);
    } else {
      register(hello, sender);
    }
  }

  private void register(Hello hello, InetSocketAddress sender) {
    ClientSpec declared =
        new ClientSpec(
            hello.id(),
            0,
            hello.incarnation(),
            Transport.UDP,
            hello.intervalMillis() * MILLI,
            false);
    ClientSpec spec = desk.profiled(declared, hello.usage(), true);
    Future<ClientDesk.Registration> decision = desk.register(spec);
    pending++;
    decision.onComplete(
        decided -> loop.runOnContext(unused -> onDecided(hello, spec, decided, sender)));
  }

  private void onDecided(
      Hello hello,
      ClientSpec spec,
      AsyncResult<ClientDesk.Registration> decided,
      InetSocketAddress sender) {
    pending--;
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

  private void welcome(Hello hello, ClientSpec spec, int session, InetSocketAddress sender) {
    int intervalMillis =
        Math.min(
            Math.max(desk.intervalMillis(spec.intervalNanos()), ClientIds.INTERVAL_MILLIS_MIN),
            ClientIds.INTERVAL_MILLIS_MAX);
    SessionKey key = secret.keyOf(session);
    // Who says nothing of its usage may be too old to read a longer answer.
    int firstBeatMillis = hello.usage().isSaid() ? desk.firstBeatMillis(intervalMillis) : -1;
    answer.accept(
        new Welcome(hello.nonce(), session, key, intervalMillis, firstBeatMillis).encode(), sender);
  }

  private void refuse(Hello hello, String reason, int retryAfterMillis, InetSocketAddress sender) {
    counters.refused.increment();
    answer.accept(new Refused(hello.nonce(), retryAfterMillis, reason).encode(), sender);
  }
}
