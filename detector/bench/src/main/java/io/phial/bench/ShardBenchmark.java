package io.phial.bench;

import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Shard;
import io.phial.core.registry.ShardOptions;
import io.phial.core.registry.Transport;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Beats per second that one shard takes, on one thread, in virtual time: every client beats once a
 * second, in an order that is random once and then stays, and the shard's ticks are part of it. A
 * thousand clients stay in the cache; with a million every beat is a cache miss.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ShardBenchmark {
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final int SEED = 7;

  /** Clients of the shard. */
  @Param({"1000", "1000000"})
  private int clients;

  private Shard shard;
  private int[] rows;
  private long tickNanos;
  private long stepNanos;
  private long nowNanos;
  private long tickedNanos;
  private int next;
  private int sequence;
  private long verdicts;

  /** Registers everybody. */
  @Setup(Level.Trial)
  public void register() {
    ShardOptions defaults = ShardOptions.defaults();
    tickNanos = defaults.tickNanos();
    nowNanos = SECOND_NANOS;
    shard = new Shard(PhialFleet.withoutStalls(defaults), (row, change) -> verdicts++, nowNanos);
    rows = new int[clients];
    for (int i = 0; i < clients; i++) {
      ClientSpec spec = new ClientSpec("client-" + i, i + 1, 1, Transport.UDP, SECOND_NANOS, false);
      rows[i] = shard.register(spec, nowNanos);
    }
    shuffle(new SplittableRandom(SEED));
    stepNanos = SECOND_NANOS / clients;
    tickedNanos = nowNanos;
    verdicts = 0;
  }

  private void shuffle(SplittableRandom random) {
    for (int i = rows.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int row = rows[i];
      rows[i] = rows[j];
      rows[j] = row;
    }
  }

  /** One beat of the next client. */
  @Benchmark
  public boolean beat() {
    if (next == rows.length) {
      next = 0;
      sequence++;
    }
    nowNanos += stepNanos;
    if (nowNanos - tickedNanos >= tickNanos) {
      tickedNanos = nowNanos;
      shard.onTick(nowNanos);
    }
    return shard.onBeat(rows[next++], sequence & 0xffff, nowNanos);
  }
}
