package io.phial.chaos.phi;

import io.phial.chaos.claim.Bound;
import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import io.phial.core.phi.ArrivalModel;
import io.phial.core.phi.CalibratedModel;
import io.phial.core.phi.Cohort;
import io.phial.core.phi.PhiOptions;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** Properties of the model after random histories of random clients. */
final class ModelClaims implements ClaimGroup {
  private static final int HISTORIES = 1_000;
  private static final int BEATS_MAX = 400;
  private static final double[] THRESHOLDS = {0.5, 1, 2, 3, 4, 6, 8, 12, 16, 30};

  private static final Claim FALLS =
      claim("phi falls or leaves the numbers in up to 10^6 intervals of silence", 0, "cases");
  private static final Claim AGREES =
      claim("phi at the deadline for a threshold, off that threshold, in millionths", 1, "10^-6");
  private static final Claim RESTORES =
      claim("deadlines that differ after export and restore", 0, "deadlines");
  private static final Claim BYTES =
      claim("exported estimate", ArrivalModel.EXPORT_BYTES_MAX, "bytes");

  private static Claim claim(String text, double most, String unit) {
    return new Claim(PhiArea.NAME, text, Bound.atMost(most), unit);
  }

  @Override
  public List<Claim> claims() {
    return List.of(FALLS, AGREES, RESTORES, BYTES);
  }

  @Override
  public void measure(long seed, Ledger ledger) {
    long start = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    Findings findings = new Findings();
    for (int n = 0; n < HISTORIES; n++) {
      new Client(random.split()).look(findings);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    ledger.measured(FALLS, (double) findings.falls, took);
    ledger.measured(AGREES, findings.off * 1e6, took);
    ledger.measured(RESTORES, (double) findings.restoredOtherwise, took);
    ledger.measured(BYTES, findings.bytes, took);
  }

  /** The worst of what was seen. */
  private static final class Findings {
    long falls;
    double off;
    long restoredOtherwise;
    int bytes;
  }

  /** One client with a history. */
  private static final class Client {
    private final CalibratedModel model;
    private final long[] state = new long[ArrivalModel.WORDS];
    private final long intervalNanos;
    private long now;

    Client(SplittableRandom random) {
      PhiOptions options = PhiOptions.defaults().withAnchored(random.nextBoolean());
      model = new CalibratedModel(options, new Cohort(options));
      // 1 ms to about a day, evenly in the logarithm.
      intervalNanos = (long) (1e6 * Math.pow(10, 7.9 * random.nextDouble()));
      double jitter = 0.6 * random.nextDouble() * random.nextDouble();
      double loss = 0.5 * random.nextDouble() * random.nextDouble();
      now = random.nextLong();
      model.start(state, 0, intervalNanos, now);
      int beats = random.nextInt(BEATS_MAX);
      int lost = 0;
      for (int n = 0; n < beats; n++) {
        lost = random.nextDouble() < loss ? lost + 1 : 0;
        double late = Math.abs(random.nextGaussian()) * jitter;
        if (lost == 0) {
          beat(n, (long) (late * intervalNanos), options.learnPhi());
        }
      }
    }

    private int lastBeat = -1;
    private long lateBefore;

    private void beat(int number, long lateNanos, double learnPhi) {
      int ahead = number - lastBeat;
      now += Math.max(0, ahead * intervalNanos + lateNanos - lateBefore);
      boolean learn = model.phi(state, 0, now) < learnPhi;
      model.onArrival(state, 0, now, ahead, learn);
      lateBefore = lateNanos;
      lastBeat = number;
    }

    void look(Findings findings) {
      double before = -1;
      for (double silence = 0; silence <= 1e6; silence = silence * 1.2 + 0.05) {
        double phi = model.phi(state, 0, now + (long) (silence * intervalNanos));
        findings.falls += phi >= before && phi <= Double.MAX_VALUE ? 0 : 1;
        before = phi;
      }
      byte[] bytes = model.exported(state, 0);
      findings.bytes = Math.max(findings.bytes, bytes.length);
      long[] restored = new long[ArrivalModel.WORDS];
      boolean taken = model.restore(restored, 0, bytes, model.lastArrivalNanos(state, 0));
      for (double threshold : THRESHOLDS) {
        long deadline = model.deadlineNanos(state, 0, threshold);
        // The deadline is the first whole nanosecond at which the threshold is reached.
        double missing = threshold - model.phi(state, 0, deadline);
        boolean isLater = deadline - model.lastArrivalNanos(state, 0) > 2;
        double early = isLater ? model.phi(state, 0, deadline - 2) - threshold : 0;
        findings.off = Math.max(findings.off, Math.max(missing, early));
        boolean same = taken && model.deadlineNanos(restored, 0, threshold) == deadline;
        findings.restoredOtherwise += same ? 0 : 1;
      }
    }
  }
}
