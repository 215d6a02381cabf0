package io.phial.node.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.phial.node.api.EventLine;
import io.phial.node.api.VerdictEvent;
import io.phial.node.cluster.NodeBus;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Consumer;

/**
 * Lets every node show the verdicts of all: what this node decides about clients goes to the others
 * in batches, and theirs come in here. Bounded: when the bus is slower than the verdicts, the
 * newest are dropped for the other nodes and counted; this node's own stream has them all.
 * Thread-safe.
 */
final class EventShare {
  private static final String TOPIC = "verdicts";
  private static final int WAITING_MAX = 16_384;
  private static final int BATCH_MAX = 256;
  private static final long FLUSH_MILLIS = 20;

  private final String selfId;
  private final NodeBus bus;
  private final Consumer<VerdictEvent> stream;
  private final ArrayBlockingQueue<VerdictEvent> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final Counter dropped;
  private volatile Elsewhere elsewhere = (node, event) -> {};

  /** Takes what another node decided. */
  @FunctionalInterface
  interface Elsewhere {
    /** One change of a client that {@code node} judges. */
    void onVerdict(String node, VerdictEvent event);
  }

  EventShare(String selfId, NodeBus bus, Consumer<VerdictEvent> stream, MeterRegistry meters) {
    this.selfId = selfId;
    this.bus = bus;
    this.stream = stream;
    this.dropped = Counter.builder("phial.verdicts.unshared").register(meters);
  }

  /** Begins to listen, and tells what the others decided; call before the store starts. */
  void listen(Elsewhere listener) {
    elsewhere = listener;
    bus.listen(TOPIC, this::onBatch);
  }

  /** Begins to flush. */
  void start(Vertx vertx) {
    vertx.setPeriodic(FLUSH_MILLIS, id -> flush());
  }

  /** Publishes here and to the others. */
  void publish(VerdictEvent event) {
    stream.accept(event);
    if (!waiting.offer(event)) {
      dropped.increment();
    }
  }

  /** Tells the others what has gathered. */
  void flush() {
    while (!waiting.isEmpty()) {
      StringBuilder batch = new StringBuilder(selfId);
      for (int i = 0; i < BATCH_MAX; i++) {
        VerdictEvent event = waiting.poll();
        if (event == null) {
          break;
        }
        batch.append('\n').append(EventLine.encode(event));
      }
      bus.publish(TOPIC, Buffer.buffer(batch.toString()));
    }
  }

  private void onBatch(Buffer body) {
    String[] lines = body.toString(StandardCharsets.UTF_8).split("\n", -1);
    if (lines[0].equals(selfId)) {
      return;
    }
    for (int i = 1; i < lines.length; i++) {
      VerdictEvent event = EventLine.decode(lines[i]);
      stream.accept(event);
      if (event.kind() == VerdictEvent.Kind.CLIENT) {
        elsewhere.onVerdict(lines[0], event);
      }
    }
  }
}
