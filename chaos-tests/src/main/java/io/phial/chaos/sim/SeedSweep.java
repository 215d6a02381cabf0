package io.phial.chaos.sim;

import io.phial.core.member.MemberOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Many seeds on some threads; the results come in the order of the seeds. */
final class SeedSweep {
  private SeedSweep() {}

  /**
   * Plays seeds {@code first} to {@code first + count - 1}.
   *
   * @param each gets every result, in order, as soon as it and all before it are there
   * @throws InterruptedException when interrupted; the rest is not played
   */
  static List<SeedResult> play(
      long first,
      int count,
      int nodesMin,
      int nodesMax,
      MemberOptions options,
      int threads,
      Consumer<SeedResult> each)
      throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<SeedResult>> pending = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        long seed = first + i;
        pending.add(
            pool.submit(
                () -> new SeedRun(seed, nodesMin, nodesMax, options, Narrator.silent()).play()));
      }
      List<SeedResult> results = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        SeedResult result = get(pending.get(i), first + i);
        each.accept(result);
        results.add(result);
      }
      return results;
    } finally {
      pool.shutdownNow();
    }
  }

  private static SeedResult get(Future<SeedResult> future, long seed) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("seed " + seed + " broke off", e.getCause());
    }
  }
}
