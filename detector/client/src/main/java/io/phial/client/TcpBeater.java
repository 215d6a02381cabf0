package io.phial.client;

import io.phial.core.wire.BeatLine;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.LineParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client that beats over a connection: it names itself in its first line and beats with bare
 * lines from then on. A connection that ends, or leaves two beats in a row unanswered, is replaced
 * by one to the next node.
 *
 * <p>Manual beats: nothing is sent on its own account. A connection is made for a beat only, since
 * its first line is one, and a beat that finds no connection is sent by the next one unless it is
 * older than an interval by then: it would tell of a life that may be over.
 */
final class TcpBeater implements Beater {
  private enum State {
    PAUSING,
    CONNECTING,
    OPEN,
    CLOSING,
    DONE
  }

  private static final long MILLI = 1_000_000L;
  private static final long CONNECT_TIMEOUT_NANOS = 3_000 * MILLI;
  private static final long NEVER_NANOS = 365L * 24 * 3_600_000 * MILLI;
  private static final long GOODBYE_TIMEOUT_NANOS = 500 * MILLI;
  private static final int LINE_BYTES_MAX = 512;
  private static final int HOW_MAX = LineParser.GONE_CHARACTERS_MAX;
  private static final int UNACKNOWLEDGED_MAX = 16;
  // Nodes whose views differ must not send a client to and fro.
  private static final long FOLLOW_AGAIN_NANOS = 10_000 * MILLI;
  private static final String MOVED = "MOVED ";
  private static final Pattern RETRY_AFTER = Pattern.compile("retry after (\\d{1,9}) ms$");
  private static final byte[] BEAT = "HEARTBEAT\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BYE = "BYE\n".getBytes(StandardCharsets.US_ASCII);

  private final BeaterOptions options;
  private final RandomGenerator random;
  private final TcpOutbox out;
  private final Tally tally;
  private final Backoff backoff;
  private final Schedule schedule;
  private final ArrayDeque<Long> sentNanos = new ArrayDeque<>();
  private final StringBuilder line = new StringBuilder();

  private State state = State.PAUSING;
  private long dueNanos;
  // How many of the beats that wait for an ack were already told to be late.
  private int told;
  private int attempts;
  private long retryAfterNanos;
  // Manual beats: one waits for a connection since then.
  private boolean wanted;
  private long wantedNanos;
  private String payload = "";
  private boolean followed;
  private long followedNanos;

  TcpBeater(
      BeaterOptions options, StandingListener listener, RandomGenerator random, TcpOutbox out) {
    this.options = options;
    this.random = random;
    this.out = out;
    this.tally = new Tally(options.nodes(), listener);
    this.backoff = new Backoff(options.backoffNanosMin(), options.backoffNanosMax(), random);
    this.schedule = new Schedule(options.intervalNanos());
  }

  @Override
  public void start(long nowNanos) {
    if (options.manual()) {
      dueNanos = nowNanos;
    } else {
      connect(nowNanos);
    }
  }

  private boolean mayConnect(long nowNanos) {
    return !options.manual() || (wanted && nowNanos - wantedNanos < schedule.intervalNanos());
  }

