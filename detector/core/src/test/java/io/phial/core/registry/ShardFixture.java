package io.phial.core.registry;

import java.util.ArrayList;
import java.util.List;

/** A shard whose time the test moves and whose changes are a list. */
final class ShardFixture {
  static final long MILLI = 1_000_000L;
  static final long SECOND = 1_000 * MILLI;
  static final ShardOptions OPTIONS = ShardOptions.defaults();

  final List<VerdictChange> changes = new ArrayList<>();
  final Shard shard;
  long now;

  ShardFixture() {
    this(OPTIONS, 1_000);
  }

  ShardFixture(ShardOptions options, long start) {
    now = start;
    shard = new Shard(options, (row, change) -> changes.add(change), start);
  }

  static ShardOptions withClientsMax(int clientsMax) {
    ShardOptions o = OPTIONS;
    return new ShardOptions(
        clientsMax,
        o.tickNanos(),
        o.stallNanos(),
        o.suspectPhi(),
        o.deadPhi(),
        o.graceIntervals(),
        o.graceNanosMin(),
        o.reconnectGraceNanos(),
        o.learnIntervalNanosMax(),
        o.deadRetentionNanos());
  }

  static ClientSpec udp(String id, int session) {
    return new ClientSpec(id, session, 1, Transport.UDP, SECOND, false);
  }

  static ClientSpec tcp(String id, boolean anonymous, long intervalNanos) {
    return new ClientSpec(id, 0, 1, Transport.TCP, intervalNanos, anonymous);
  }

  int register(ClientSpec spec) {
    return shard.register(spec, now);
  }

  /** Ticks until this much time has passed. */
  void pass(long nanos) {
    long end = now + nanos;
    while (end - now > 0) {
      now += Math.min(OPTIONS.tickNanos(), end - now);
      shard.onTick(now);
    }
  }

  /** Time passes in which the shard itself stands still. */
  void stall(long nanos) {
    now += nanos;
  }

  /** Regular beats, without sequence numbers from -1 on; returns the next number. */
  int beat(int row, int sequence, int count, long interval) {
    for (int n = 0; n < count; n++) {
      pass(interval);
      shard.onBeat(row, sequence < 0 ? -1 : sequence + n & 0xFFFF, now);
    }
    return sequence < 0 ? -1 : sequence + count;
  }

  List<Verdict> verdicts(String id) {
    return changes.stream().filter(c -> c.id().equals(id)).map(VerdictChange::to).toList();
  }

  VerdictChange last() {
    return changes.get(changes.size() - 1);
  }
}
