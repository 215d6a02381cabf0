package io.phial.node.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.placement.Slots;
import io.phial.core.placement.View;
import io.phial.core.registry.ClientRecord;
import io.phial.core.registry.ClientSnapshot;
import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Evidence;
import io.phial.core.registry.Shard;
import io.phial.core.registry.Transport;
import io.phial.core.registry.Verdict;
import io.phial.core.registry.VerdictChange;
import io.phial.node.api.VerdictEvent;
import io.phial.node.cluster.ClusterStore;
import io.phial.node.cluster.NodeBus;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Publishes the verdicts of this node's shards, if this node may still speak for the client: a
 * datagram's client only while its slot is owned here, a named connection's client only while no
 * other node says that it has the connection. Otherwise this node forgets the client. Runs on the
 * shards' threads.
 */
final class VerdictPublisher implements ClientShard.Sinks {
  private static final long FENCE_MILLIS = 1000;
  private static final Duration ASK = Duration.ofMillis(FENCE_MILLIS);
  private static final int SUSPECT_TRIES = 4;
  private static final int DEAD_TRIES = 12;

  /** Says what was decided here. */
  @FunctionalInterface
  interface Voice {
    /**
     * Takes a verdict.
     *
     * @param partial others may know better: the client is out of this node's sight
     */
    void say(VerdictEvent event, boolean partial);
  }

  private final SlotRouter router;
  private final ClusterStore store;
  private final NodeBus bus;
  private volatile Set<String> present = Set.of();
  private final Voice events;
  private final Counter fenced;

  VerdictPublisher(SlotRouter router, Desk.Links links, Voice events, MeterRegistry meters) {
    this.router = router;
    this.store = links.store();
    this.bus = links.bus();
    this.events = events;
    this.fenced = Counter.builder("phial.verdicts.fenced").register(meters);
  }

  @Override
  public void onVerdict(ClientShard shard, VerdictChange change, long nowNanos) {
    int row = shard.shard().rowOf(change.id());
    if (row == Shard.NONE) {
      publish(change, 0, false, nowNanos);
      return;
    }
    ClientSpec spec = shard.shard().spec(row);
    Verdict held = shard.asking().get(change.id());
    if (spec.transport() == Transport.UDP && !router.isMine(Slots.slotOf(spec.id()))) {
      forget(shard, spec.id());
    } else if (held == change.to()) {
      // The doubt is gone before it was published.
      shard.asking().remove(change.id());
    } else if (held == null && mayHaveMoved(spec, change)) {
      shard.asking().put(change.id(), change.from());
      publishUnlessMoved(shard, change, spec.incarnation(), 1);
    } else if (held == null) {
      publish(change, spec.incarnation(), isGuess(shard, row, change.to()), nowNanos);
      save(shard, spec, nowNanos);
    }
  }

  // Whoever had the client may be dead, or be cut off together with it and judge it well.
  private static boolean isGuess(ClientShard shard, int row, Verdict to) {
    return (to == Verdict.SUSPECT || to == Verdict.DEAD) && shard.shard().isOutOfSight(row);
  }

  // The connection of a named client may have ended here, or be a dead one without knowing it,
  // while the client beats at another node. A datagram's client is judged where its slot is.
  // What is said over the client's own connection is no conclusion that others could refute.
  private static boolean mayHaveMoved(ClientSpec spec, VerdictChange change) {
    boolean worse =
        (change.to() == Verdict.SUSPECT || change.to() == Verdict.DEAD)
            && change.evidence() != Evidence.REPORTED;
    return worse && !spec.anonymous() && spec.transport() == Transport.TCP;
  }

  private static boolean isElsewhere(ClientShard shard, ClientSpec spec) {
    return spec.transport() == Transport.TCP && shard.connection(spec.id()) == null;
  }

  // When no answer can be had the verdict goes out: judging does not depend on it. But it is given
  // some seconds, DEAD more of them: the store and the others are out of reach too when it is this
  // node that was cut off, and a silent node, which may have the client, is back or DEAD by then.
  private void publishUnlessMoved(
      ClientShard shard, VerdictChange change, long incarnation, int tries) {
    askHome(change.id())
        .onSuccess(
            moved -> shard.command((asked, now) -> settle(asked, change, incarnation, moved, now)))
        .onFailure(
            away ->
                shard.command(
                    (asked, now) -> {
                      if (tries >= triesMax(asked, change.id())) {
                        settle(asked, change, incarnation, false, now);
                      } else {
                        asked.later(FENCE_MILLIS, askAgain(change, incarnation, tries + 1));
                      }
                    }));
  }

  private ClientShard.Task askAgain(VerdictChange change, long incarnation, int tries) {
    return (asked, now) -> {
      if (asked.asking().containsKey(change.id())) {
        publishUnlessMoved(asked, change, incarnation, tries);
      }
    };
  }