  @Override
  public void beat(String text, long nowNanos) {
    payload = text.isEmpty() ? payload : text;
    if (state == State.OPEN) {
      if (sentNanos.size() < UNACKNOWLEDGED_MAX) {
        send(text.isEmpty() ? BEAT : ascii("HEARTBEAT payload=" + text + "\n"), nowNanos);
      }
      return;
    }
    wanted = true;
    wantedNanos = nowNanos;
    if (state == State.PAUSING && nowNanos - dueNanos >= 0) {
      connect(nowNanos);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void connect(long nowNanos) {
    state = State.CONNECTING;
    dueNanos = nowNanos + CONNECT_TIMEOUT_NANOS;
    sentNanos.clear();
    told = 0;
    line.setLength(0);
    out.connect(tally.node());
  }

  void onConnected(long nowNanos) {
    if (state != State.CONNECTING) {
      return;
    }
    if (!mayConnect(nowNanos)) {
      out.disconnect();
      moveOn(nowNanos);
      return;
    }
    wanted = false;
    state = State.OPEN;
    schedule.start(nowNanos + 1 + random.nextLong(schedule.intervalNanos()));
    BeatLine first =
        new BeatLine(
            options.id(), options.intervalMillis(), options.incarnation(), payload, false, true);
    send(ascii(first.encode() + "\n"), nowNanos);
  }

  private void send(byte[] bytes, long nowNanos) {
    tally.beat();
    sentNanos.add(nowNanos);
    out.write(bytes);
  }

  void onBytes(byte[] data, int length, long nowNanos) {
    for (int i = 0; i < length && state == State.OPEN; i++) {
      if (data[i] == '\n') {
        String text = line.toString();
        line.setLength(0);
        onLine(text, nowNanos);
      } else if (line.length() < LINE_BYTES_MAX) {
        line.append((char) (data[i] & 0xff));
      } else {
        fail(nowNanos);
      }
    }
  }

  private void onLine(String text, long nowNanos) {
    if (text.equals("ACK")) {
      onAck(nowNanos);
    } else if (text.startsWith(MOVED)) {
      onMoved(text.substring(MOVED.length()), nowNanos);
    } else if (text.startsWith("ERR ")) {
      // The node closes the connection if it means it; then the pause is as long as it asks for.
      Matcher asked = RETRY_AFTER.matcher(text);
      long retryNanos = asked.find() ? Long.parseLong(asked.group(1)) * MILLI : 0;
      retryAfterNanos = Math.min(retryNanos, BeaterOptions.RETRY_AFTER_NANOS_MAX);
      tally.refused(tally.node(), text.substring(4), retryAfterNanos);
    }
  }

  // The node takes the end of this connection for the move that it asked for.
  private void onMoved(String where, long nowNanos) {
    Endpoint named;
    try {
      named = Endpoint.parse(where);
    } catch (IllegalArgumentException e) {
      return;
    }
    boolean lately = followed && nowNanos - followedNanos < FOLLOW_AGAIN_NANOS;
    if (lately || !NodeAddresses.isLiteral(named.host())) {
      return;
    }
    int index = tally.indexOf(named);
    if (index == tally.node()) {
      return;
    }
    if (index >= options.nodes().size()) {
      out.learn(named);
    }
    followed = true;
    followedNanos = nowNanos;
    out.disconnect();
    tally.unregistered();
    tally.redirect(index);
    state = State.PAUSING;
    // A node that leaves sends all its clients away at once.
    long spreadNanos = Math.min(schedule.intervalNanos(), options.ackTimeoutNanosMax()) / 2;
    dueNanos = nowNanos + 1 + random.nextLong(Math.max(1, spreadNanos));
  }

  private void onAck(long nowNanos) {
    Long sent = sentNanos.poll();
    if (sent == null) {
      return;
    }
    told = Math.max(0, told - 1);
    if (!tally.isRegistered()) {
      attempts = 0;
      backoff.reset();
      tally.registered(tally.node(), schedule.intervalNanos());
    }
    tally.acknowledged(tally.node(), nowNanos - sent);
  }

  /** The connection ended or could not be made. */
  void onDisconnected(long nowNanos) {
    if (state == State.CLOSING) {
      state = State.DONE;
    } else if (state == State.OPEN || state == State.CONNECTING) {
      attempts++;
      tally.unreachable(tally.node(), attempts);
      moveOn(nowNanos);
    }
  }

  private void fail(long nowNanos) {
    out.disconnect();
    onDisconnected(nowNanos);
  }

  private void moveOn(long nowNanos) {
    tally.unregistered();
    tally.redirect(tally.after(tally.node()));
    state = State.PAUSING;
    dueNanos = nowNanos + retryAfterNanos + backoff.nextNanos();
    retryAfterNanos = 0;
  }

  @Override
  public void onWake(long nowNanos) {
    switch (state) {
      case PAUSING -> {
        if (nowNanos - dueNanos >= 0) {
          if (mayConnect(nowNanos)) {
            connect(nowNanos);
          } else {
            wanted = false;
          }
        }
      }
      case CONNECTING -> {
        if (nowNanos - dueNanos >= 0) {
          fail(nowNanos);
        }
      }
      case OPEN -> onWakeOpen(nowNanos);
      case CLOSING -> {
        if (nowNanos - dueNanos >= 0) {
          out.disconnect();
          state = State.DONE;
        }
      }
      case DONE -> {}
    }
  }

  private void onWakeOpen(long nowNanos) {
    if (told < sentNanos.size() && nowNanos - ackDueNanos() >= 0) {
      told++;
      tally.silent();
      // A connection that was never answered at all deserves less patience.
      if (tally.unanswered() >= 2 || !tally.isRegistered()) {
        out.disconnect();
        moveOn(nowNanos);
        return;
      }
    }
    if (nowNanos - schedule.nextNanos() >= 0) {
      schedule.advance(nowNanos);
      if (!options.manual() && sentNanos.size() < UNACKNOWLEDGED_MAX) {
        send(BEAT, nowNanos);
      }
    }
  }

  /** When the oldest beat that is not yet told to be late becomes so. */
  private long ackDueNanos() {
    long timeoutNanos = options.ackTimeoutNanosMax();
    if (tally.isRegistered()) {
      timeoutNanos = Math.min(schedule.intervalNanos() / 2, timeoutNanos);
    }
    int skip = told;
    for (long sent : sentNanos) {
      if (skip-- == 0) {
        return sent + timeoutNanos;
      }
    }
    return schedule.nextNanos();
  }

  @Override
  public void goodbye(long nowNanos) {
    end(BYE, nowNanos);
  }

  @Override
  public void gone(String how, long nowNanos) {
    String words = how.length() <= HOW_MAX ? how : how.substring(0, HOW_MAX);
    end(ascii("GONE " + words.replaceAll("[^ -~]", "?") + "\n"), nowNanos);
  }

  private void end(byte[] lastWord, long nowNanos) {
    if (state == State.OPEN) {
      state = State.CLOSING;
      dueNanos = nowNanos + GOODBYE_TIMEOUT_NANOS;
      out.write(lastWord);
    } else if (state != State.CLOSING) {
      out.disconnect();
      state = State.DONE;
    }
  }

  @Override
  public long wakeAtNanos() {
    if (state == State.PAUSING && options.manual() && !wanted) {
      // The next beat wakes it.
      return dueNanos + NEVER_NANOS;
    }
    if (state != State.OPEN) {
      return dueNanos;
    }
    long ackDue = ackDueNanos();
    return ackDue - schedule.nextNanos() < 0 ? ackDue : schedule.nextNanos();
  }

  @Override
  public boolean isDone() {
    return state == State.DONE;
  }

  @Override
  public Standing standing() {
    return tally.standing(schedule.intervalNanos());
  }
}
