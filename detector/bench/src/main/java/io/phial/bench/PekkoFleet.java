package io.phial.bench;

import java.util.concurrent.TimeUnit;
import org.apache.pekko.remote.FailureDetector;
import org.apache.pekko.remote.PhiAccrualFailureDetector;
import scala.concurrent.duration.FiniteDuration;

/** Pekko's {@code PhiAccrualFailureDetector}; its clock is ours. */
final class PekkoFleet extends Fleet<PhiAccrualFailureDetector> {
  private static final VirtualClock CLOCK = new VirtualClock();
  private static final FiniteDuration DEVIATION = millis(100);
  private static final FiniteDuration PAUSE = millis(3_000);
  private static final FiniteDuration FIRST = millis(1_000);

  /** Milliseconds, as the detector takes them. */
  private static final class VirtualClock extends FailureDetector.Clock {
    private long nowMillis;

    @Override
    public Object apply() {
      return nowMillis;
    }

    @Override
    public long apply$mcJ$sp() {
      return nowMillis;
    }
  }

  private static FiniteDuration millis(long millis) {
    return FiniteDuration.apply(millis, TimeUnit.MILLISECONDS);
  }

  PekkoFleet(String[] ids) {
    super(ids, new PhiAccrualFailureDetector[ids.length], PekkoFleet::create);
  }

  private static PhiAccrualFailureDetector create() {
    return new PhiAccrualFailureDetector(8, WINDOW, DEVIATION, PAUSE, FIRST, CLOCK);
  }

  @Override
  double beat(PhiAccrualFailureDetector detector, long nanos, long laterNanos) {
    CLOCK.nowMillis = nanos / 1_000_000;
    detector.heartbeat();
    CLOCK.nowMillis = laterNanos / 1_000_000;
    return detector.phi();
  }
}
