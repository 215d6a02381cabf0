package io.phial.chaos.phi;

import io.phial.chaos.claim.Bound;
import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import io.phial.core.registry.ClientSnapshot;
import io.phial.core.registry.Transport;
import io.phial.core.registry.Verdict;
import io.phial.core.registry.VerdictChange;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Half of a cohort falls silent at once, or one client alone. */
final class CommonCauseClaims implements ClaimGroup {
  private static final int CLIENTS = 1_000;
  private static final long JITTER = 20 * VirtualShard.MILLI;
  private static final long WATCHED = 600 * VirtualShard.SECOND;

  private static final Claim SUSPECT =
      claim("half a cohort silent at once: SUSPECT, against the time foretold", 1.1, "times");
  private static final Claim SLOWED =
      claim("half a cohort silent at once: DEAD within 1 s of when one alone would be", 10, "%");
  private static final Claim RELEASED =
      claim("half a cohort silent at once: seconds until all of them are DEAD", 600, "s");
  private static final Claim ALONE =
      claim("one client of a cohort silent: DEAD, against the time foretold", 1.1, "times");

  private static Claim claim(String text, double most, String unit) {
    return new Claim(PhiArea.NAME, text, Bound.atMost(most), unit);
  }

  /** When a silent client was expected to get its verdicts. */
  private record Foretold(long silentNanos, long suspectNanos, long deadNanos) {}

  @Override
  public List<Claim> claims() {
    return List.of(SUSPECT, SLOWED, RELEASED, ALONE);
  }

  @Override
  public void measure(long seed, Ledger ledger) {
    long start = System.nanoTime();
    VirtualShard half = world(seed);
    Map<String, Foretold> silent = silence(half, CLIENTS / 2);
    half.run(WATCHED);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    ledger.measured(SUSPECT, worstRatio(half, silent, Verdict.SUSPECT), took);
    long early =
        deaths(half, silent).entrySet().stream()
            .filter(e -> e.getValue() <= foretold(silent, e.getKey()) + VirtualShard.SECOND)
            .count();
    ledger.measured(SLOWED, 100.0 * early / silent.size(), took);
    enterReleased(half, silent, ledger, took);
    VirtualShard one = world(seed);
    Map<String, Foretold> alone = silence(one, 1);
    one.run(WATCHED / 10);
    ledger.measured(ALONE, worstRatio(one, alone, Verdict.DEAD), took);
  }

  private static long foretold(Map<String, Foretold> silent, String id) {
    Foretold times = silent.get(id);
    return times == null ? Long.MIN_VALUE / 2 : times.deadNanos;
  }

  private static void enterReleased(
      VirtualShard world, Map<String, Foretold> silent, Ledger ledger, Duration took) {
    Map<String, Long> deaths = deaths(world, silent);
    if (deaths.size() < silent.size()) {
      String reason = deaths.size() + " of " + silent.size() + " were DEAD after 600 s";
      ledger.unmeasured(RELEASED, reason, took);
      return;
    }
    long last = deaths.values().stream().mapToLong(Long::longValue).max().orElse(0);
    long from = silent.values().stream().mapToLong(Foretold::silentNanos).min().orElse(0);
    ledger.measured(RELEASED, (last - from) / (double) VirtualShard.SECOND, took);
  }

  private static VirtualShard world(long seed) {
    VirtualShard world = new VirtualShard(seed, JITTER);
    world.add(CLIENTS, Transport.UDP, VirtualShard.SECOND, VirtualShard.SECOND);
    world.run(120 * VirtualShard.SECOND);
    return world;
  }

  /** The first so many clients send nothing from now on. */
  private static Map<String, Foretold> silence(VirtualShard world, int count) {
    Map<String, Foretold> silent = new HashMap<>();
    for (VirtualShard.Beater beater : world.beaters.subList(0, count)) {
      beater.silent = true;
      ClientSnapshot snapshot = world.shard.snapshot(beater.row, world.nowNanos);
      long now = world.nowNanos;
      long from = now - snapshot.silenceNanos();
      silent.put(
          beater.id,
          new Foretold(from, now + snapshot.suspectInNanos(), now + snapshot.deadInNanos()));
    }
    return silent;
  }

  /** The longest time to a verdict over the time foretold; infinite when one never got it. */
  private static double worstRatio(
      VirtualShard world, Map<String, Foretold> silent, Verdict verdict) {
    Map<String, Long> times = times(world, silent, verdict);
    double worst = times.size() < silent.size() ? Double.POSITIVE_INFINITY : 0;
    for (Map.Entry<String, Foretold> entry : silent.entrySet()) {
      Foretold t = entry.getValue();
      long expected = verdict == Verdict.DEAD ? t.deadNanos : t.suspectNanos;
      Long at = times.get(entry.getKey());
      if (at != null) {
        worst = Math.max(worst, (double) (at - t.silentNanos) / (expected - t.silentNanos));
      }
    }
    return worst;
  }

  private static Map<String, Long> deaths(VirtualShard world, Map<String, Foretold> silent) {
    return times(world, silent, Verdict.DEAD);
  }

  private static Map<String, Long> times(
      VirtualShard world, Map<String, Foretold> silent, Verdict verdict) {
    Map<String, Long> times = new HashMap<>();
    for (VerdictChange change : world.changes) {
      Foretold foretold = silent.get(change.id());
      if (foretold != null
          && change.to() == verdict
          && change.atNanos() - foretold.silentNanos > 0) {
        times.putIfAbsent(change.id(), change.atNanos());
      }
    }
    return times;
  }
}
