package io.phial.node.runtime;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
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

  Clients(int count, ShardOptions options, ClientShard.Sinks sinks, MeterRegistry meters) {
    for (int i = 0; i < count; i++) {
      shards.add(new ClientShard(options, sinks, meters));
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

  /** Tells the meters what is held here and what is held back. */
  void meter(MeterRegistry meters) {
    Gauge.builder("phial.clients", this, Clients::size).register(meters);
    FunctionCounter.builder(
            "phial.verdicts.common.cause.episodes",
            this,
            c -> c.shards.stream().mapToLong(ClientShard::commonCausesSeen).sum())
        .register(meters);
    FunctionCounter.builder(
            "phial.verdicts.common.cause.held",
            this,
            c -> c.shards.stream().mapToLong(ClientShard::heldBackSeen).sum())
        .register(meters);
  }

  List<ClientShard> all() {
    return shards;
  }
}
