package io.phial.bench;

import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Shard;
import io.phial.core.registry.ShardOptions;
import io.phial.core.registry.Transport;
import io.phial.core.registry.VerdictChange;
import io.phial.core.registry.VerdictSink;

/** A shard of ours; the handle of a client is its row. */
final class PhialFleet extends Fleet<Object> {
  private static final long SECOND_NANOS = 1_000_000_000L;

  /** Counts what should not happen here. */
  private static final class Count implements VerdictSink {
    private long changes;

    @Override
    public void onVerdict(int row, VerdictChange change) {
      changes++;
    }
  }

  private final Count count = new Count();
  private final Shard shard;
  private final int[] rows;
  private final int[] batchRows = new int[CompareBenchmark.BATCH];
  private final int[] batchSequences = new int[CompareBenchmark.BATCH];

  PhialFleet(String[] ids, long nowNanos) {
    super(new String[0], new Object[0], Object::new);
    shard = new Shard(withoutStalls(ShardOptions.defaults()), count, nowNanos);
    rows = new int[ids.length];
    allIds = ids;
    java.util.Arrays.fill(batchSequences, -1);
    for (int client = 0; client < ids.length; client++) {
      rows[client] =
          shard.register(
              new ClientSpec(ids[client], client + 1, 1, Transport.UDP, SECOND_NANOS, false),
              nowNanos);
    }
  }

  private final String[] allIds;

  /** Virtual time goes as fast as the machine; a stall of the shard is not what is measured. */
  static ShardOptions withoutStalls(ShardOptions o) {
    return new ShardOptions(
        o.clientsMax(),
        o.tickNanos(),
        Long.MAX_VALUE / 4,
        o.suspectPhi(),
        o.deadPhi(),
        o.graceIntervals(),
        o.graceNanosMin(),
        o.reconnectGraceNanos(),
        o.learnIntervalNanosMax(),
        o.deadRetentionNanos());
  }

  @Override
  double beat(int client, long nanos, long laterNanos) {
    shard.onBeat(rows[client], -1, nanos);
    return shard.phi(rows[client], laterNanos);
  }

  @Override
  double beatById(int client, long nanos, long laterNanos) {
    int row = shard.rowOf(allIds[client]);
    shard.onBeat(row, -1, nanos);
    return shard.phi(row, laterNanos);
  }

  @Override
  double beat(Object detector, long nanos, long laterNanos) {
    throw new UnsupportedOperationException("rows are numbers");
  }

  /** Takes the beats of many at one instant, then tells the suspicion of each. */
  double batch(int[] clients, long nanos, long laterNanos) {
    for (int i = 0; i < clients.length; i++) {
      batchRows[i] = rows[clients[i]];
    }
    shard.onBeats(batchRows, batchSequences, clients.length, nanos);
    double sum = 0;
    for (int i = 0; i < clients.length; i++) {
      sum += shard.phi(batchRows[i], laterNanos);
    }
    return sum;
  }

  /** When the suspicion of a client will reach 8. */
  long deadline(int client, long nanos) {
    return shard.deadlineNanos(rows[client], 8, nanos);
  }

  @Override
  void tick(long nanos) {
    shard.onTick(nanos);
  }

  @Override
  Object memory() {
    return shard;
  }

  /** Verdicts but the first of each client. */
  long mistakes() {
    return count.changes - rows.length;
  }
}
