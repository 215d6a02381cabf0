package io.phial.node.runtime;

import io.phial.core.placement.Slots;
import io.phial.core.wire.NodeInfo;
import io.phial.node.ingress.ClientDesk;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings the datagrams that one event loop reads to their shards, a batch at a time: to the shard
 * of the same loop directly, to others by their queues, to other nodes by the forwarder. Nothing is
 * allocated for a beat of the own shard. Belongs to its event loop.
 */
final class DatagramBatches implements ClientDesk.Datagrams {
  private static final int BATCH_MAX = 256;

  /** Takes one datagram on its shard's thread. */
  interface Taker {
    /** Takes a beat or goodbye. */
    void take(ClientShard shard, int session, int sequence, boolean goodbye, long nowNanos);

    /** Takes a beat with a payload. */
    void word(ClientShard shard, int session, int sequence, byte[] payload, long nowNanos);
  }

  private final Clients clients;
  private final SlotRouter router;
  private final Forwarder forwarder;
  private final Strangers strangers;
  private final Taker taker;
  private final @Nullable ClientShard own;
  private final long[][] batches;
  private final int[] counts;

  DatagramBatches(
      Clients clients,
      SlotRouter router,
      Forwarder forwarder,
      Strangers strangers,
      Taker taker,
      @Nullable ClientShard own) {
    this.clients = clients;
    this.router = router;
    this.forwarder = forwarder;
    this.strangers = strangers;
    this.taker = taker;
    this.own = own;
    this.batches = new long[clients.all().size()][BATCH_MAX];
    this.counts = new int[batches.length];
  }

  @Override
  public boolean beat(int session, int sequence) {
    add(session, sequence, false);
    return !strangers.contains(session);
  }

  // Rare beside bare beats, so they go one by one; behind what has gathered, or they would overtake
  // the beats before them.
  @Override
  public boolean beat(int session, int sequence, byte[] payload) {
    int slot = Slots.slotOfSession(session);
    NodeInfo owner = router.ownerOf(slot);
    if (owner != null && !owner.id().equals(router.selfId())) {
      forwarder.word(owner, session, sequence, payload);
    } else if (owner != null) {
      int index = clients.indexOfSlot(slot);
      if (counts[index] > 0) {
        flush(index);
      }
      ClientShard.Task task = (shard, now) -> taker.word(shard, session, sequence, payload, now);
      ClientShard shard = clients.all().get(index);
      if (shard == own) {
        shard.now(task);
      } else {
        shard.offer(task);
      }
    }
    return !strangers.contains(session);
  }

  @Override
  public void goodbye(int session, int sequence) {
    add(session, sequence, true);
  }

  private void add(int session, int sequence, boolean goodbye) {
    int slot = Slots.slotOfSession(session);
    NodeInfo owner = router.ownerOf(slot);
    if (owner == null) {
      return;
    }
    if (!owner.id().equals(router.selfId())) {
      forwarder.add(owner, session, sequence, goodbye);
      return;
    }
    int shard = clients.indexOfSlot(slot);
    batches[shard][counts[shard]++] =
        (long) session << 32 | (sequence & 0xFFFFL) << 1 | (goodbye ? 1 : 0);
    if (counts[shard] == BATCH_MAX) {
      flush(shard);
    }
  }

  @Override
  public void flush() {
    for (int shard = 0; shard < counts.length; shard++) {
      if (counts[shard] > 0) {
        flush(shard);
      }
    }
  }

  private void flush(int index) {
    List<ClientShard> shards = clients.all();
    ClientShard shard = shards.get(index);
    int count = counts[index];
    counts[index] = 0;
    if (shard == own) {
      shard.now((asked, now) -> take(asked, batches[index], count, now));
    } else {
      long[] batch = Arrays.copyOf(batches[index], count);
      // A batch that finds the queue full is counted there; to its clients it is a lost beat.
      shard.offer((asked, now) -> take(asked, batch, count, now));
    }
  }

  private void take(ClientShard shard, long[] batch, int count, long nowNanos) {
    for (int i = 0; i < count; i++) {
      long packed = batch[i];
      taker.take(
          shard, (int) (packed >>> 32), (int) (packed >>> 1) & 0xFFFF, (packed & 1) != 0, nowNanos);
    }
  }
}
