package io.phial.chaos.phi;

import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Shard;
import io.phial.core.registry.ShardOptions;
import io.phial.core.registry.Transport;
import io.phial.core.registry.Verdict;
import io.phial.core.registry.VerdictChange;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A shard with clients that beat, in virtual time; the loop around it may stand still. */
final class VirtualShard {
  static final long MILLI = 1_000_000L;
  static final long SECOND = 1_000 * MILLI;

  /** A client. */
  static final class Beater {
    final String id;
    final int row;
    long intervalNanos;
    boolean silent;
    long nextNanos;
    private int sequence;
    private long lateNanos;

    private Beater(String id, int row, long intervalNanos) {
      this.id = id;
      this.row = row;
      this.intervalNanos = intervalNanos;
    }
  }

  final Shard shard;
  final List<VerdictChange> changes = new ArrayList<>();
  final List<Beater> beaters = new ArrayList<>();
  long nowNanos = SECOND;

  private final long tickNanos = ShardOptions.defaults().tickNanos();
  private final SplittableRandom random;
  private final long jitterNanos;

  /**
   * An empty shard with the default options.
   *
   * @param jitterNanos beats come up to this much late
   */
  VirtualShard(long seed, long jitterNanos) {
    this.random = new SplittableRandom(seed);
    this.jitterNanos = jitterNanos;
    this.shard = new Shard(ShardOptions.defaults(), (row, change) -> changes.add(change), nowNanos);
  }

  /** Registers clients of one transport; 0 as the declared interval leaves it to be learned. */
  void add(int count, Transport transport, long declaredNanos, long intervalNanos) {
    for (int n = 0; n < count; n++) {
      int number = beaters.size();
      int session = transport == Transport.UDP ? number + 1 : 0;
      String id = "client-" + number;
      ClientSpec spec = new ClientSpec(id, session, 1, transport, declaredNanos, false);
      Beater beater = new Beater(id, shard.register(spec, nowNanos), intervalNanos);
      beater.nextNanos = nowNanos + 1 + random.nextLong(intervalNanos);
      beaters.add(beater);
    }
  }

  /** A client announces another interval, as a registration does, and keeps it. */
  void announce(Beater beater, long intervalNanos) {
    ClientSpec old = shard.spec(beater.row);
    shard.register(
        new ClientSpec(
            old.id(), old.session(), old.incarnation(), old.transport(), intervalNanos, false),
        nowNanos);
    beater.intervalNanos = intervalNanos;
    beater.nextNanos = nowNanos + intervalNanos;
  }

  /** Time passes, with ticks and beats in it. */
  void run(long nanos) {
    long end = nowNanos + nanos;
    while (end - nowNanos > 0) {
      nowNanos += tickNanos;
      deliver();
      shard.onTick(nowNanos);
    }
  }

  /** The loop stands still; the beats of that time wait and are read before or after a tick. */
  void stall(long nanos, boolean isTickFirst) {
    nowNanos += nanos;
    if (isTickFirst) {
      shard.onTick(nowNanos);
    }
    deliver();
  }

  private void deliver() {
    for (Beater beater : beaters) {
      while (!beater.silent && beater.nextNanos - nowNanos <= 0) {
        beat(beater);
      }
    }
  }

  private void beat(Beater beater) {
    beater.sequence++;
    int sequence = shard.spec(beater.row).session() == 0 ? -1 : beater.sequence & 0xFFFF;
    shard.onBeat(beater.row, sequence, nowNanos);
    // Jitter does not add up: the schedule is kept, only this arrival is late.
    long late = jitterNanos == 0 ? 0 : random.nextLong(jitterNanos);
    long due = beater.nextNanos - beater.lateNanos + beater.intervalNanos;
    beater.lateNanos = late;
    beater.nextNanos = due + late;
  }

  /** Changes to a verdict since some number of changes ago. */
  long changesTo(Verdict verdict, int from) {
    return changes.subList(from, changes.size()).stream().filter(c -> c.to() == verdict).count();
  }

  /** Changes for the worse since some number of changes ago. */
  long worse(int from) {
    return changesTo(Verdict.SUSPECT, from) + changesTo(Verdict.DEAD, from);
  }
}
