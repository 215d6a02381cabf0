package io.phial.node.config;

import io.phial.core.member.MemberOptions;
import io.phial.core.registry.ShardOptions;

/** Settings as the core takes them; the only place that knows both. */
public final class CoreOptions {
  private CoreOptions() {}

  /**
   * The options of one shard.
   *
   * @param clients the node's settings
   * @param shards how many shards share the node's limit of clients
   */
  public static ShardOptions shard(NodeConfig.Clients clients, int shards) {
    return new ShardOptions(
            (clients.max() + shards - 1) / shards,
            clients.tick().toNanos(),
            clients.stall().toNanos(),
            clients.suspectPhi(),
            clients.deadPhi(),
            clients.graceIntervals(),
            clients.graceMin().toNanos(),
            clients.reconnectGrace().toNanos(),
            clients.learnIntervalMax().toNanos(),
            clients.deadRetention().toNanos())
        .withProfiles(clients.profiles());
  }

  /** The options of the membership. */
  public static MemberOptions member(NodeConfig.Members members) {
    return new MemberOptions(
        members.tick().toNanos(),
        members.interval().toNanos(),
        members.observers(),
        members.suspectPhi(),
        members.unreachablePhi(),
        members.stability().toNanos());
  }
}