  private static int triesMax(ClientShard shard, String id) {
    int row = shard.shard().rowOf(id);
    boolean dead = row != Shard.NONE && shard.shard().verdict(row) == Verdict.DEAD;
    return dead ? DEAD_TRIES : SUSPECT_TRIES;
  }

  // The record names the node that last claimed the client; whether it still has the connection, it
  // says itself, for it may have been held dead and have forgotten. A claim may also be late or
  // lost while the store's owner of the record hangs, so the others are asked too.
  private Future<Boolean> askHome(String id) {
    return store
        .readRecord(id)
        .timeout(FENCE_MILLIS, TimeUnit.MILLISECONDS)
        .compose(
            found -> {
              String home = found.map(ClientRecord::home).orElse(router.selfId());
              return judgesElsewhere(home) ? ask(home, id) : Future.succeededFuture(false);
            })
        .compose(moved -> moved ? Future.succeededFuture(true) : askAll(id));
  }

  private Future<Boolean> askAll(String id) {
    List<Future<Boolean>> answers = new ArrayList<>();
    for (String peer : present) {
      if (!peer.equals(router.selfId())) {
        answers.add(ask(peer, id));
      }
    }
    if (answers.isEmpty()) {
      return Future.succeededFuture(false);
    }
    return Future.join(answers)
        .map(all -> anyYes(answers))
        .recover(e -> anyYes(answers) ? Future.succeededFuture(true) : Future.failedFuture(e));
  }

  private static boolean anyYes(List<Future<Boolean>> answers) {
    return answers.stream().anyMatch(answer -> answer.succeeded() && answer.result());
  }

  private Future<Boolean> ask(String node, String id) {
    return bus.request(node, Desk.CONNECTED, Buffer.buffer(id), ASK).map(Desk::isYes);
  }

  /** Which nodes may have a client: all that are not gone, the silent ones too. */
  void present(Set<String> nodes) {
    present = Set.copyOf(nodes);
  }

  private void settle(
      ClientShard shard, VerdictChange change, long incarnation, boolean moved, long nowNanos) {
    Verdict held = shard.asking().remove(change.id());
    int row = shard.shard().rowOf(change.id());
    if (held == null || row == Shard.NONE) {
      return;
    }
    ClientSpec spec = shard.shard().spec(row);
    if (moved) {
      moved(shard, change.id(), held, nowNanos);
      return;
    }
    VerdictChange due = change;
    Verdict current = shard.shard().verdict(row);
    if (current != change.to()) {
      ClientSnapshot now = shard.shard().snapshot(row, nowNanos);
      due =
          new VerdictChange(
              change.id(), held, current, change.evidence(), now.phi(), now.reason(), nowNanos);
    }
    publish(due, incarnation, isGuess(shard, row, due.to()), nowNanos);
    save(shard, spec, nowNanos);
  }

  // A record may still name a node that is gone: then whoever took the client over judges it.
  private boolean judgesElsewhere(String home) {
    View view = router.view();
    return !home.equals(router.selfId())
        && view != null
        && view.nodes().stream().anyMatch(node -> node.id().equals(home));
  }

  /**
   * Forgets a client that connected to another node, which judges it since; the last word here is a
   * good one.
   */
  void moved(ClientShard shard, String id, Verdict published, long nowNanos) {
    forget(shard, id);
    if (published == Verdict.UNKNOWN || published == Verdict.SUSPECT) {
      String reason = "it connected to another node, which judges it since";
      publish(
          new VerdictChange(id, published, Verdict.ALIVE, Evidence.BEAT, 0, reason, nowNanos),
          0,
          false,
          nowNanos);
    }
  }

  private void forget(ClientShard shard, String id) {
    fenced.increment();
    shard.asking().remove(id);
    int row = shard.shard().rowOf(id);
    if (row != Shard.NONE) {
      shard.connections().remove(id);
      shard.shard().drop(row);
    }
  }

  private void save(ClientShard shard, ClientSpec spec, long nowNanos) {
    if (spec.anonymous()) {
      return;
    }
    ClientRecord record = shard.record(spec.id(), router.selfId(), nowNanos);
    if (record == null || isOver(record.verdict())) {
      // Nobody has to take over what is gone; so the store holds no more than the living.
      store.removeRecords(List.of(spec.id()));
    } else if (!isElsewhere(shard, spec)) {
      // Otherwise the record belongs to the node that holds the connection.
      store.putRecords(List.of(record));
    }
  }

  private static boolean isOver(Verdict verdict) {
    return verdict == Verdict.DEAD || verdict == Verdict.LEFT;
  }

  private void publish(VerdictChange change, long incarnation, boolean partial, long nowNanos) {
    long at = System.currentTimeMillis() - (nowNanos - change.atNanos()) / 1_000_000;
    events.say(VerdictEvent.of(change, at, incarnation), partial);
  }
}
