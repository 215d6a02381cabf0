package io.phial.chaos.phi;

import io.phial.chaos.claim.Bound;
import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import io.phial.core.registry.Transport;
import java.time.Duration;
import java.util.List;

/** The shard's loop stands still while beats wait in its sockets. */
final class StallClaims implements ClaimGroup {
  private static final int CLIENTS = 50;
  private static final long JITTER = 20 * VirtualShard.MILLI;
  private static final long[] STALLS_SECONDS = {1, 2, 5, 10, 20, 30};

  private static final Claim NONE =
      new Claim(
          PhiArea.NAME,
          "verdicts from stalls of the judging loop of 1 to 30 s with beats waiting",
          Bound.exactly(0),
          "verdicts");

  @Override
  public List<Claim> claims() {
    return List.of(NONE);
  }

  @Override
  public void measure(long seed, Ledger ledger) {
    long start = System.nanoTime();
    VirtualShard world = new VirtualShard(seed, JITTER);
    world.add(CLIENTS, Transport.UDP, VirtualShard.SECOND, VirtualShard.SECOND);
    world.add(CLIENTS, Transport.TCP, VirtualShard.SECOND, VirtualShard.SECOND);
    world.run(60 * VirtualShard.SECOND);
    int before = world.changes.size();
    for (boolean isTickFirst : new boolean[] {false, true}) {
      for (long seconds : STALLS_SECONDS) {
        world.stall(seconds * VirtualShard.SECOND, isTickFirst);
        world.run(7_300 * VirtualShard.MILLI);
      }
    }
    long verdicts = world.worse(before);
    ledger.measured(NONE, (double) verdicts, Duration.ofNanos(System.nanoTime() - start));
  }
}
