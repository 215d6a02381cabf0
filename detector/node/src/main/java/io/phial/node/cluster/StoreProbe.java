package io.phial.node.cluster;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for the view at every turn, so that being usable is known without traffic, and now and then
 * whether the others can still find this node on the bus: vertx-hazelcast loses registrations at
 * times (its issue 196) and then nothing ever restores them. One probe at a time; turns come from
 * one thread.
 */
final class StoreProbe {
  private static final Logger LOG = LoggerFactory.getLogger(StoreProbe.class);
  private static final int PROBES_PER_CHECK = 10;
  private static final int MISSES = 2;

  private final StoreOperations operations;
  private final Supplier<@Nullable HazelcastLink> joined;
  private final Executor scan;
  private final Runnable lost;
  private final AtomicBoolean probing = new AtomicBoolean();
  private final AtomicInteger unregistered = new AtomicInteger();
  private int probes;

  /**
   * Creates it.
   *
   * @param scan may block
   * @param lost the registration is gone for good
   */
  StoreProbe(
      StoreOperations operations,
      Supplier<@Nullable HazelcastLink> joined,
      Executor scan,
      Runnable lost) {
    this.operations = operations;
    this.joined = joined;
    this.scan = scan;
    this.lost = lost;
  }

  void turn() {
    HazelcastLink life = joined.get();
    if (life == null || !probing.compareAndSet(false, true)) {
      return;
    }
    if (++probes % PROBES_PER_CHECK == 0) {
      check(life);
    }
    operations
        .run("probe", asked -> asked.view().getAsync(HazelcastSettings.VIEW_KEY), bytes -> true)
        .onComplete(done -> probing.set(false));
  }

  private void check(HazelcastLink life) {
    try {
      scan.execute(() -> checkNow(life));
    } catch (RejectedExecutionException e) {
      LOG.debug("the registration is checked later", e);
    }
  }

  private void checkNow(HazelcastLink life) {
    boolean registered;
    try {
      registered = life != joined.get() || life.isRegistered();
    } catch (RuntimeException e) {
      LOG.debug("the registration could not be checked", e);
      return;
    }
    if (registered) {
      unregistered.set(0);
    } else if (unregistered.incrementAndGet() >= MISSES && life == joined.get()) {
      unregistered.set(0);
      lost.run();
    }
  }
}
