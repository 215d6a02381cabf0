package io.phial.node.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.member.ProbeResult;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.Frame;
import io.phial.core.wire.FrameCodec;
import io.phial.core.wire.MalformedFrameException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries frames between nodes: datagrams, and connections to the same port number for frames that
 * are too large, for probes, and to notice at once when the process of an observed node ends. Lives
 * on one context; only {@link #send} may be called from elsewhere.
 */
final class GossipTransport {
  private static final Logger LOG = LoggerFactory.getLogger(GossipTransport.class);

  private static final int CONNECT_TIMEOUT_MILLIS = 500;
  private static final long LIFELINE_RETRY_MILLIS = 500;
  private static final int CONNECTIONS_MAX = 1024;

  /** Takes what arrives, on the transport's context. */
  interface Listener {
    /** A well-formed frame of this cluster. */
    void onFrame(Endpoint from, Frame frame);

    /** The connection kept open to an observed node ended. */
    void onConnectionLost(String nodeId);
  }

  private final Vertx vertx;
  private final Context context;
  private final FrameCodec codec;
  private final Listener listener;
  private final Counter framesIn;
  private final Counter framesOut;
  private final Counter malformed;
  private final Map<String, Lifeline> lifelines = new HashMap<>();
  private final NetClient client;
  private @Nullable DatagramSocket socket;
  private @Nullable NetServer server;
  private int inbound;
  private boolean stopped;

  /** Creates it; opens nothing. Must be called on {@code context}. */
  GossipTransport(
      Vertx vertx, Context context, FrameCodec codec, Listener listener, MeterRegistry meters) {
    this.vertx = vertx;
    this.context = context;
    this.codec = codec;
    this.listener = listener;
    this.framesIn = Counter.builder("phial.gossip.frames.in").register(meters);
    this.framesOut = Counter.builder("phial.gossip.frames.out").register(meters);
    this.malformed = Counter.builder("phial.gossip.frames.malformed").register(meters);
    this.client =
        vertx.createNetClient(
            new NetClientOptions()
                .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                .setTcpNoDelay(true)
                .setReconnectAttempts(0));
  }

  /** Opens the datagram socket and the server on the same port number. */
  Future<Void> start(Endpoint bind) {
    socket = vertx.createDatagramSocket(new DatagramSocketOptions());
    server =
        vertx
            .createNetServer(new NetServerOptions().setTcpNoDelay(true))
            .connectHandler(this::onConnect);
    return socket
        .handler(this::onPacket)
        .listen(bind.port(), bind.host())
        .compose(s -> server.listen(bind.port(), bind.host()))
        .mapEmpty();
  }

  Future<Void> stop() {
    stopped = true;
    lifelines.values().forEach(Lifeline::end);
    lifelines.clear();
    return Future.join(
            socket == null ? Future.succeededFuture() : socket.close(),
            server == null ? Future.succeededFuture() : server.close(),
            client.close())
        .mapEmpty();
  }

  /**
   * Sends a datagram; a frame that does not fit is a bug of the caller and is refused loudly. Any
   * thread.
   */
  void send(Endpoint to, Frame frame) {
    ByteBuffer buffer = ByteBuffer.allocate(FrameCodec.DATAGRAM_BYTES_MAX);
    codec.encode(frame, buffer);
    Buffer bytes = Buffer.buffer(java.util.Arrays.copyOf(buffer.array(), buffer.position()));
    context.runOnContext(
        v -> {
          DatagramSocket out = socket;
          if (out != null && !stopped) {
            framesOut.increment();
            // A datagram that cannot be sent is a lost datagram; the detector is made for those.
            out.send(bytes, to.port(), to.host()).otherwiseEmpty();
          }
        });
  }

  /** Sends a frame over a connection of its own; best effort. */
  void stream(Endpoint to, Frame frame) {
    ByteBuffer buffer = ByteBuffer.allocate(FrameCodec.STREAM_BYTES_MAX);
    codec.encode(frame, buffer);
    Buffer bytes =
        Buffer.buffer(buffer.position() + 4)
            .appendInt(buffer.position())
            .appendBytes(buffer.array(), 0, buffer.position());
    client
        .connect(to.port(), to.host())
        .compose(connection -> connection.end(bytes))
        .onSuccess(done -> framesOut.increment())
        .otherwiseEmpty();
  }

  /** Tries to connect and tells what came of it. */
  void probe(String nodeId, Endpoint to, BiConsumer<String, ProbeResult> answer) {
    client
        .connect(to.port(), to.host())
        .onComplete(
            result -> {
              if (result.succeeded()) {
                NetSocket connection = result.result();
                connection.close().otherwiseEmpty();
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
              boolean gone = !entry.getValue().to.equals(subjects.get(entry.getKey()));
              if (gone) {
                entry.getValue().end();
              }
              return gone;
            });
    subjects.forEach(
        (id, to) ->
            lifelines.computeIfAbsent(
                id,
                key -> {
                  Lifeline line = new Lifeline(key, to);
                  line.connect();
                  return line;
                }));
  }

  private void onPacket(DatagramPacket packet) {
    take(
        new Endpoint(packet.sender().hostAddress(), packet.sender().port()),
        packet.data().getBytes());
  }

  private void take(Endpoint from, byte[] bytes) {
    try {
      Frame frame = codec.decode(ByteBuffer.wrap(bytes));
      framesIn.increment();
      listener.onFrame(from, frame);
    } catch (MalformedFrameException e) {
      malformed.increment();
    } catch (RuntimeException e) {
      LOG.error("frame from {} failed; dropped", from, e);
    }
  }

  private void onConnect(NetSocket connection) {
    if (inbound >= CONNECTIONS_MAX) {
      connection.close().otherwiseEmpty();
      return;
    }
    inbound++;
    StreamReader reader = new StreamReader(connection);
    connection.handler(reader);
    connection.exceptionHandler(e -> connection.close().otherwiseEmpty());
    connection.closeHandler(v -> inbound--);
  }

  /** Reads length-prefixed frames; a length out of bounds ends the connection. */
  private final class StreamReader implements io.vertx.core.Handler<Buffer> {
    private final NetSocket connection;
    private Buffer pending = Buffer.buffer();

    StreamReader(NetSocket connection) {
      this.connection = connection;
    }

    @Override
    public void handle(Buffer chunk) {
      pending.appendBuffer(chunk);
      while (pending.length() >= 4) {
        int length = pending.getInt(0);
        if (length < 1 || length > FrameCodec.STREAM_BYTES_MAX) {
          malformed.increment();
          connection.close().otherwiseEmpty();
          return;
        }
        if (pending.length() < 4 + length) {
          return;
        }
        byte[] frame = pending.getBytes(4, 4 + length);
        pending = pending.getBuffer(4 + length, pending.length());
        take(
            new Endpoint(
                connection.remoteAddress().hostAddress(), connection.remoteAddress().port()),
            frame);
      }
    }
  }

  /** The connection kept open to one observed node. */
  private final class Lifeline {
    private final String nodeId;
    private final Endpoint to;
    private @Nullable NetSocket connection;
    private boolean ended;

    Lifeline(String nodeId, Endpoint to) {
      this.nodeId = nodeId;
      this.to = to;
    }

    void connect() {
      client.connect(to.port(), to.host()).onSuccess(this::onConnected).onFailure(e -> retry());
    }

    private void onConnected(NetSocket opened) {
      if (ended) {
        opened.close().otherwiseEmpty();
        return;
      }
      connection = opened;
      opened.exceptionHandler(e -> {});
      opened.closeHandler(
          v -> {
            connection = null;
            if (!ended) {
              listener.onConnectionLost(nodeId);
              retry();
            }
          });
    }

    private void retry() {
      if (!ended && !stopped) {
        vertx.setTimer(
            LIFELINE_RETRY_MILLIS,
            id -> {
              if (!ended && connection == null) {
                connect();
              }
            });
      }
    }

    void end() {
      ended = true;
      if (connection != null) {
        connection.close().otherwiseEmpty();
      }
    }
  }
}
