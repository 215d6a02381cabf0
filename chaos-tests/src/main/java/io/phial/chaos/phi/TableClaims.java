package io.phial.chaos.phi;

import io.phial.chaos.claim.Bound;
import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Shard;
import io.phial.core.registry.ShardOptions;
import io.phial.core.registry.Transport;
import io.phial.core.registry.Verdict;
import io.phial.core.registry.VerdictChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The wheel and the table of a shard, seen from outside. */
final class TableClaims implements ClaimGroup {
  private static final long SECOND = VirtualShard.SECOND;
  private static final int OPERATIONS = 100_000;
  private static final int IDS = 5_000;
  private static final int SILENT = 1_000;

  private static final Claim LATE =
      new Claim(
          PhiArea.NAME,
          "SUSPECT later than its deadline, 1000 clients of 0.1 s to 60 s",
          Bound.atMost(ShardOptions.defaults().tickNanos() / 1e6),
          "ms");
  private static final Claim EARLY =
      new Claim(PhiArea.NAME, "SUSPECT before its deadline", Bound.exactly(0), "verdicts");
  private static final Claim DIFFERS =
      new Claim(
          PhiArea.NAME,
          "answers of the table other than a map's, 100000 random operations",
          Bound.exactly(0),
          "answers");

  @Override
  public List<Claim> claims() {
    return List.of(LATE, EARLY, DIFFERS);
  }

  @Override
  public void measure(long seed, Ledger ledger) {
    long start = System.nanoTime();
    measureWheel(seed, ledger, start);
    ledger.measured(DIFFERS, (double) differences(seed), since(start));
  }

  private static Duration since(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  private static void measureWheel(long seed, Ledger ledger, long start) {
    SplittableRandom random = new SplittableRandom(seed);
    VirtualShard world = new VirtualShard(seed, 0);
    Map<String, Long> deadlines = new HashMap<>();
    for (int n = 0; n < SILENT; n++) {
      long interval = (long) (SECOND * 0.1 * Math.pow(600, random.nextDouble()));
      world.add(1, Transport.UDP, interval, interval);
      VirtualShard.Beater beater = world.beaters.get(n);
      beater.silent = true;
      long due = world.shard.snapshot(beater.row, world.nowNanos).suspectInNanos();
      deadlines.put(beater.id, world.nowNanos + due);
      world.run(10 * VirtualShard.MILLI);
    }
    long last = deadlines.values().stream().mapToLong(Long::longValue).max().orElse(0);
    world.run(last - world.nowNanos + SECOND);
    double late = 0;
    int early = 0;
    int seen = 0;
    for (VerdictChange change : world.changes) {
      Long deadline = deadlines.get(change.id());
      if (change.to() == Verdict.SUSPECT && deadline != null) {
        seen++;
        late = Math.max(late, (change.atNanos() - deadline) / 1e6);
        early += change.atNanos() < deadline ? 1 : 0;
      }
    }
    ledger.measured(LATE, seen == SILENT ? late : Double.POSITIVE_INFINITY, since(start));
    ledger.measured(EARLY, early, since(start));
  }

  private static long differences(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Shard shard = new Shard(ShardOptions.defaults(), (row, change) -> {}, 0);
    Map<String, Integer> rows = new HashMap<>();
    List<Integer> sessions = new ArrayList<>();
    for (int n = 0; n < IDS; n++) {
      sessions.add(n + 1);
    }
    long differences = 0;
    for (int n = 0; n < OPERATIONS; n++) {
      int number = random.nextInt(IDS);
      String id = "client-" + number;
      Integer known = rows.get(id);
      if (random.nextInt(3) > 0) {
        ClientSpec spec = new ClientSpec(id, sessions.get(number), 1, Transport.UDP, SECOND, false);
        int row = shard.register(spec, n);
        differences += known != null && known != row ? 1 : 0;
        rows.put(id, row);
      } else if (known != null) {
        shard.drop(known);
        rows.remove(id);
      }
      int expected = rows.getOrDefault(id, Shard.NONE);
      differences += shard.rowOf(id) == expected ? 0 : 1;
      differences += shard.rowOfSession(sessions.get(number)) == expected ? 0 : 1;
    }
    differences += Math.abs(shard.size() - rows.size());
    return differences;
  }
}
