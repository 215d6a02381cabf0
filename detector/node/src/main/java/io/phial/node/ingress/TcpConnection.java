package io.phial.node.ingress;

import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Transport;
import io.phial.core.wire.BeatLine;
import io.phial.core.wire.ClientIds;
import io.phial.core.wire.LineParser;
import io.phial.core.wire.LineSink;
import io.phial.core.wire.Usage;
import io.phial.node.ingress.ClientDesk.Connected;
import io.phial.node.ingress.ClientDesk.Registration.Refused;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the plain protocol; belongs to its event loop.
 *
 * <p>All beats of one chunk count as one, since they waited together; the first beat of a stranger
 * makes it an anonymous client when its chunk is read, so a chunk that goes on to name the client
 * never makes an anonymous one.
 */
final class TcpConnection implements LineSink, Rounds.Item {
  // A client that was sent elsewhere goes within this time; a later end of the connection has
  // another reason.
  private static final long MOVING_NANOS_MAX = 10_000_000_000L;

  private final NetSocket socket;
  private final Context context;
  private final TcpIngressOptions options;
  private final ClientDesk desk;
  private final IngressCounters counters;
  private final TcpIngress ingress;
  private final LineParser parser;
  private final long openedNanos;

  private @Nullable Connected client;
  private @Nullable ClientSpec spec;
  private Usage usage = Usage.NONE;
  private Buffer answer = Buffer.buffer();
  private boolean beaten;
  private long beatNanos;
  private boolean ended;
  // What the client understands.
  private boolean canPing;
  private boolean canMove;
  private boolean watched;
  private boolean moved;
  private long movedNanos;
  private long heardNanos;
  private long dueNanos;

  TcpConnection(
      NetSocket socket,
      TcpIngressOptions options,
      ClientDesk desk,
      IngressCounters counters,
      TcpIngress ingress,
      long nowNanos) {
    this.socket = socket;
    this.context = Vertx.currentContext();
    this.options = options;
    this.desk = desk;
    this.counters = counters;
    this.ingress = ingress;
    this.parser = new LineParser(options.errorsMax());
    this.openedNanos = nowNanos;
  }

  long openedNanos() {
    return openedNanos;
  }

  void onChunk(Buffer chunk) {
    if (ended) {
      return;
    }
    try {
      heardNanos = System.nanoTime();
      byte[] bytes = chunk.getBytes();
      boolean goesOn = parser.accept(bytes, 0, bytes.length, this);
      if (beaten) {
        beaten = false;
        passBeatOn(heardNanos);
      }
      send(goesOn);
    } catch (RuntimeException e) {
      // A defect on our side: this connection ends, all others go on.
      counters.errors.increment();
      expel();
    }
  }

  private void passBeatOn(long nowNanos) {
    Connected known = client;
    if (known == null) {
      identify(new BeatLine("", 0, 0), nowNanos);
    } else if (nowNanos - beatNanos < options.beatGapNanosMin()) {
      counters.coalesced.increment();
    } else {
      beatNanos = nowNanos;
      known.beat();
    }
  }

  private void send(boolean goesOn) {
    Buffer bytes = answer;
    if (bytes.length() > 0) {
      answer = Buffer.buffer();
      socket.write(bytes).onFailure(failure -> counters.unsent.increment());
    }
    if (!goesOn) {
      close();
    } else if (socket.writeQueueFull()) {
      expel();
    }
  }

  @Override
  public void onBeat() {
    counters.beats.increment();
    beaten = true;
    answer.appendString("ACK");
  }

  @Override
  public void onShortBeat() {
    counters.beats.increment();
    beaten = true;
    answer.appendString(".");
  }

  @Override
  public void onPong() {
    counters.beats.increment();
    beaten = true;
  }

  @Override
  public void onLineEnd() {
    answer.appendString("\n");
  }

  @Override
  public void onBeatLine(BeatLine line, boolean acked) {
    ClientSpec current = spec;
    boolean named = current != null && !current.anonymous();
    if (named && !line.id().isEmpty() && !line.id().equals(current.id())) {
      onError("this connection speaks for " + current.id(), false);
      return;
    }
    if (!acked) {
      counters.beats.increment();
      answer.appendString("ACK");
    }
    answer.appendString("\n");
    canPing |= line.canPing();
    canMove |= line.canMove();
    if (current == null || differs(line, current)) {
      identify(line, heardNanos);
      beaten = false;
      nameOwner();
    } else if (!acked) {
      beaten = true;
    }
    watch();
    Connected known = client;
    if (known != null && !line.payload().isEmpty()) {
      known.payload(line.payload());
    }
  }

  private static boolean differs(BeatLine line, ClientSpec current) {
    return (!line.id().isEmpty() && !line.id().equals(current.id()))
        || (line.intervalMillis() > 0 && nanos(line) != current.intervalNanos())
        || (line.incarnation() > 0 && line.incarnation() != current.incarnation())
        || line.usage().isSaid();
  }

