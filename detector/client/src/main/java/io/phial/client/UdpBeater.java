package io.phial.client;

import io.phial.core.wire.BeatCodec;
import io.phial.core.wire.IntervalCode;
import io.phial.core.wire.Registration;
import io.phial.core.wire.SessionKey;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * A client that beats by datagrams.
 *
 * <p>Registration and beats run side by side: a client that hears nothing for long registers again
 * and still beats, since beats may well arrive while only their answers are lost. A beat without an
 * ack is repeated to the next node under the same counter, so that the cluster sees it once.
 */
final class UdpBeater implements Beater {
  private static final long MILLI = 1_000_000L;
  private static final long NEVER = Long.MAX_VALUE / 4;
  private static final int GOODBYES_MAX = 3;
  private static final long GOODBYE_TIMEOUT_NANOS_MAX = 200 * MILLI;
  private static final long LOST_NANOS_MIN = 10_000 * MILLI;
  private static final int SENT = 16;

  private final BeaterOptions options;
  private final RandomGenerator random;
  private final UdpOutbox out;
  private final Tally tally;
  private final UdpRegistration registration;
  private final Schedule schedule;

  private int session;
  private SessionKey key = new SessionKey(0, 0);
  private int counter;

  // Acks may come late, so the last few beats are remembered by the 4 bits that an ack echoes.
  private final int[] sentCounter = new int[SENT];
  private final long[] sentNanos = new long[SENT];
  private final boolean[] awaited = new boolean[SENT];

  private boolean pending;
  private boolean repeated;
  private int pendingNode;
  private long ackDueNanos;
  private long answeredNanos;

  private int goodbyes;
  private long goodbyeDueNanos;
  private boolean closing;
  private boolean done;

  UdpBeater(
      BeaterOptions options, StandingListener listener, RandomGenerator random, UdpOutbox out) {
    this.options = options;
    this.random = random;
    this.out = out;
    this.tally = new Tally(options.nodes(), listener);
    this.registration = new UdpRegistration(options, tally, random, out);
    this.schedule = new Schedule(options.intervalNanos());
  }

  @Override
  public void start(long nowNanos) {
    answeredNanos = nowNanos;
    registration.start(nowNanos);
  }

  /**
   * A datagram arrived.
   *
   * @param node the index of the node whose address it came from, or -1
   */
  void onDatagram(int node, byte[] data, int length, long nowNanos) {
    if (done || length < BeatCodec.ACK_BYTES) {
      return;
    }
    if (BeatCodec.session(data) == 0) {
      Registration answer = Registration.decode(data, length);
      if (answer instanceof Registration.Welcome welcome && registration.isAwaited(welcome)) {
        onWelcome(node, welcome, nowNanos);
      } else if (answer != null) {
        registration.onAnswer(node, answer, nowNanos);
      }
    } else if (session != 0 && BeatCodec.session(data) == session) {
      onAck(node, data, length, nowNanos);
    }
  }

  private void onWelcome(int node, Registration.Welcome welcome, long nowNanos) {
    int from = node < 0 ? registration.node() : node;
    registration.succeed();
    key = welcome.key();
    if (session != welcome.session()) {
      // A new session begins at 1; the same one goes on, or its beats would look like repeats.
      session = welcome.session();
      counter = 0;
      Arrays.fill(awaited, false);
    }
    pending = false;
    answeredNanos = nowNanos;
    boolean first = !tally.isRegistered();
    schedule.interval(welcome.intervalMillis() * MILLI, nowNanos);
    if (first) {
      // Registration is a beat; a random phase keeps a crowd that starts together apart.
      schedule.start(nowNanos + 1 + random.nextLong(schedule.intervalNanos()));
    }
    tally.registered(from, schedule.intervalNanos());
  }

  private void onAck(int node, byte[] data, int length, long nowNanos) {
    int slot = BeatCodec.counter(data) >> 12;
    if (!awaited[slot]) {
      return;
    }
    BeatCodec.Ack ack = BeatCodec.readAck(key, sentCounter[slot], data, length);
    if (ack == null) {
      return;
    }
    awaited[slot] = false;
    answeredNanos = nowNanos;
    boolean latest = sentCounter[slot] == counter;
    if (closing) {
      done = latest;
      return;
    }
    int from = node >= 0 ? node : latest && pending ? pendingNode : tally.node();
    pending = pending && !latest;
    tally.acknowledged(from, nowNanos - sentNanos[slot]);
    follow(ack, nowNanos);
  }

