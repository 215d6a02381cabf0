package io.phial.chaos.qos;

import java.util.random.RandomGenerator;

/** When one sender sends. */
interface Schedule {
  /** Nanoseconds in a second. */
  long SECOND = 1_000_000_000L;

  /** When the next beat is sent, not before the last one. */
  long nextNanos(RandomGenerator random);

  /** The interval that holds from the last beat on. */
  long intervalNanos();

  /** A clock that is exact. */
  static Schedule regular(long intervalNanos, long startNanos) {
    return drifting(intervalNanos, startNanos, 0, 0);
  }

  /**
   * A clock that is off by a constant share and by a share that wanders.
   *
   * @param wander standard deviation of what each interval adds to the share
   */
  static Schedule drifting(long intervalNanos, long startNanos, double share, double wander) {
    return new Schedule() {
      private double nextNanos = startNanos;
      private double wandered;

      @Override
      public long nextNanos(RandomGenerator random) {
        double now = nextNanos;
        wandered = 0.999 * wandered + wander * random.nextGaussian();
        nextNanos += intervalNanos * (1 + share + wandered);
        return (long) now;
      }

      @Override
      public long intervalNanos() {
        return intervalNanos;
      }
    };
  }

  /**
   * A sender that pauses now and then (garbage collection, a busy processor): beats that fall due
   * meanwhile go out together at the end. One beat in 500 begins a pause, lognormal with a mean of
   * 1 s and a coefficient of variation of 1.
   */
  static Schedule pausing(long intervalNanos, long startNanos) {
    Network pause = Network.lognormal(0, 1_000, 1);
    return new Schedule() {
      private long dueNanos = startNanos - intervalNanos;
      private long pausedUntilNanos = startNanos;

      @Override
      public long nextNanos(RandomGenerator random) {
        dueNanos += intervalNanos;
        if (random.nextInt(500) == 0) {
          pausedUntilNanos = Math.max(pausedUntilNanos, dueNanos + pause.delayNanos(random));
        }
        return Math.max(dueNanos, pausedUntilNanos);
      }

      @Override
      public long intervalNanos() {
        return intervalNanos;
      }
    };
  }

  /** A sender that changes between two intervals after 200 to 400 beats, and says so. */
  static Schedule changing(long oneNanos, long otherNanos, long startNanos) {
    return new Schedule() {
      private long interval = oneNanos;
      private long nextNanos = startNanos;
      private int left = -1;

      @Override
      public long nextNanos(RandomGenerator random) {
        if (left == 0) {
          interval = interval == oneNanos ? otherNanos : oneNanos;
        }
        if (left <= 0) {
          left = 200 + random.nextInt(200);
        }
        left--;
        long now = nextNanos;
        nextNanos += interval;
        return now;
      }

      @Override
      public long intervalNanos() {
        return interval;
      }
    };
  }
}
