package io.phial.client;

import io.phial.core.wire.Registration;
import io.phial.core.wire.Registration.Hello;
import java.util.random.RandomGenerator;

/**
 * How a datagram client gets its session: one node after the other, a pause after each round. Every
 * registration has one nonce, so that an answer slower than our patience still counts.
 */
final class UdpRegistration {
  private final BeaterOptions options;
  private final Tally tally;
  private final RandomGenerator random;
  private final UdpOutbox out;
  private final Backoff backoff;

  private boolean running;
  private boolean pausing;
  private Hello hello;
  private int node;
  private int attempts;
  private long dueNanos;

  UdpRegistration(BeaterOptions options, Tally tally, RandomGenerator random, UdpOutbox out) {
    this.options = options;
    this.tally = tally;
    this.random = random;
    this.out = out;
    this.backoff = new Backoff(options.backoffNanosMin(), options.backoffNanosMax(), random);
    this.hello = newHello();
  }

  private Hello newHello() {
    return new Hello(
        random.nextLong(), 0, options.incarnation(), options.intervalMillis(), options.id());
  }

  boolean isRunning() {
    return running;
  }

  int node() {
    return node;
  }

  long dueNanos() {
    return dueNanos;
  }

  /** Begins with the node in use; does nothing while a registration is under way. */
  void start(long nowNanos) {
    if (running) {
      return;
    }
    running = true;
    hello = newHello();
    node = tally.node();
    attempts = 0;
    attempt(nowNanos);
  }

  private void attempt(long nowNanos) {
    pausing = false;
    dueNanos = nowNanos + options.ackTimeoutNanosMax();
    out.refresh(node);
    out.datagram(node, hello.encode());
  }

  void onWake(long nowNanos) {
    if (!running || nowNanos - dueNanos < 0) {
      return;
    }
    if (!pausing) {
      attempts++;
      tally.unreachable(node, attempts);
      node = tally.after(node);
      if (attempts % tally.size() == 0) {
        pause(backoff.nextNanos(), nowNanos);
        return;
      }
    }
    attempt(nowNanos);
  }

  private void pause(long nanos, long nowNanos) {
    pausing = true;
    dueNanos = nowNanos + nanos;
  }

  boolean isAwaited(Registration answer) {
    return running && answer.nonce() == hello.nonce();
  }

  void onAnswer(int from, Registration answer, long nowNanos) {
    if (!isAwaited(answer)) {
      return;
    }
    int answerer = from < 0 ? node : from;
    if (answer instanceof Registration.Challenge challenge) {
      if (!pausing) {
        dueNanos = nowNanos + options.ackTimeoutNanosMax();
      }
      out.datagram(answerer, hello.withCookie(challenge.cookie()).encode());
    } else if (answer instanceof Registration.Refused refused && !pausing) {
      long retryNanos =
          Math.min(refused.retryAfterMillis() * 1_000_000L, BeaterOptions.RETRY_AFTER_NANOS_MAX);
      tally.refused(answerer, refused.reason(), retryNanos);
      node = tally.after(node);
      pause(retryNanos + backoff.nextNanos(), nowNanos);
    }
  }

  void succeed() {
    running = false;
    backoff.reset();
  }
}
