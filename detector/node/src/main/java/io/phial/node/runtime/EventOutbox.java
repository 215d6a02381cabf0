package io.phial.node.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.phial.node.api.EventLine;
import io.phial.node.api.EventOrigin;
import io.phial.node.api.VerdictEvent;
import io.phial.node.cluster.SharedLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's events on their way into the cluster's log: in order, each once for the reader,
 * however long the store is away. Thread-safe; {@link #flush} is called again and again from one
 * loop.
 *
 * <p>One batch is under way at a time, and one that failed is sent again as it was, with the same
 * numbers, before any other: so a reader knows a second copy by its number. Bounded: beyond the
 * bound the oldest waiting event is dropped and counted, and its number is skipped, so that readers
 * are told of a gap.
 */
/*
 * Fencing. A node that was stopped for a while may hold events that others have overtaken. After a
 * late flush nothing is sent for two seconds, and not before this node is fit to judge: by then it
 * has heard whether it was held dead, and its events about clients are dropped.
 */
final class EventOutbox {
  private static final Logger LOG = LoggerFactory.getLogger(EventOutbox.class);
  private static final int BATCH_MAX = 256;
  private static final int SENT_MAX = 4_096;
  private static final long STALL_NANOS = 1_000_000_000L;
  private static final long HOLD_NANOS = 2_000_000_000L;
  private static final long PAUSE_NANOS_MIN = 250_000_000L;
  private static final long PAUSE_NANOS_MAX = 2_000_000_000L;

  private final String selfId;
  private final long life;
  private final int waitingMax;
  private final Target target;
  private final BooleanSupplier fit;
  private final ArrayDeque<VerdictEvent> waiting = new ArrayDeque<>();
  private final ArrayDeque<VerdictEvent> sent = new ArrayDeque<>();
  private final Counter dropped;
  private final Counter fenced;
  private final Counter appended;
  private List<VerdictEvent> underWay = List.of();
  private long number;
  private long skipped;
  private long flushedNanos;
  private long notBeforeNanos;
  private long pauseNanos;
  private boolean started;
  private boolean stalled;
  private @Nullable Set<Long> held;

  /**
   * Where the events go.
   *
   * @param log takes them
   * @param usable tells whether it makes sense to try
   * @param told called when some were appended
   */
  record Target(SharedLog log, BooleanSupplier usable, Runnable told) {}

  EventOutbox(
      String selfId,
      long life,
      int waitingMax,
      Target target,
      BooleanSupplier fit,
      MeterRegistry meters) {
    this.selfId = selfId;
    this.life = life;
    this.waitingMax = waitingMax;
    this.target = target;
    this.fit = fit;
    this.appended = Counter.builder("phial.events.appended").register(meters);
    this.dropped = Counter.builder("phial.events.dropped").register(meters);
    this.fenced = Counter.builder("phial.events.fenced").register(meters);
    Gauge.builder("phial.events.waiting", this, EventOutbox::size).register(meters);
  }

  /** Events not known to be in the log. */
  synchronized int size() {
    return waiting.size() + underWay.size();
  }

  /** Which start of this node its events are numbered under. */
  long life() {
    return life;
  }

  /** Queues an event, decided now under this epoch. */
  synchronized void offer(VerdictEvent event, long epoch, boolean partial) {
    if (waiting.size() >= waitingMax) {
      VerdictEvent oldest = waiting.poll();
      dropped.increment();
      if (oldest != null && numberOf(oldest) == 0) {
        skipped++;
      }
    }
    waiting.add(event.withOrigin(new EventOrigin(selfId, life, 0, epoch, partial)));
  }

  /** This node was held dead: what it meant to say about clients is for others to say. */
  synchronized void fenceClients() {
    int before = waiting.size();
    waiting.removeIf(event -> event.kind() == VerdictEvent.Kind.CLIENT && numberOf(event) == 0);
    fenced.increment(before - waiting.size());
    // What a smaller side of a split wrote into its own log is overtaken too.
    sent.removeIf(event -> event.kind() == VerdictEvent.Kind.CLIENT);
  }

  /**
   * The log began anew (all its copies were lost, or a split healed) and holds only these numbers
   * of this node's: the others are appended again, as far as they are still known here; readers
   * that have them pass over the copies. Only events about clients: what nodes were held for in
   * between helps nobody.
   */
  synchronized void resend(Set<Long> numbers) {
    held = numbers;
    if (underWay.isEmpty()) {
      requeueLost();
    }
  }

  private void requeueLost() {
    Set<Long> numbers = held;
    if (numbers == null) {
      return;
    }
    held = null;
    Iterator<VerdictEvent> newestFirst = sent.descendingIterator();
    while (newestFirst.hasNext()) {
      VerdictEvent event = newestFirst.next();
      if (!numbers.contains(numberOf(event))) {
        newestFirst.remove();
        if (event.kind() == VerdictEvent.Kind.CLIENT) {
          waiting.addFirst(event);
        }
      }
    }
  }

  /** Sends the next batch if it is time. */
  void flush(long nowNanos) {
    List<byte[]> entries = take(nowNanos);
    if (entries.isEmpty()) {
      return;
    }
    target
        .log()
        .appendEvents(entries)
        .onComplete(
            done -> {
              ended(done.cause());
              if (done.succeeded()) {
                target.told().run();
              }
            });
  }

  private synchronized List<byte[]> take(long nowNanos) {
    boolean late = started && nowNanos - flushedNanos > STALL_NANOS;
    if (late) {
      stalled = true;
      notBeforeNanos = nowNanos + HOLD_NANOS;
    }
    started = true;
    flushedNanos = nowNanos;
    if (!underWay.isEmpty() || waiting.isEmpty() || !target.usable().getAsBoolean()) {
      return List.of();
    }
    if ((stalled || pauseNanos > 0) && nowNanos - notBeforeNanos < 0) {
      return List.of();
    }
    if (stalled && !fit.getAsBoolean()) {
      return List.of();
    }
    stalled = false;
    List<VerdictEvent> batch = new ArrayList<>();
    List<byte[]> entries = new ArrayList<>();
    while (batch.size() < BATCH_MAX && !waiting.isEmpty()) {
      VerdictEvent event = numbered(waiting.remove());
      batch.add(event);
      entries.add(EventLine.encode(event).getBytes(StandardCharsets.UTF_8));
    }
    underWay = batch;
    return entries;
  }

  private VerdictEvent numbered(VerdictEvent event) {
    EventOrigin origin = event.origin();
    if (origin == null || origin.number() > 0) {
      return event;
    }
    number += 1 + skipped;
    skipped = 0;
    return event.withOrigin(
        new EventOrigin(selfId, life, number, origin.epoch(), origin.partial()));
  }

  private synchronized void ended(@Nullable Throwable failure) {
    List<VerdictEvent> batch = underWay;
    underWay = List.of();
    if (failure == null) {
      if (pauseNanos > 0) {
        LOG.info("events are appended again, {} wait", waiting.size());
      }
      appended.increment(batch.size());
      sent.addAll(batch);
      while (sent.size() > SENT_MAX) {
        sent.remove();
      }
      pauseNanos = 0;
    } else {
      if (pauseNanos == 0) {
        LOG.warn("events cannot be appended, {} wait: {}", size(), failure.toString());
      }
      for (int i = batch.size() - 1; i >= 0; i--) {
        waiting.addFirst(batch.get(i));
      }
      pauseNanos = Math.min(PAUSE_NANOS_MAX, Math.max(PAUSE_NANOS_MIN, 2 * pauseNanos));
      notBeforeNanos = flushedNanos + pauseNanos;
    }
    requeueLost();
  }

  private static long numberOf(VerdictEvent event) {
    EventOrigin origin = event.origin();
    return origin == null ? 0 : origin.number();
  }
}
