package io.phial.node.ingress.mqtt;

import io.phial.node.ingress.StatusFeed;
import io.phial.node.ingress.StatusFeed.Status;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The last wills of this node's MQTT clients. A will is told when the cluster says DEAD of its
 * client, wherever that is judged, and not when a connection merely ends: the client may be back on
 * another one. Belongs to the ingress's event loop.
 *
 * <p>Bounded: one will per connection; of those whose connection has ended the oldest is forgotten
 * when there are too many.
 */
final class Wills {
  private static final int READ_MAX = 256;
  private static final String DEAD = "DEAD";

  private final Context context;
  private final Vertx vertx;
  private final StatusFeed feed;
  private final Consumer<Message> tell;
  private final int orphansMax;
  private final Map<String, Will> wills = new LinkedHashMap<>();
  private final LinkedHashMap<String, Will> orphans = new LinkedHashMap<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private StatusFeed.@Nullable Subscription subscription;
  private long position;

  /** A last will: of whom, by which connection, and not before which time after its end. */
  static final class Will {
    final String id;
    final Object owner;
    final Message message;
    final long delayMillis;
    long orphanedNanos;

    Will(String id, Object owner, Message message, long delayMillis) {
      this.id = id;
      this.owner = owner;
      this.message = message;
      this.delayMillis = delayMillis;
    }
  }

  Wills(Vertx vertx, StatusFeed feed, int orphansMax, Consumer<Message> tell) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.feed = feed;
    this.orphansMax = orphansMax;
    this.tell = tell;
  }

  void start() {
    position = feed.position();
    subscription = feed.subscribe(this::wake);
  }

  void stop() {
    if (subscription != null) {
      subscription.close();
    }
    wills.clear();
    orphans.clear();
  }

  /** A client connected; the will of its earlier life is void. */
  void connected(String id, @Nullable Will will) {
    orphans.remove(id);
    if (will == null) {
      wills.remove(id);
    } else {
      wills.put(id, will);
    }
  }

  /** A connection does not speak for its client any more, and its will is void. */
  void revoke(String id, Object owner) {
    Will will = wills.get(id);
    if (will != null && will.owner == owner) {
      wills.remove(id);
    }
  }

  /** A connection ended without a goodbye: its will waits for the verdict. */
  void orphan(String id, Object owner) {
    Will will = wills.get(id);
    if (will == null || will.owner != owner) {
      return;
    }
    wills.remove(id);
    will.orphanedNanos = System.nanoTime();
    if (orphans.size() >= orphansMax && orphansMax > 0) {
      orphans.remove(orphans.keySet().iterator().next());
    }
    orphans.put(id, will);
  }

  /** A client asks for its will now. */
  void execute(String id, Object owner) {
    Will will = wills.get(id);
    if (will != null && will.owner == owner) {
      wills.remove(id);
      tell.accept(will.message);
    }
  }

  private void wake() {
    if (woken.compareAndSet(false, true)) {
      context.runOnContext(
          nothing -> {
            woken.set(false);
            read();
          });
    }
  }

  private void read() {
    while (true) {
      StatusFeed.Changes changes = feed.read(position, READ_MAX);
      boolean nothing = changes.next() == position && changes.missed() == 0;
      position = changes.next();
      changes.changes().forEach(this::onChange);
      if (changes.missed() > 0) {
        askNext(new ArrayDeque<>(orphans.keySet()));
      }
      if (nothing) {
        return;
      }
    }
  }

  // Verdicts went by unread: the present is asked for, one after the other.
  private void askNext(ArrayDeque<String> ids) {
    String id = ids.poll();
    if (id != null) {
      feed.one(id)
          .onComplete(
              found ->
                  context.runOnContext(
                      nothing -> {
                        if (found.succeeded() && found.result().isPresent()) {
                          onChange(found.result().get());
                        }
                        askNext(ids);
                      }));
    }
  }

  private void onChange(Status change) {
    Will open = wills.get(change.id());
    if (open != null) {
      if (change.verdict().equals(DEAD)) {
        // Still connected, but silent for too long: the will stays for the next time.
        tell.accept(open.message);
      }
      return;
    }
    Will orphan = orphans.get(change.id());
    if (orphan == null) {
      return;
    }
    switch (change.verdict()) {
      case DEAD -> tellLater(orphan);
      case "ALIVE", "LEFT" -> orphans.remove(change.id());
      default -> {
        // Nothing is decided.
      }
    }
  }

  private void tellLater(Will orphan) {
    long passed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - orphan.orphanedNanos);
    long remaining = orphan.delayMillis - passed;
    if (remaining <= 0) {
      orphans.remove(orphan.id);
      tell.accept(orphan.message);
    } else {
      vertx.setTimer(
          remaining,
          timer -> {
            if (orphans.remove(orphan.id, orphan)) {
              tell.accept(orphan.message);
            }
          });
    }
  }
}
