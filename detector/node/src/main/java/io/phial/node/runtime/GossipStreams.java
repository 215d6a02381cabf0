package io.phial.node.runtime;

import io.phial.core.member.ProbeResult;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.Frame;
import io.phial.core.wire.FrameCodec;
import io.phial.core.wire.MalformedFrameException;
import io.phial.core.wire.MalformedFrameException.Kind;
import io.phial.core.wire.UnknownSessions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections between nodes: frames that are too large for a datagram, probes, and lifelines.
 * Each frame has its length before it, 4 bytes. Inbound connections are bounded in number; one that
 * has not brought an authentic frame within {@value #STRANGER_MILLIS} ms, brings a broken one, or
 * is idle for too long is closed. Lives on the gossip loop.
 */
final class GossipStreams {
  static final long STRANGER_MILLIS = 10_000;

  private static final int CONNECT_TIMEOUT_MILLIS = 500;
  private static final int STREAMS_MAX = 64;
  private static final int KEEP_ALIVES_PER_IDLE = 3;
  private static final int LENGTH_BYTES = 4;

  /**
   * What it needs.
   *
   * @param nodeId this node, which lifelines name
   * @param connectionsMax inbound connections
   * @param idleMillis a connection without traffic is closed after this long
   * @param codec for frames on connections
   * @param meters counters
   * @param onFrame takes an authentic frame
   * @param onLost takes the id of an observed node whose lifeline ended
   */
  record Setup(
      String nodeId,
      int connectionsMax,
      long idleMillis,
      FrameCodec codec,
      GossipMeters meters,
      BiConsumer<Endpoint, Frame> onFrame,
      Consumer<String> onLost) {}

  private final Vertx vertx;
  private final Setup setup;
  private final NetClient client;
  private final Map<String, Lifeline> lifelines = new HashMap<>();
  private @Nullable NetServer server;
  private int inbound;
  private int outbound;

  /** Opens nothing. */
  GossipStreams(Vertx vertx, Setup setup) {
    this.vertx = vertx;
    this.setup = setup;
    this.client =
        vertx.createNetClient(
            new NetClientOptions()
                .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                .setTcpNoDelay(true)
                .setReconnectAttempts(0));
    setup.meters().connections(() -> inbound);
  }

  Future<NetServer> start(Endpoint bind) {
    NetServerOptions options =
        new NetServerOptions()
            .setTcpNoDelay(true)
            .setIdleTimeout((int) Math.min(Integer.MAX_VALUE, setup.idleMillis()))
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    NetServer opening = vertx.createNetServer(options).connectHandler(this::onConnect);
    server = opening;
    return opening.listen(bind.port(), bind.host());
  }

  Future<Void> stop() {
    lifelines.values().forEach(Lifeline::end);
    lifelines.clear();
    return Future.join(server == null ? Future.succeededFuture() : server.close(), client.close())
        .mapEmpty();
  }

  /** The bytes of a frame with its length before it. */
  Buffer encode(Frame frame) {
    boolean small = frame instanceof UnknownSessions;
    ByteBuffer buffer =
        ByteBuffer.allocate(small ? FrameCodec.DATAGRAM_BYTES_MAX : FrameCodec.STREAM_BYTES_MAX);
    int length = setup.codec().encode(frame, buffer);
    return Buffer.buffer(length + LENGTH_BYTES)
        .appendInt(length)
        .appendBytes(buffer.array(), 0, length);
  }

  /** Sends over a connection of its own; best effort. False when too many are under way. */
  boolean send(Endpoint to, Buffer bytes) {
    if (outbound >= STREAMS_MAX) {
      return false;
    }
    outbound++;
    client
        .connect(to.port(), to.host())
        .compose(connection -> connection.end(bytes))
        .onSuccess(done -> setup.meters().streamOut(bytes.length()))
        .onComplete(done -> outbound--)
        .otherwiseEmpty();
    return true;
  }

  /** Tries to connect and tells what came of it. */
  void probe(String nodeId, Endpoint to, BiConsumer<String, ProbeResult> answer) {
    client
        .connect(to.port(), to.host())
        .onComplete(
            result -> {
              if (result.succeeded()) {
                result.result().close().otherwiseEmpty();
                answer.accept(nodeId, ProbeResult.ACCEPTED);
              } else {
                answer.accept(nodeId, resultOf(result.cause()));
              }
            });
  }

  // A refusal proves that the host answers. A time-out is a ConnectException too, of Netty's own
  // kind.
  private static ProbeResult resultOf(Throwable cause) {
    String text = String.valueOf(cause.getMessage());
    return cause instanceof ConnectException && text.contains("refused")
        ? ProbeResult.REFUSED
        : ProbeResult.NO_ANSWER;
  }

  /** Keeps a connection open to each of these nodes and to no others. */
  void observe(Map<String, Endpoint> subjects) {
    lifelines
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !entry.getValue().to().equals(subjects.get(entry.getKey()));
              if (gone) {
                entry.getValue().end();
              }
              return gone;
            });
    subjects.forEach((id, to) -> lifelines.computeIfAbsent(id, key -> open(key, to)));
  }

  private Lifeline open(String id, Endpoint to) {
    // A frame that asks for nothing: the sender's name under the seal is all that it is for.
    Lifeline line =
        new Lifeline(
            vertx,
            client,
            to,
            () -> encode(new UnknownSessions(setup.nodeId(), new int[0])),
            Math.max(1, setup.idleMillis() / KEEP_ALIVES_PER_IDLE),
            () -> setup.onLost().accept(id));
    line.connect();
    return line;
  }

  private void onConnect(NetSocket connection) {
    if (inbound >= setup.connectionsMax()) {
      setup.meters().refused();
      connection.close().otherwiseEmpty();
      return;
    }
    inbound++;
    Reader reader = new Reader(connection);
    long timer = vertx.setTimer(STRANGER_MILLIS, id -> reader.closeStranger());
    connection.handler(reader::read);
    connection.exceptionHandler(e -> connection.close().otherwiseEmpty());
    connection.closeHandler(
        v -> {
          inbound--;
          vertx.cancelTimer(timer);
        });
  }

  /** Reads frames one after the other; a length out of bounds ends the connection. */
  private final class Reader {
    private final NetSocket connection;
    private final Endpoint from;
    private Buffer pending = Buffer.buffer();
    private boolean known;
    private boolean closed;

    Reader(NetSocket connection) {
      this.connection = connection;
      this.from =
          new Endpoint(connection.remoteAddress().hostAddress(), connection.remoteAddress().port());
    }

    void closeStranger() {
      if (!known) {
        close();
      }
    }

    private void close() {
      closed = true;
      connection.close().otherwiseEmpty();
    }

    void read(Buffer chunk) {
      setup.meters().streamIn(chunk.length());
      pending.appendBuffer(chunk);
      while (!closed && pending.length() >= LENGTH_BYTES) {
        int length = pending.getInt(0);
        if (length < 1 || length > FrameCodec.STREAM_BYTES_MAX) {
          setup.meters().dropped(length < 1 ? Kind.MALFORMED : Kind.TOO_BIG);
          close();
        } else if (pending.length() < LENGTH_BYTES + length) {
          return;
        } else {
          byte[] frame = pending.getBytes(LENGTH_BYTES, LENGTH_BYTES + length);
          pending = pending.getBuffer(LENGTH_BYTES + length, pending.length());
          take(frame);
        }
      }
    }

    private void take(byte[] bytes) {
      try {
        Frame frame = setup.codec().decode(ByteBuffer.wrap(bytes));
        known = true;
        setup.onFrame().accept(from, frame);
      } catch (MalformedFrameException e) {
        setup.meters().dropped(e.kind());
        // A newer node is not at fault; with the others nothing good can follow.
        if (e.kind() != Kind.UNKNOWN) {
          close();
        }
      }
    }
  }
}
