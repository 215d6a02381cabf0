package io.phial.bench;

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
 * The machine's limit: two words of a 64-byte record read and written, in random order, and nothing
 * else. No detector that keeps its state per client can be faster.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms1g", "-Xmx2g", "-XX:+UseSerialGC", "-XX:-UsePerfData"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LimitBenchmark {
  private static final int WORDS = 8;
  private static final int SEED = 7;

  /** Records. */
  @Param({"1", "100000", "1000000"})
  private int clients;

  private long[] records;
  private int[] order;
  private int next;

  /** Makes the records. */
  @Setup(Level.Trial)
  public void fill() {
    records = new long[clients * WORDS];
    order = CompareBenchmark.order(clients, new SplittableRandom(SEED));
  }

  /** One record. */
  @Benchmark
  public long record() {
    if (++next == clients) {
      next = 0;
    }
    int at = order[next] * WORDS;
    records[at + 5]++;
    return records[at] += next;
  }
}