  // The owner of its slot judges it best: nobody has to be asked when its connection ends. Not
  // inside TLS, since only the owner's plain port is known here.
  private void nameOwner() {
    ClientSpec current = spec;
    if (canMove && !moved && current != null && !current.anonymous() && !socket.isSsl()) {
      String owner = desk.elsewhere(current.id());
      if (owner != null) {
        sendElsewhere(owner);
      }
    }
  }

  private void sendElsewhere(String where) {
    moved = true;
    movedNanos = System.nanoTime();
    answer.appendString("MOVED " + where + "\n");
  }

  /** This node leaves; others are taken in turn. */
  void move(Elsewhere others, int turn) {
    List<String> choice = others.of(socket.isSsl());
    if (!ended && canMove && !choice.isEmpty()) {
      sendElsewhere(choice.get(turn % choice.size()));
      send(true);
    }
  }

  private void watch() {
    ClientSpec current = spec;
    if (!watched && canPing && current != null && current.intervalNanos() > 0) {
      watched = true;
      dueNanos = heardNanos + current.intervalNanos();
      ingress.watch(this);
    }
  }

  @Override
  public long dueNanos() {
    return dueNanos;
  }

  @Override
  public void onDue(long nowNanos) {
    ClientSpec current = spec;
    long intervalNanos = current == null ? options.idleMillisMax() : current.intervalNanos();
    dueNanos = nowNanos + intervalNanos;
    // Who beats by itself need not be asked.
    if (nowNanos - heardNanos > intervalNanos / 2) {
      answer.appendString("PING\n");
      send(true);
    }
  }

  @Override
  public boolean isOver() {
    return ended;
  }

  /** Registers the connection under the identity of a line, which counts as a beat. */
  private void identify(BeatLine line, long nowNanos) {
    ClientSpec current = spec;
    boolean anonymous = line.id().isEmpty() && (current == null || current.anonymous());
    String id = line.id();
    if (id.isEmpty()) {
      id = current == null ? anonymousId(socket.remoteAddress()) : current.id();
    }
    Connected before = client;
    if (before != null && current != null && !current.id().equals(id)) {
      before.dropped();
    }
    long intervalNanos = nanos(line);
    long incarnation = line.incarnation();
    if (current != null && current.id().equals(id)) {
      intervalNanos = intervalNanos > 0 ? intervalNanos : current.intervalNanos();
      incarnation = incarnation > 0 ? incarnation : current.incarnation();
    }
    usage = line.usage().after(usage);
    ClientSpec declared =
        new ClientSpec(id, 0, incarnation, Transport.TCP, intervalNanos, anonymous);
    // Plain programs are not told what to do: they keep what they declare.
    ClientSpec next = desk.profiled(declared, usage, false);
    spec = next;
    beatNanos = nowNanos;
    client = desk.connect(next, refusal -> context.runOnContext(unused -> refuse(next, refusal)));
    counters.registrations.increment();
    ingress.identified(this);
  }

  private static long nanos(BeatLine line) {
    return line.intervalMillis() * 1_000_000L;
  }

  static String anonymousId(SocketAddress remote) {
    String host = remote.hostAddress();
    boolean v6 = host.indexOf(':') >= 0;
    return ClientIds.ANONYMOUS_PREFIX + (v6 ? "[" + host + "]" : host) + ":" + remote.port();
  }

  private void refuse(ClientSpec refused, Refused refusal) {
    if (!refused.equals(spec) || ended) {
      return;
    }
    counters.refused.increment();
    client = null;
    answer.appendString(
        "ERR " + refusal.reason() + ", retry after " + refusal.retryAfterMillis() + " ms\n");
    send(false);
  }

  @Override
  public void onPing() {
    answer.appendString("PONG\n");
  }

  @Override
  public void onGoodbye() {
    counters.goodbyes.increment();
    beaten = false;
    Connected leaving = client;
    client = null;
    if (leaving != null) {
      leaving.goodbye();
    }
  }

  @Override
  public void onGone(String how) {
    counters.gone.increment();
    beaten = false;
    Connected ended = client;
    client = null;
    if (ended != null) {
      ended.gone(how);
    }
  }

  @Override
  public void onError(String reason, boolean oversized) {
    (oversized ? counters.oversized : counters.malformed).increment();
    answer.appendString("ERR " + reason + "\n");
  }

  /** Ends the connection because of what its client does or does not. */
  void expel() {
    if (!ended) {
      counters.connectionsExpelled.increment();
      close();
    }
  }

  /** Ends the connection because the ingress stops. */
  void drop() {
    Connected dropped = client;
    client = null;
    if (dropped != null) {
      guarded(dropped::dropped);
    }
    close();
  }

  /** The socket is closed, by either side. */
  void onEnd() {
    ended = true;
    Connected gone = client;
    client = null;
    if (gone != null) {
      // Who goes where it was sent has not gone away; silence tells if it never arrives.
      boolean moving = moved && System.nanoTime() - movedNanos < MOVING_NANOS_MAX;
      guarded(moving ? gone::moving : gone::closed);
    }
  }

  private void close() {
    ended = true;
    socket.close().onFailure(failure -> counters.unsent.increment());
  }

  private void guarded(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      counters.errors.increment();
    }
  }
}
