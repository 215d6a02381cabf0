package io.phial.chaos.phi;

import io.phial.chaos.claim.Bound;
import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import io.phial.core.registry.Transport;
import java.time.Duration;
import java.util.List;
import java.util.function.DoublePredicate;

/** Changes of the interval between 1 s and 30 s, announced or not. */
final class IntervalClaims implements ClaimGroup {
  private static final long SHORT = VirtualShard.SECOND;
  private static final long LONG = 30 * VirtualShard.SECOND;
  private static final long JITTER = 20 * VirtualShard.MILLI;
  private static final int CLIENTS = 20;
  private static final int BEATS = 60;
  private static final int GIVE_UP_BEATS = 100;
  // Back at the short interval, detection may at most take this much longer than before.
  private static final double AS_BEFORE = 1.5;

  private static final Claim ANNOUNCED =
      new Claim(
          PhiArea.NAME,
          "wrong verdicts when 1 s is announced to become 30 s, and back",
          Bound.exactly(0),
          "verdicts");
  private static final Claim SLOWER = unannounced("30 s, nothing declared", 3);
  private static final Claim FASTER = unannounced("1 s again, nothing declared", 5);
  private static final Claim SLOWER_DECLARED = unannounced("30 s, though 1 s was declared", 3);
  private static final Claim FASTER_DECLARED = unannounced("1 s again, as was declared", 5);

  private static Claim unannounced(String change, int beatsMax) {
    String text = "beats until an unannounced change is learned: to " + change;
    return new Claim(PhiArea.NAME, text, Bound.atMost(beatsMax), "beats");
  }

  @Override
  public List<Claim> claims() {
    return List.of(ANNOUNCED, SLOWER, FASTER, SLOWER_DECLARED, FASTER_DECLARED);
  }

  @Override
  public void measure(long seed, Ledger ledger) {
    long start = System.nanoTime();
    ledger.measured(ANNOUNCED, (double) announced(seed), since(start));
    unannounced(new VirtualShard(seed, JITTER), 0, SLOWER, FASTER, ledger);
    unannounced(new VirtualShard(seed, JITTER), SHORT, SLOWER_DECLARED, FASTER_DECLARED, ledger);
  }

  private static Duration since(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  private static long announced(long seed) {
    VirtualShard world = new VirtualShard(seed, JITTER);
    world.add(CLIENTS, Transport.UDP, SHORT, SHORT);
    world.add(CLIENTS, Transport.TCP, SHORT, SHORT);
    for (int round = 0; round < 3; round++) {
      world.run(BEATS * SHORT);
      world.beaters.forEach(beater -> world.announce(beater, LONG));
      world.run(10 * LONG);
      world.beaters.forEach(beater -> world.announce(beater, SHORT));
    }
    world.run(BEATS * SHORT);
    return world.worse(0);
  }

  private static void unannounced(
      VirtualShard world, long declared, Claim slower, Claim faster, Ledger ledger) {
    long start = System.nanoTime();
    world.add(1, Transport.TCP, declared, SHORT);
    VirtualShard.Beater beater = world.beaters.get(0);
    world.run(BEATS * SHORT);
    double before = untilSuspect(world, beater);
    // Learned when the next beat at the new interval is no longer awaited in vain.
    int beats = beatsUntil(world, beater, LONG, nanos -> nanos > LONG + JITTER);
    ledger.measured(slower, beats, since(start));
    world.run(20 * LONG);
    int fasterBeats = beatsUntil(world, beater, SHORT, nanos -> nanos < AS_BEFORE * before);
    ledger.measured(faster, fasterBeats, since(start));
  }

  /** How many beats at a new interval it takes until the time to suspicion is as wanted. */
  private static int beatsUntil(
      VirtualShard world, VirtualShard.Beater beater, long intervalNanos, DoublePredicate wanted) {
    untilSuspect(world, beater);
    beater.nextNanos += intervalNanos - beater.intervalNanos;
    beater.intervalNanos = intervalNanos;
    int beats = 0;
    while (beats < GIVE_UP_BEATS) {
      beats++;
      if (wanted.test(untilSuspect(world, beater))) {
        break;
      }
    }
    return beats;
  }

  /** Runs to the next beat; returns the time from there to suspicion, 0 when suspected. */
  private static double untilSuspect(VirtualShard world, VirtualShard.Beater beater) {
    long next = beater.nextNanos;
    while (beater.nextNanos == next) {
      world.run(10 * VirtualShard.MILLI);
    }
    return Math.max(0, world.shard.snapshot(beater.row, world.nowNanos).suspectInNanos());
  }
}
