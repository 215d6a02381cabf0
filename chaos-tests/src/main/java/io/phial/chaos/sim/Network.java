package io.phial.chaos.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Delay, loss, bursts, duplication, bandwidth and cuts between the nodes of one world. */
final class Network {
  private static final long BURST_SLOT_NANOS = 200_000_000;
  private static final double BURST_LOSS = 0.8;
  private static final long BACKLOG_NANOS_MAX = 200_000_000;
  private static final long RETRANSMIT_NANOS = 200_000_000;
  private static final int RETRANSMITS_MAX = 15;

  /** A packet or connection that does not get through. */
  static final long LOST = -1;

  private final Climate climate;
  private final RandomGenerator random;
  private final long burstSeed;
  private final List<LinkRule> rules = new ArrayList<>();
  private long[] sentUntilNanos = new long[64];

  Network(Climate climate, RandomGenerator random) {
    this.climate = climate;
    this.random = random;
    this.burstSeed = random.nextLong();
  }

  Climate climate() {
    return climate;
  }

  void add(LinkRule rule) {
    rules.add(rule);
  }

  void remove(LinkRule rule) {
    rules.remove(rule);
  }

  /** Nanoseconds until a datagram arrives, or {@link #LOST}. */
  long datagramNanos(int from, int to, int bytes, long nowNanos) {
    long queued = queuedNanos(from, bytes, nowNanos);
    if (queued > BACKLOG_NANOS_MAX || isLost(from, to, nowNanos)) {
      return LOST;
    }
    return queued + delayNanos();
  }

  boolean isDuplicated() {
    return climate.duplicates() > 0 && random.nextDouble() < climate.duplicates();
  }

  /** Nanoseconds until a frame sent over a connection arrives, or {@link #LOST} when cut. */
  long streamNanos(int from, int to, int bytes, long nowNanos) {
    if (isCut(from, to, nowNanos) || isCut(to, from, nowNanos)) {
      return LOST;
    }
    // Connect, then send; a lost segment comes again after a while.
    long nanos = queuedNanos(from, bytes, nowNanos) + 3 * delayNanos();
    int retransmits = 0;
    while (isLost(from, to, nowNanos) || isLost(to, from, nowNanos)) {
      nanos += RETRANSMIT_NANOS << Math.min(retransmits, 3);
      if (++retransmits > RETRANSMITS_MAX) {
        return LOST;
      }
    }
    return nanos;
  }

  /** Nanoseconds of a connection attempt's round trip, or {@link #LOST}. */
  long connectNanos(int from, int to, long nowNanos) {
    boolean lost = isLost(from, to, nowNanos) || isLost(to, from, nowNanos);
    return lost ? LOST : delayNanos() + delayNanos();
  }

  boolean isCut(int from, int to, long nowNanos) {
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i).loss(from, to, nowNanos) >= 1) {
        return true;
      }
    }
    return false;
  }

  private long queuedNanos(int from, int bytes, long nowNanos) {
    while (from >= sentUntilNanos.length) {
      sentUntilNanos = java.util.Arrays.copyOf(sentUntilNanos, 2 * sentUntilNanos.length);
    }
    long start = Math.max(nowNanos, sentUntilNanos[from]);
    if (start - nowNanos > BACKLOG_NANOS_MAX) {
      return start - nowNanos;
    }
    sentUntilNanos[from] = start + (long) (bytes / climate.bytesPerSecond() * 1e9);
    return sentUntilNanos[from] - nowNanos;
  }

  private boolean isLost(int from, int to, long nowNanos) {
    double passes = 1 - climate.loss();
    if (climate.burstShare() > 0 && isBurst(from, to, nowNanos)) {
      passes *= 1 - BURST_LOSS;
    }
    for (int i = 0; i < rules.size(); i++) {
      passes *= 1 - rules.get(i).loss(from, to, nowNanos);
    }
    return passes < 1 && random.nextDouble() >= passes;
  }

  /** Whether this link is in a burst of loss: a hash of link and time, so it needs no state. */
  private boolean isBurst(int from, int to, long nowNanos) {
    long slot = nowNanos / BURST_SLOT_NANOS;
    long mixed = burstSeed ^ (slot * 0x9E3779B97F4A7C15L) ^ ((long) from << 40) ^ ((long) to << 20);
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    mixed ^= mixed >>> 31;
    return (mixed >>> 11) * 0x1.0p-53 < climate.burstShare();
  }

  private long delayNanos() {
    double extra = -Math.log(1 - random.nextDouble()) * climate.delayNanosMean();
    double times = random.nextDouble() < climate.tailShare() ? 10 : 1;
    return climate.delayNanosMin() + (long) (times * extra);
  }
}
