package io.phial.node.ingress.websocket;

import io.phial.core.registry.ClientSpec;
import io.phial.node.ingress.ClientDesk;
import io.phial.node.ingress.ClientDesk.Connected;
import io.phial.node.ingress.ClientDesk.Registration.Refused;
import io.phial.node.ingress.Elsewhere;
import io.phial.node.ingress.IngressCounters;
import io.phial.node.ingress.Rounds;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One client's WebSocket; belongs to its event loop. */
final class WebSocketConnection implements ClientDesk.Listener, Rounds.Item {
  private static final short GOING_AWAY = 1001;
  private static final short TRY_LATER = 1013;
  // Codes from 4000 on are the application's own (RFC 6455, section 7.4.2).
  private static final short TAKEN_OVER = 4001;
  private static final short SILENT = 4002;
  private static final int REASON_BYTES_MAX = 123;
  private static final int SILENT_INTERVALS = 10;
  private static final long SILENT_NANOS_MIN = 30_000_000_000L;
  private static final Buffer NOTHING = Buffer.buffer();

  private final ServerWebSocket socket;
  private final Context context;
  private final Claim claim;
  private final WebSocketIngressOptions options;
  private final IngressCounters counters;
  private @Nullable Connected client;
  private long dueNanos;
  private long heardNanos;
  private long beatNanos;
  private boolean ended;

  /**
   * What a client asked for.
   *
   * @param spec with a positive interval
   * @param messagesOnly true when neither pings nor pongs are beats: they come from a browser, and
   *     say nothing about the page in it
   */
  record Claim(ClientSpec spec, boolean messagesOnly) {}

  WebSocketConnection(
      ServerWebSocket socket,
      Claim claim,
      WebSocketIngressOptions options,
      IngressCounters counters,
      long nowNanos) {
    this.socket = socket;
    this.context = Vertx.currentContext();
    this.claim = claim;
    this.options = options;
    this.counters = counters;
    this.heardNanos = nowNanos;
    this.beatNanos = nowNanos;
    this.dueNanos = nowNanos + claim.spec().intervalNanos();
  }

  void open(ClientDesk desk) {
    client = desk.connect(claim.spec(), this);
    counters.registrations.increment();
    socket.exceptionHandler(failure -> counters.malformed.increment());
    socket.frameHandler(this::onFrame);
    socket.pongHandler(pong -> signal());
    socket.textMessageHandler(text -> guarded(() -> onText(text)));
    socket.binaryMessageHandler(bytes -> guarded(() -> onPayload(bytes)));
  }

  private void onFrame(WebSocketFrame frame) {
    // The pong was sent by the library.
    if (frame.isPing()) {
      signal();
    }
  }

  private void signal() {
    heardNanos = System.nanoTime();
    if (!claim.messagesOnly()) {
      guarded(() -> beat(null));
    }
  }

  private void onText(String text) {
    switch (text.strip()) {
      case "", "HEARTBEAT" -> {
        beat(null);
        answer("ACK");
      }
      case "BYE" -> {
        goodbye();
        close((short) 1000, "bye");
      }
      default -> onPayload(Buffer.buffer(text));
    }
  }

  private void onPayload(Buffer payload) {
    if (payload.length() > options.payloadBytesMax()) {
      counters.oversized.increment();
      beat(null);
      answer("ERR payload must be at most " + options.payloadBytesMax() + " bytes");
    } else {
      beat(payload.length() == 0 ? null : payload.getBytes());
      answer("ACK");
    }
  }

  private void beat(byte @Nullable [] payload) {
    long nowNanos = System.nanoTime();
    heardNanos = nowNanos;
    counters.beats.increment();
    Connected known = client;
    if (known == null) {
      return;
    }
    if (payload != null) {
      beatNanos = nowNanos;
      known.beat(payload);
    } else if (nowNanos - beatNanos < options.beatGapNanosMin()) {
      counters.coalesced.increment();
    } else {
      beatNanos = nowNanos;
      known.beat();
    }
  }

  private void answer(String text) {
    if (socket.writeQueueFull()) {
      // It sends, but does not read.
      counters.connectionsExpelled.increment();
      close(SILENT, "answers are not read");
      return;
    }
    socket.writeTextMessage(text).onFailure(failure -> counters.unsent.increment());
  }

  @Override
  public long dueNanos() {
    return dueNanos;
  }

  @Override
  public void onDue(long nowNanos) {
    long interval = claim.spec().intervalNanos();
    dueNanos = nowNanos + interval;
    if (nowNanos - heardNanos > Math.max(SILENT_NANOS_MIN, SILENT_INTERVALS * interval)) {
      counters.connectionsExpelled.increment();
      close(SILENT, "silent");
    } else if (!socket.writeQueueFull()) {
      socket.writePing(NOTHING).onFailure(failure -> counters.unsent.increment());
    }
  }

  @Override
  public boolean isOver() {
    return ended;
  }

  @Override
  public String protocol() {
    return "websocket";
  }

  @Override
  public void refused(Refused refusal) {
    context.runOnContext(
        unused -> {
          counters.refused.increment();
          client = null;
          close(
              TRY_LATER, refusal.reason() + ", retry after " + refusal.retryAfterMillis() + " ms");
        });
  }

  @Override
  public void takenOver() {
    context.runOnContext(
        unused -> {
          client = null;
          close(TAKEN_OVER, "another connection speaks for " + claim.spec().id());
        });
  }

  /** The node leaves: its client shall go elsewhere, without a verdict. */
  void leave(Elsewhere others) {
    List<String> choice = others.of(socket.isSsl());
    Connected dropped = client;
    client = null;
    if (dropped != null) {
      guarded(dropped::dropped);
    }
    close(GOING_AWAY, choice.isEmpty() ? "leaving" : "use " + String.join(" ", choice));
  }

  /** The socket is closed, by either side. */
  void onEnd() {
    ended = true;
    Short code = socket.closeStatusCode();
    if (code != null && (code == 1000 || code == GOING_AWAY)) {
      goodbye();
    }
    Connected gone = client;
    client = null;
    if (gone != null) {
      guarded(gone::closed);
    }
  }

  private void goodbye() {
    Connected leaving = client;
    client = null;
    if (leaving != null) {
      counters.goodbyes.increment();
      guarded(leaving::goodbye);
    }
  }

  private void close(short code, String reason) {
    String fitting =
        reason.length() > REASON_BYTES_MAX ? reason.substring(0, REASON_BYTES_MAX) : reason;
    socket.close(code, fitting).onFailure(failure -> counters.unsent.increment());
  }

  // A defect on our side, or an exception of the desk, ends nothing but this turn.
  private void guarded(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      counters.errors.increment();
    }
  }
}
