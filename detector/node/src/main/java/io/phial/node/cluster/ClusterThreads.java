package io.phial.node.cluster;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The cluster edge's own few threads, so that Hazelcast's completions never run on a default
 * executor and nothing that may block shares a thread with anything that must not. Idle threads
 * end.
 *
 * @param worker short tasks: completions, encoding
 * @param scan passes over the records; may block while a member hangs, so few and refused beyond
 * @param log reads of the event log, one at a time; may block as well
 * @param life opening and closing, in order; may block for the start time-out
 * @param control evictions; apart from the rest because they are what unblocks the rest
 * @param timer retries and probes
 */
record ClusterThreads(
    ExecutorService worker,
    ExecutorService scan,
    ExecutorService log,
    ExecutorService life,
    ExecutorService control,
    ScheduledExecutorService timer) {

  static ClusterThreads create() {
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, factory("timer"));
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return new ClusterThreads(
        pool("worker", 2, 10_000),
        pool("scan", 2, 16),
        pool("log", 1, 4),
        pool("life", 1, 16),
        pool("control", 1, 1_024),
        timer);
  }

  /** A pool whose threads end when idle and which refuses beyond its queue. */
  static ExecutorService pool(String name, int threads, int queueMax) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(queueMax),
            factory(name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static ThreadFactory factory(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, "phial-cluster-" + name + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  void shutdown() {
    List.of(worker, scan, log, life, control, timer).forEach(ExecutorService::shutdown);
  }
}
