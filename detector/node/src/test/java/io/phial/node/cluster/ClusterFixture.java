package io.phial.node.cluster;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.phial.core.placement.View;
import io.phial.core.registry.ClientRecord;
import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Transport;
import io.phial.core.registry.Verdict;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.NodeInfo;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.LoggerFactory;

/** Values, codecs, ports and waiting for the tests of this package. */
final class ClusterFixture {
  static final int SLOTS = 4096;

  /** Small forms of our own: text joined by blanks. */
  static final ClusterCodecs CODECS =
      new ClusterCodecs(
          Codec.of(ClusterFixture::encodeView, ClusterFixture::decodeView),
          Codec.of(ClusterFixture::encodeRecord, ClusterFixture::decodeRecord),
          ClusterFixture::slotOf);

  private ClusterFixture() {}

  /** Hazelcast tells of every connection and migration; only its warnings matter here. */
  static void quiet() {
    level("ROOT", Level.INFO);
    level("com.hazelcast", Level.WARN);
  }

  private static void level(String logger, Level level) {
    if (LoggerFactory.getLogger(logger) instanceof Logger known) {
      known.setLevel(level);
    }
  }

  static int slotOf(String id) {
    return Math.floorMod(id.hashCode(), SLOTS);
  }

  static View view(long epoch) {
    Endpoint endpoint = new Endpoint("127.0.0.1", 7);
    NodeInfo node = new NodeInfo("n1", "", endpoint, endpoint, endpoint, endpoint, 100);
    return new View(epoch, List.of(node), new short[SLOTS]);
  }

  static ClientRecord record(String id, String home, long lastSeen) {
    ClientSpec spec = new ClientSpec(id, slotOf(id), 1, Transport.UDP, 1_000_000_000L, false);
    return new ClientRecord(spec, home, Verdict.ALIVE, lastSeen, new byte[40]);
  }

  private static byte[] encodeView(View view) {
    return String.valueOf(view.epoch()).getBytes(StandardCharsets.UTF_8);
  }

  private static View decodeView(byte[] bytes) {
    return view(Long.parseLong(new String(bytes, StandardCharsets.UTF_8)));
  }

  private static byte[] encodeRecord(ClientRecord record) {
    return (record.spec().id() + " " + record.home() + " " + record.lastSeenEpochMillis())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static ClientRecord decodeRecord(byte[] bytes) {
    String[] parts = new String(bytes, StandardCharsets.UTF_8).split(" ", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("parts must be 3, was " + parts.length);
    }
    return record(parts[0], parts[1], Long.parseLong(parts[2]));
  }

  static BitSet allSlots() {
    BitSet slots = new BitSet(SLOTS);
    slots.set(0, SLOTS);
    return slots;
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<Integer> freePorts(int count) {
    List<Integer> ports = new ArrayList<>();
    while (ports.size() < count) {
      int port = freePort();
      if (!ports.contains(port)) {
        ports.add(port);
      }
    }
    return ports;
  }

  static List<String> members(List<Integer> ports) {
    return ports.stream().map(port -> "127.0.0.1:" + port).toList();
  }

  static HazelcastCluster hazelcast(
      String nodeId, String cluster, int port, List<Integer> ports, Vertx vertx) {
    ClusterOptions options = ClusterOptions.of(nodeId, cluster, "127.0.0.1", port, members(ports));
    return new HazelcastCluster(options, vertx, CODECS, new SimpleMeterRegistry());
  }

  static <T> T await(Future<T> future) throws Exception {
    return await(future, 60);
  }

  static <T> T await(Future<T> future, int seconds) throws Exception {
    try {
      return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  /** Asks until it holds; an operation that fails meanwhile counts as "not yet". */
  static long until(String what, int seconds, Callable<Boolean> holds) throws Exception {
    long begun = System.nanoTime();
    Throwable last = null;
    while (System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(seconds)) {
      try {
        if (holds.call()) {
          return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        }
        last = null;
      } catch (ClusterException e) {
        last = e;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    TimeoutException late = new TimeoutException(what + " within " + seconds + " s");
    if (last != null) {
      late.initCause(last);
    }
    throw late;
  }
}
