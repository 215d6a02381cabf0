package io.phial.node.runtime;

import io.phial.core.member.ProbeResult;
import io.phial.core.wire.ByteBudget;
import io.phial.core.wire.ByteBudget.Share;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.Frame;
import io.phial.core.wire.FrameCodec;
import io.phial.core.wire.MalformedFrameException;
import io.phial.core.wire.MalformedFrameException.Kind;
import io.phial.node.config.NodeConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries frames between nodes, sealed and within the byte budget: datagrams, and connections to
 * the same port number ({@link GossipStreams}). Lives on one context; only {@link #forward} may be
 * called from elsewhere.
 */
final class GossipTransport {
  private static final Logger LOG = LoggerFactory.getLogger(GossipTransport.class);

  /** Frames of other parts of the node that wait for the gossip loop; more are dropped. */
  private static final int FORWARDS_MAX = 1024;

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
  private final GossipMeters meters;
  private final ByteBudget budget;
  private final GossipStreams streams;
  private final ByteBuffer out = ByteBuffer.allocate(FrameCodec.DATAGRAM_BYTES_MAX);
  private final AtomicInteger forwards = new AtomicInteger();
  private @Nullable DatagramSocket socket;
  private boolean stopped;

  /** Creates it; opens nothing. Must be called on {@code context}. */
  GossipTransport(
      Vertx vertx,
      Context context,
      String nodeId,
      NodeConfig.Gossip config,
      GossipSeal seal,
      GossipMeters meters,
      Listener listener) {
    this.vertx = vertx;
    this.context = context;
    this.codec = seal.datagrams();
    this.listener = listener;
    this.meters = meters;
    this.budget = new ByteBudget(config.bytesPerSecondMax());
    this.streams =
        new GossipStreams(
            vertx,
            new GossipStreams.Setup(
                nodeId,
                config.connectionsMax(),
                config.idleTimeout().toMillis(),
                seal.streams(),
                meters,
                this::deliver,
                listener::onConnectionLost));
  }

  /** Opens the datagram socket and the server on the same port number. */
  Future<Void> start(Endpoint bind) {
    DatagramSocket opening = vertx.createDatagramSocket(new DatagramSocketOptions());
    socket = opening;
    return opening
        .handler(this::onPacket)
        .listen(bind.port(), bind.host())
        .compose(s -> streams.start(bind))
        .mapEmpty();
  }

  Future<Void> stop() {
    stopped = true;
    return Future.join(socket == null ? Future.succeededFuture() : socket.close(), streams.stop())
        .mapEmpty();
  }

  /** Sends a datagram; a frame that does not fit is a bug of the caller and is refused loudly. */
  void send(Endpoint to, Frame frame) {
    DatagramSocket open = socket;
    if (open == null || stopped) {
      return;
    }
    out.clear();
    int length = codec.encode(frame, out);
    Share share = ByteBudget.shareOf(frame);
    if (!budget.take(share, length + GossipMeters.UDP_HEADER_BYTES, System.nanoTime())) {
      meters.withheld(share);
      return;
    }
    meters.datagramOut(length);
    // A datagram that cannot be sent is a lost datagram; the detector is made for those.
    open.send(Buffer.buffer(Arrays.copyOf(out.array(), length)), to.port(), to.host())
        .otherwiseEmpty();
  }

  /** Sends a frame of another part of the node as a datagram; any thread. */
  void forward(Endpoint to, Frame frame) {
    if (forwards.incrementAndGet() > FORWARDS_MAX) {
      forwards.decrementAndGet();
      meters.withheld(ByteBudget.shareOf(frame));
      return;
    }
    context.runOnContext(
        v -> {
          forwards.decrementAndGet();
          send(to, frame);
        });
  }

  /** Sends a frame over a connection of its own; best effort. */
  void stream(Endpoint to, Frame frame) {
    Buffer bytes = streams.encode(frame);
    Share share = ByteBudget.shareOf(frame);
    if (!budget.take(share, bytes.length(), System.nanoTime()) || !streams.send(to, bytes)) {
      meters.withheld(share);
    }
  }

  /** Tries to connect and tells what came of it. */
  void probe(String nodeId, Endpoint to, BiConsumer<String, ProbeResult> answer) {
    streams.probe(nodeId, to, answer);
  }

  /** Keeps a connection open to each of these nodes and to no others. */
  void observe(Map<String, Endpoint> subjects) {
    streams.observe(subjects);
  }

  private void onPacket(DatagramPacket packet) {
    int length = packet.data().length();
    meters.datagramIn(length);
    if (length > FrameCodec.DATAGRAM_BYTES_MAX) {
      meters.dropped(Kind.TOO_BIG);
      return;
    }
    try {
      Frame frame = codec.decode(ByteBuffer.wrap(packet.data().getBytes()));
      deliver(new Endpoint(packet.sender().hostAddress(), packet.sender().port()), frame);
    } catch (MalformedFrameException e) {
      meters.dropped(e.kind());
    }
  }

  private void deliver(Endpoint from, Frame frame) {
    meters.taken();
    try {
      listener.onFrame(from, frame);
    } catch (RuntimeException e) {
      LOG.error("frame from {} failed; dropped", from, e);
    }
  }
}
