package io.phial.node.runtime;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.phial.core.placement.Slots;
import io.phial.core.registry.Profiles;
import io.phial.core.registry.ShardOptions;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shards of this node. A client's shard follows from its slot, so that everyone finds it
 * without asking.
 */
final class Clients {
  private final List<ClientShard> shards = new ArrayList<>();
  private final Profiles profiles;

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
    this.profiles = options.allProfiles();
    for (int i = 0; i < count; i++) {
      shards.add(new ClientShard(options, Math.max(1, wordsMax / count), sinks, meters));
    }
  }

  /** What kinds of clients there are. */
  Profiles profiles() {
    return profiles;
  }

  ClientShard ofSlot(int slot) {
    return shards.get(indexOfSlot(slot));
  }

  /** The place of a slot's shard in {@link #all}. */
  int indexOfSlot(int slot) {
    return slot % shards.size();
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

  /** The shard that runs on an event loop, or null. */
  @Nullable ClientShard on(Context loop) {
    for (ClientShard shard : shards) {
      if (shard.runsOn(loop)) {
        return shard;
      }
    }
    return null;
  }

  List<ClientShard> all() {
    return shards;
  }
}
