package io.phial.node.ingress.mqtt;

import io.phial.node.ingress.StatusFeed;
import io.phial.node.ingress.StatusFeed.Status;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One connection's subscriptions. It reads the changes of statuses from the shared feed as fast as
 * its own connection drains, so nothing piles up for a slow one: what it misses is made good by
 * telling it the present once more, as to a new subscriber. Belongs to the connection's event loop.
 *
 * <p>The present is asked for page by page. A change that comes in while a page is on its way is
 * newer than the page, whose row about that client is then left out.
 */
final class Subscriber {
  private static final int BATCH = 64;
  private static final int PAGE = 5_000;
  private static final int FRESH_MAX = 4_096;
  private static final int WILLS_MAX = 64;
  private static final long RETRY_MILLIS = 1000;

  private final Sink sink;
  private final StatusFeed feed;
  private final Turns turns;
  private final Context context;
  private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
  private final ArrayDeque<Message> outbox = new ArrayDeque<>();
  private final ArrayDeque<Subscription> toReplay = new ArrayDeque<>();
  private final Set<String> fresh = new HashSet<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final StatusFeed.Subscription changes;
  private long position;
  private @Nullable Subscription replaying;
  private String after = "";
  private boolean asking;
  private boolean isClosed;

  /**
   * A filter of the connection.
   *
   * @param qos at most this is used, 0 or 1
   * @param retainAsPublished true to keep the retain flag of changes
   */
  record Subscription(String filter, int qos, boolean retainAsPublished) {}

  /** Where messages go. */
  interface Sink {
    /** May a message be sent now? If not, {@link Subscriber#pump} is called when it may. */
    boolean isReady();

    /** Sends one. */
    void send(Message message);

    /** A message was lost because too many wait. */
    void lost();

    /** Runs something once, after a while. */
    void later(long millis, Runnable task);
  }

  /** Lets few ask for many pages at a time. */
  interface Turns {
    /** Runs the question when it is its turn; the next one follows when it is answered. */
    <T> Future<T> ask(java.util.function.Supplier<Future<T>> question);
  }

  Subscriber(Sink sink, StatusFeed feed, Turns turns, Context context) {
    this.sink = sink;
    this.feed = feed;
    this.turns = turns;
    this.context = context;
    this.position = feed.position();
    this.changes = feed.subscribe(this::wake);
  }

  int size() {
    return subscriptions.size();
  }

  boolean has(String filter) {
    return subscriptions.containsKey(filter);
  }

  void add(Subscription subscription, boolean replay, Retained retained) {
    subscriptions.put(subscription.filter(), subscription);
    if (replay) {
      retained.forEachMatching(
          subscription.filter(), message -> offer(toward(message, subscription.qos(), true)));
      replay(subscription);
    }
    pump();
  }

  boolean remove(String filter) {
    Subscription gone = subscriptions.remove(filter);
    toReplay.removeIf(waiting -> waiting.filter().equals(filter));
    return gone != null;
  }

  void close() {
    isClosed = true;
    changes.close();
    outbox.clear();
    toReplay.clear();
    subscriptions.clear();
  }

  /** A last will somewhere in the cluster. */
  void onWill(Message will) {
    Subscription best = best(will.topic());
    if (best != null) {
      offer(toward(will, best.qos(), will.retain() && best.retainAsPublished()));
      pump();
    }
  }

  private void offer(Message message) {
    if (outbox.size() >= PAGE + WILLS_MAX) {
      sink.lost();
    } else {
      outbox.add(message);
    }
  }

  private static Message toward(Message message, int qosMax, boolean retain) {
    return new Message(message.topic(), message.payload(), Math.min(message.qos(), qosMax), retain);
  }

  private @Nullable Subscription best(String topic) {
    Subscription best = null;
    for (Subscription subscription : subscriptions.values()) {
      if (Topics.matches(subscription.filter(), topic)
          && (best == null || subscription.qos() > best.qos())) {
        best = subscription;
      }
    }
    return best;
  }

  private void replay(Subscription subscription) {
    if (Topics.mayMatchStatuses(subscription.filter()) && !toReplay.contains(subscription)) {
      toReplay.add(subscription);
    }
  }

  private void wake() {
    if (woken.compareAndSet(false, true)) {
      context.runOnContext(
          nothing -> {
            woken.set(false);
            pump();
          });
    }
  }

  /** Sends what there is, as far as the connection takes it. */
  void pump() {
    while (!isClosed && sink.isReady()) {
      Message next = outbox.poll();
      if (next != null) {
        sink.send(next);
      } else if (!readChanges()) {
        break;
      }
    }
    if (!isClosed && !asking && outbox.isEmpty() && sink.isReady()) {
      askNext();
    }
  }

  private boolean readChanges() {
    StatusFeed.Changes batch = feed.read(position, BATCH);
    boolean moved = batch.next() != position || batch.missed() > 0;
    position = batch.next();
    if (batch.missed() > 0) {
      subscriptions.values().forEach(this::replay);
    }
    for (Status status : batch.changes()) {
      if (asking && fresh.size() < FRESH_MAX) {
        fresh.add(status.id());
      }
      Subscription best = best(Topics.status(status.id()));
      if (best != null) {
        outbox.add(message(status, best.qos(), best.retainAsPublished()));
      }
    }
    return moved;
  }

  private static Message message(Status status, int qos, boolean retain) {
    return new Message(Topics.status(status.id()), Topics.payload(status), qos, retain);
  }

  private void askNext() {
    if (replaying == null) {
      replaying = toReplay.poll();
      after = "";
    }
    Subscription current = replaying;
    if (current == null) {
      return;
    }
    asking = true;
    fresh.clear();
    String only = Topics.statusOnlyOf(current.filter());
    String from = after;
    Future<List<Status>> page =
        only != null
            ? feed.one(only).map(found -> found.map(List::of).orElse(List.of()))
            : turns.ask(() -> feed.page(from, PAGE));
    page.onComplete(
        done ->
            context.runOnContext(
                nothing -> {
                  if (done.succeeded()) {
                    onPage(current, done.result(), only != null);
                  } else {
                    sink.later(RETRY_MILLIS, this::askAgain);
                  }
                }));
  }

  private void askAgain() {
    asking = false;
    pump();
  }

  private void onPage(Subscription current, List<Status> page, boolean isLast) {
    asking = false;
    if (fresh.size() >= FRESH_MAX) {
      // Too much has changed meanwhile to tell which rows are old: the same page again.
      pump();
      return;
    }
    for (Status status : page) {
      String topic = Topics.status(status.id());
      if (!fresh.contains(status.id()) && Topics.matches(current.filter(), topic)) {
        outbox.add(message(status, current.qos(), true));
      }
    }
    if (isLast || page.size() < PAGE) {
      replaying = null;
    } else {
      after = page.get(page.size() - 1).id();
    }
    pump();
  }
}
