package io.phial.node.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.placement.Slots;
import io.phial.core.registry.ShardOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * The shards of this node. A client's shard follows from its slot, so that everyone finds it
 * without asking.
 */
final class Clients {
  private final List<ClientShard> shards = new ArrayList<>();

  /**
   * Creates them; starts nothing.
   *
   * @param wordsMax clients of all shards together whose latest word is kept
   */
  Clients(
      int count,
      ShardOptions options,
      int wordsMax,
      ClientShard.Sinks sinks,
      MeterRegistry meters) {
    for (int i = 0; i < count; i++) {
      shards.add(new ClientShard(options, Math.max(1, wordsMax / count), sinks, meters));
    }
  }

  ClientShard ofSlot(int slot) {
    return shards.get(slot % shards.size());
  }

  ClientShard ofId(String id) {
    return ofSlot(Slots.slotOf(id));
  }

  ClientShard ofSession(int session) {
    return ofSlot(Slots.slotOfSession(session));
  }

  /** Clients held at the last ticks; any thread. */
  int size() {
    return shards.stream().mapToInt(ClientShard::sizeSeen).sum();
  }

  List<ClientShard> all() {
    return shards;
  }
}
