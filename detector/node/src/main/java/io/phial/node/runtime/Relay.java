package io.phial.node.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.placement.Slots;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.ForwardedBeats;
import io.phial.core.wire.ForwardedWord;
import io.phial.core.wire.Frame;
import io.phial.core.wire.UnknownSessions;
import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * The receiving end of forwarded beats: brings them to their shards, and tells the sender of
 * sessions that nobody knows here.
 */
final class Relay {
  private final Clients clients;
  private final SlotRouter router;
  private final Desk desk;
  private final Strangers strangers;
  private final BiConsumer<Endpoint, Frame> send;
  private final Counter misrouted;

  Relay(
      Clients clients,
      SlotRouter router,
      Desk desk,
      Strangers strangers,
      BiConsumer<Endpoint, Frame> send,
      MeterRegistry meters) {
    this.clients = clients;
    this.router = router;
    this.desk = desk;
    this.strangers = strangers;
    this.send = send;
    this.misrouted = Counter.builder("phial.forwarded.misrouted").register(meters);
  }

  /** Takes a frame of another node; any thread. */
  void onFrame(Endpoint from, Frame frame) {
    if (frame instanceof ForwardedBeats beats) {
      for (ClientShard shard : clients.all()) {
        shard.offer((asked, now) -> take(asked, from, beats, now));
      }
    } else if (frame instanceof ForwardedWord word) {
      clients.ofSession(word.session()).offer((shard, now) -> take(shard, from, word, now));
    } else if (frame instanceof UnknownSessions unknown) {
      long now = System.nanoTime();
      for (int session : unknown.sessions()) {
        strangers.add(session, now);
      }
    }
  }

  private void take(ClientShard shard, Endpoint from, ForwardedWord word, long nowNanos) {
    if (!router.isMine(Slots.slotOfSession(word.session()))) {
      misrouted.increment();
    } else if (!desk.takeWord(shard, word.session(), word.sequence(), word.payload(), nowNanos)) {
      send.accept(from, new UnknownSessions(router.selfId(), new int[] {word.session()}));
    }
  }

  private void take(ClientShard shard, Endpoint from, ForwardedBeats beats, long nowNanos) {
    int[] unknown = new int[beats.count()];
    int count = 0;
    for (int i = 0; i < beats.count(); i++) {
      int session = beats.sessions()[i];
      if (clients.ofSession(session) != shard) {
        continue;
      }
      if (!router.isMine(Slots.slotOfSession(session))) {
        // The sender's view is older or newer than ours; a beat is not worth sending in circles.
        misrouted.increment();
      } else if (!desk.takeDatagram(
          shard, session, beats.sequences()[i], beats.goodbyes()[i], nowNanos)) {
        unknown[count++] = session;
      }
    }
    if (count > 0) {
      send.accept(from, new UnknownSessions(router.selfId(), Arrays.copyOf(unknown, count)));
    }
  }
}
