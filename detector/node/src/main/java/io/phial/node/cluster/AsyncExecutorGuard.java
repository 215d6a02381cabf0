package io.phial.node.cluster;

import com.hazelcast.internal.util.ConcurrencyUtil;
import java.util.concurrent.ForkJoinPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps Hazelcast from starting one new thread per asynchronous completion.
 *
 * <p>With two processors or fewer the JDK's common pool has a parallelism of 1, and Hazelcast then
 * takes a thread per completion for its default executor, also beneath completions that we send to
 * our own: 28 to 40 times slower. The launcher sets {@code
 * -Djava.util.concurrent.ForkJoinPool.common.parallelism=2}; where it is missing (an embedded node,
 * an IDE) this gives Hazelcast a pool of two through the setter that its own tests use.
 */
final class AsyncExecutorGuard {
  private static final Logger LOG = LoggerFactory.getLogger(AsyncExecutorGuard.class);
  private static final int PARALLELISM = 2;

  private static boolean installed;

  private AsyncExecutorGuard() {}

  /** Call before Hazelcast starts; does its work once per process. */
  static synchronized void install() {
    if (installed || ForkJoinPool.getCommonPoolParallelism() >= PARALLELISM) {
      return;
    }
    installed = true;
    try {
      ConcurrencyUtil.setDefaultAsyncExecutor(
          new ForkJoinPool(
              PARALLELISM, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true));
    } catch (LinkageError e) {
      LOG.warn(
          "hazelcast completions take a thread each, set"
              + " -Djava.util.concurrent.ForkJoinPool.common.parallelism=2: {}",
          ClusterException.brief(e));
    }
  }
}
