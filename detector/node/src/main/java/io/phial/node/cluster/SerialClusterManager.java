package io.phial.node.cluster;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import io.vertx.core.Completable;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.concurrent.Executor;

/**
 * vertx-hazelcast's cluster manager with its event handling moved off Hazelcast's threads.
 *
 * <p>As it comes, it scans and rewrites shared maps inside Hazelcast's own membership and merge
 * events, where a partition that is just moving can never answer: a merge then hangs for ever
 * (vertx-hazelcast issue 215). Here every event is handled in order on one thread of ours.
 */
final class SerialClusterManager extends HazelcastClusterManager {
  private final Executor serial;
  private volatile boolean abandoned;

  SerialClusterManager(HazelcastInstance hazelcast, Executor serial) {
    super(hazelcast);
    this.serial = serial;
  }

  /** From now on leaving is a formality: Hazelcast is gone and every call to it would fail. */
  void abandon() {
    abandoned = true;
  }

  @Override
  public void leave(Completable<Void> promise) {
    if (abandoned) {
      promise.succeed();
    } else {
      super.leave(promise);
    }
  }

  // Not synchronized like the overridden methods: taking the monitor here would wait for a handler
  // that is under way on the serial thread.
  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized")
  public void memberAdded(MembershipEvent event) {
    serial.execute(() -> super.memberAdded(event));
  }

  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized")
  public void memberRemoved(MembershipEvent event) {
    serial.execute(() -> super.memberRemoved(event));
  }

  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized")
  public void stateChanged(LifecycleEvent event) {
    serial.execute(() -> super.stateChanged(event));
  }
}