  private void follow(BeatCodec.Ack ack, long nowNanos) {
    int code = ack.intervalCode();
    int inUse = IntervalCode.encode((int) (schedule.intervalNanos() / MILLI));
    if (IntervalCode.decode(code) > 0 && code != inUse) {
      schedule.interval(IntervalCode.decode(code) * MILLI, nowNanos);
    }
    if (ack.goElsewhere()) {
      tally.redirect(tally.after(tally.node()));
    }
    if (ack.registerAgain()) {
      tally.unregistered();
      registration.start(nowNanos);
    }
  }

  @Override
  public void onWake(long nowNanos) {
    if (done) {
      return;
    }
    if (closing) {
      if (nowNanos - goodbyeDueNanos >= 0) {
        sendGoodbye(nowNanos);
      }
      return;
    }
    registration.onWake(nowNanos);
    if (pending && nowNanos - ackDueNanos >= 0) {
      onUnacknowledged(nowNanos);
    }
    if (session != 0 && nowNanos - schedule.nextNanos() >= 0) {
      schedule.advance(nowNanos);
      beat(nowNanos);
    }
  }

  private void onUnacknowledged(long nowNanos) {
    pending = false;
    if (repeated) {
      return;
    }
    tally.silent();
    int next = tally.after(tally.node());
    if (tally.unanswered() >= 2) {
      tally.redirect(next);
    }
    out.refresh(next);
    repeated = true;
    pending = true;
    pendingNode = next;
    ackDueNanos = nowNanos + ackTimeoutNanos();
    out.datagram(next, BeatCodec.beat(key, session, counter));
  }

  private void beat(long nowNanos) {
    long lostNanos = Math.max(3 * schedule.intervalNanos(), LOST_NANOS_MIN);
    if (nowNanos - answeredNanos > lostNanos && !registration.isRunning()) {
      tally.unregistered();
      registration.start(nowNanos);
    }
    tally.beat();
    remember(nowNanos);
    pending = true;
    repeated = false;
    pendingNode = tally.node();
    ackDueNanos = nowNanos + ackTimeoutNanos();
    out.datagram(pendingNode, BeatCodec.beat(key, session, counter));
  }

  private void remember(long nowNanos) {
    counter = (counter + 1) & 0xffff;
    int slot = counter & (SENT - 1);
    sentCounter[slot] = counter;
    sentNanos[slot] = nowNanos;
    awaited[slot] = true;
  }

  private long ackTimeoutNanos() {
    return Math.min(schedule.intervalNanos() / 2, options.ackTimeoutNanosMax());
  }

  @Override
  public void beat(String payload, long nowNanos) {
    throw new IllegalStateException("datagrams beat by themselves");
  }

  @Override
  public void gone(String how, long nowNanos) {
    throw new IllegalStateException("there is no datagram that says gone");
  }

  @Override
  public void goodbye(long nowNanos) {
    if (closing || done) {
      return;
    }
    closing = true;
    if (session == 0) {
      done = true;
      return;
    }
    remember(nowNanos);
    sendGoodbye(nowNanos);
  }

  private void sendGoodbye(long nowNanos) {
    if (goodbyes == GOODBYES_MAX) {
      done = true;
      return;
    }
    int node = (tally.node() + goodbyes) % tally.size();
    goodbyes++;
    goodbyeDueNanos = nowNanos + Math.min(options.ackTimeoutNanosMax(), GOODBYE_TIMEOUT_NANOS_MAX);
    out.datagram(node, BeatCodec.goodbye(key, session, counter));
  }

  @Override
  public long wakeAtNanos() {
    if (closing) {
      return goodbyeDueNanos;
    }
    // Relative to the last answer, so that instants compare right wherever the clock stands.
    long in = registration.isRunning() ? registration.dueNanos() - answeredNanos : NEVER;
    if (session != 0) {
      in = Math.min(in, schedule.nextNanos() - answeredNanos);
    }
    if (pending) {
      in = Math.min(in, ackDueNanos - answeredNanos);
    }
    return answeredNanos + in;
  }

  @Override
  public boolean isDone() {
    return done;
  }

  @Override
  public Standing standing() {
    return tally.standing(schedule.intervalNanos());
  }
}
