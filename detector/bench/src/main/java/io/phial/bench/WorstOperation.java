package io.phial.bench;

import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Shard;
import io.phial.core.registry.ShardOptions;
import io.phial.core.registry.Transport;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The longest single operation of a shard while a million clients come, and all but one in a
 * hundred leave again: processor time of the thread, so garbage collection and other programs are
 * not in it.
 */
final class WorstOperation {
  private static final int CLIENTS = 1_000_000;
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long TICK_NANOS = 10_000_000L;
  private static final int PER_TICK = 1_000;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final Shard shard;
  private long nowNanos = SECOND_NANOS;

  WorstOperation() {
    ShardOptions options = PhialFleet.withoutStalls(ShardOptions.defaults());
    shard = new Shard(options, (row, change) -> {}, nowNanos);
  }

  /** Measures twice and prints the second time: the first is for the compiler. */
  static void run() {
    new WorstOperation().rounds(false);
    new WorstOperation().rounds(true);
  }

  private void rounds(boolean print) {
    long[] registered = new long[CLIENTS];
    long[] ticked = new long[CLIENTS / PER_TICK];
    for (int n = 0; n < CLIENTS; n++) {
      // An interval of an hour: what is measured is the table, not the verdicts.
      ClientSpec spec =
          new ClientSpec("client-" + n, n + 1, 1, Transport.UDP, 3_600 * SECOND_NANOS, false);
      long before = threads.getCurrentThreadCpuTime();
      shard.register(spec, nowNanos);
      registered[n] = threads.getCurrentThreadCpuTime() - before;
      tick(n, ticked);
    }
    long full = shard.bytesHeld();
    long[] dropped = new long[CLIENTS];
    SplittableRandom random = new SplittableRandom(7);
    long[] tickedShrinking = new long[CLIENTS / PER_TICK];
    for (int n = 0; n < CLIENTS; n++) {
      if (random.nextInt(100) > 0) {
        int row = shard.rowOf("client-" + n);
        long before = threads.getCurrentThreadCpuTime();
        shard.drop(row);
        dropped[n] = threads.getCurrentThreadCpuTime() - before;
      }
      tick(n, tickedShrinking);
    }
    for (int n = 0; n < CLIENTS; n += PER_TICK) {
      tick(n, ticked);
    }
    if (print) {
      print("register, growing to a million", registered);
      print("drop, shrinking to ten thousand", dropped);
      print("tick, while growing and at rest", ticked);
      print("tick, while shrinking", tickedShrinking);
      System.out.printf(
          Locale.ROOT,
          "held for records and ids: %,d bytes full, %,d bytes with %,d clients left%n",
          full,
          shard.bytesHeld(),
          shard.size());
    }
  }

  private void tick(int n, long[] nanos) {
    if (n % PER_TICK == 0) {
      nowNanos += TICK_NANOS;
      long before = threads.getCurrentThreadCpuTime();
      shard.onTick(nowNanos);
      nanos[n / PER_TICK] = threads.getCurrentThreadCpuTime() - before;
    }
  }

  private static void print(String what, long[] nanos) {
    Arrays.sort(nanos);
    System.out.printf(
        Locale.ROOT,
        "%-34s median %7.1f us, 99.99 %% %7.1f us, worst %7.1f us%n",
        what,
        nanos[nanos.length / 2] / 1e3,
        nanos[(int) (nanos.length * 0.9999)] / 1e3,
        nanos[nanos.length - 1] / 1e3);
  }
}
