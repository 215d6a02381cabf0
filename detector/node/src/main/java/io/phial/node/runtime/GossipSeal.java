package io.phial.node.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.wire.AesGcmSeal;
import io.phial.core.wire.FrameCodec;
import io.phial.core.wire.FrameSeal;
import io.phial.core.wire.KeyRing;
import io.phial.core.wire.ReplayGuard;
import io.phial.node.config.NodeConfig;
import io.phial.node.config.SealKind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The seal of this node's frames, and its keys while they change: the file of {@code
 * gossip.keys-file} is read again every {@code gossip.keys-reload}. A file that cannot be used
 * changes nothing, is told once and counted. Lives on the gossip loop.
 *
 * <p>Datagrams and streams have a salt each, because a stream may arrive much later than datagrams
 * that were sealed after it; what was seen is remembered for both together.
 */
final class GossipSeal {
  private static final Logger LOG = LoggerFactory.getLogger(GossipSeal.class);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final NodeConfig.Gossip config;
  private final ReplayGuard guard = new ReplayGuard();
  private final List<AesGcmSeal> seals;
  private final FrameCodec datagrams;
  private final FrameCodec streams;
  private final Counter changed;
  private final Counter failed;
  private volatile @Nullable KeyRing ring;
  private String trouble = "";

  GossipSeal(String cluster, String nodeId, NodeConfig.Gossip config, MeterRegistry meters) {
    this.config = config;
    this.ring = config.keys();
    KeyRing keys = config.keys();
    if (keys == null) {
      seals = List.of();
      datagrams = new FrameCodec(cluster);
      streams = datagrams;
    } else {
      AesGcmSeal first = seal(cluster, nodeId, keys);
      AesGcmSeal second = seal(cluster, nodeId, keys);
      seals = List.of(first, second);
      datagrams = codec(cluster, first);
      streams = codec(cluster, second);
    }
    changed = reloads(meters, "changed");
    failed = reloads(meters, "failed");
    Gauge.builder("phial.gossip.key.used", () -> usedId(ring))
        .description("Id of the key that seals; 0 in plain text")
        .register(meters);
    Gauge.builder("phial.gossip.keys", () -> count(ring))
        .description("Keys that open frames")
        .register(meters);
    Gauge.builder("phial.gossip.replay.forgotten", guard::forgotten)
        .description("Senders' lives that the replay table had no room for")
        .register(meters);
  }

  private int usedId(@Nullable KeyRing keys) {
    return keys == null || config.seal() == SealKind.PLAIN ? 0 : keys.usedId();
  }

  private static int count(@Nullable KeyRing keys) {
    return keys == null ? 0 : keys.ids().size();
  }

  private static Counter reloads(MeterRegistry meters, String result) {
    return Counter.builder("phial.gossip.key.reloads")
        .description("Times that the file of keys was found changed, or could not be used")
        .tag("result", result)
        .register(meters);
  }

  private AesGcmSeal seal(String cluster, String nodeId, KeyRing keys) {
    return new AesGcmSeal(cluster, keys, () -> salt(nodeId), guard);
  }

  private FrameCodec codec(String cluster, AesGcmSeal sealed) {
    FrameSeal plain = FrameCodec.plainSeal(cluster);
    return switch (config.seal()) {
      case SEALED -> new FrameCodec(cluster, sealed);
      case MIXED -> new FrameCodec(cluster, sealed, plain);
      case PLAIN -> new FrameCodec(cluster, plain, sealed);
    };
  }

  // A nonce must never come twice under one key, whatever restarts: who, when and 128 random bits
  // go in, so neither a clock that went back nor a poor source of randomness alone repeats one.
  private static long salt(String nodeId) {
    byte[] random = new byte[16];
    RANDOM.nextBytes(random);
    byte[] id = nodeId.getBytes(StandardCharsets.UTF_8);
    ByteBuffer input = ByteBuffer.allocate(2 * Long.BYTES + random.length + id.length);
    input.putLong(System.currentTimeMillis()).putLong(System.nanoTime()).put(random).put(id);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(input.array());
      return ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  FrameCodec datagrams() {
    return datagrams;
  }

  FrameCodec streams() {
    return streams;
  }

  /** Begins to look at the file of keys, on the caller's loop; nothing to do without one. */
  void watch(Vertx vertx) {
    if (!config.keysFile().isEmpty() && !seals.isEmpty()) {
      vertx.setTimer(
          config.keysReload().toMillis(),
          id ->
              read(vertx)
                  .onSuccess(this::take)
                  .onFailure(this::keep)
                  .onComplete(done -> watch(vertx)));
    }
  }

  private Future<KeyRing> read(Vertx vertx) {
    return vertx
        .fileSystem()
        .props(config.keysFile())
        .compose(
            props ->
                props.size() > KeyRing.TEXT_CHARS_MAX
                    ? Future.<Buffer>failedFuture("it is larger than 8192 bytes")
                    : vertx.fileSystem().readFile(config.keysFile()))
        .map(text -> KeyRing.parse(text.toString(StandardCharsets.US_ASCII)));
  }

  private void take(KeyRing next) {
    trouble = "";
    if (!next.equals(ring)) {
      seals.forEach(seal -> seal.ring(next));
      ring = next;
      changed.increment();
      LOG.info("gossip keys changed used={} accepted={}", next.usedId(), next.ids());
    }
  }

  private void keep(Throwable cause) {
    failed.increment();
    String now = String.valueOf(cause.getMessage());
    if (!now.equals(trouble)) {
      trouble = now;
      LOG.warn("gossip keys file={} cannot be used, the keys stay: {}", config.keysFile(), now);
    }
  }
}
