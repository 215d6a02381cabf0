package io.phial.bench;

import com.hazelcast.internal.cluster.fd.PhiAccrualFailureDetector;

/** Hazelcast's internal {@code PhiAccrualFailureDetector}. */
final class HazelcastFleet extends Fleet<PhiAccrualFailureDetector> {
  private static final double THRESHOLD = 8;
  private static final double DEVIATION_MILLIS_MIN = 100;
  private static final long PAUSE_MILLIS = 3_000;
  private static final long INTERVAL_MILLIS = 1_000;

  HazelcastFleet(String[] ids) {
    super(ids, new PhiAccrualFailureDetector[ids.length], HazelcastFleet::create);
  }

  private static PhiAccrualFailureDetector create() {
    return new PhiAccrualFailureDetector(
        THRESHOLD, WINDOW, DEVIATION_MILLIS_MIN, PAUSE_MILLIS, INTERVAL_MILLIS);
  }

  @Override
  double beat(PhiAccrualFailureDetector detector, long nanos, long laterNanos) {
    detector.heartbeat(nanos / 1_000_000);
    return detector.suspicionLevel(laterNanos / 1_000_000);
  }
}
