package io.phial.client;

import java.nio.channels.SelectionKey;
import java.util.concurrent.CountDownLatch;

/**
 * A client's sockets on the loop. But for the three published fields everything belongs to the
 * loop's thread.
 */
abstract class ClientChannel {
  private final BeatLoop loop;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean closed;
  private volatile Standing standing;
  private long timerNanos;
  private boolean timed;

  ClientChannel(BeatLoop loop, Standing initial) {
    this.loop = loop;
    this.standing = initial;
  }

  /** The state machine. */
  abstract Beater beater();

  /** Opens what is needed and starts the state machine. */
  abstract void open(long nowNanos);

  /** A socket of this client is ready. */
  abstract void onReady(SelectionKey key, long nowNanos);

  /** Closes the sockets; nothing else happens. */
  abstract void release();

  BeatLoop loop() {
    return loop;
  }

  Standing standing() {
    return standing;
  }

  /** Counted down when the client is gone. */
  CountDownLatch ended() {
    return ended;
  }

  boolean isClosed() {
    return closed;
  }

  long timerNanos() {
    return timerNanos;
  }

  void timerNanos(long atNanos) {
    timerNanos = atNanos;
    timed = true;
  }

  final void start(long nowNanos) {
    guarded(() -> open(nowNanos));
  }

  final void ready(SelectionKey key, long nowNanos) {
    guarded(() -> onReady(key, nowNanos));
  }

  final void wake(long nowNanos) {
    timed = false;
    guarded(() -> beater().onWake(nowNanos));
  }

  final void goodbye(long nowNanos) {
    guarded(() -> beater().goodbye(nowNanos));
  }

  final void beat(String payload, long nowNanos) {
    guarded(() -> beater().beat(payload, nowNanos));
  }

  final void gone(String how, long nowNanos) {
    guarded(() -> beater().gone(how, nowNanos));
  }

  /** Stops at once, as a crash would. */
  final void abandon() {
    if (!closed) {
      closed = true;
      release();
      loop.ended();
      ended.countDown();
    }
  }

  /** Runs an input of the state machine and then does what its new state asks for. */
  final void guarded(Runnable input) {
    if (closed) {
      return;
    }
    try {
      input.run();
    } catch (RuntimeException e) {
      BeatLoop.report(e);
    }
    standing = beater().standing();
    if (beater().isDone()) {
      abandon();
      return;
    }
    long wakeAt = beater().wakeAtNanos();
    // A later wake-up leaves the timer where it is: it finds out when it fires.
    if (!timed || wakeAt - timerNanos < 0) {
      loop.wakeAt(this, wakeAt);
    }
  }
}
