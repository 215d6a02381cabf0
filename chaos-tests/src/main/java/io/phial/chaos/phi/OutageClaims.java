package io.phial.chaos.phi;

import io.phial.chaos.claim.Bound;
import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import io.phial.core.phi.classic.Detector;
import io.phial.core.phi.classic.DetectorKind;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/** A long outage must not teach a client's estimate anything. */
final class OutageClaims implements ClaimGroup {
  private static final long SECOND = 1_000_000_000L;
  private static final int OUTAGE_BEATS = 600;
  private static final int CLIENTS = 200;
  private static final int BEATS = 600;
  private static final int AVERAGED_BEATS = 20;
  private static final double PHI = 4;

  private static final Claim QUIET = claim("quiet network");
  private static final Claim MOBILE = claim("mobile network");

  private static Claim claim(String network) {
    String text = "change of the next detection time by one outage of 600 s, " + network;
    return new Claim(PhiArea.NAME, text, Bound.atMost(10), "%");
  }

  @Override
  public List<Claim> claims() {
    return List.of(QUIET, MOBILE);
  }

  @Override
  public void measure(long seed, Ledger ledger) {
    enter(ledger, QUIET, seed, random -> 0.001 * Math.exp(0.8 * random.nextGaussian()));
    enter(ledger, MOBILE, seed, random -> 0.05 + 0.13 * Math.exp(1.27 * random.nextGaussian()));
  }

  private static void enter(
      Ledger ledger, Claim claim, long seed, ToDoubleFunction<SplittableRandom> delaySeconds) {
    long start = System.nanoTime();
    double change = new Fleet(seed, delaySeconds).changePerCent();
    ledger.measured(claim, change, Duration.ofNanos(System.nanoTime() - start));
  }

  /** Clients of one cohort that beat, fall silent all together, and come back. */
  private static final class Fleet {
    private final SplittableRandom random;
    private final ToDoubleFunction<SplittableRandom> delaySeconds;
    private final Detector[] detectors = new Detector[CLIENTS];

    Fleet(long seed, ToDoubleFunction<SplittableRandom> delaySeconds) {
      this.random = new SplittableRandom(seed);
      this.delaySeconds = delaySeconds;
      DetectorKind.Fleet fleet = DetectorKind.CALIBRATED_PHI.fleet(PHI);
      for (int c = 0; c < CLIENTS; c++) {
        detectors[c] = fleet.detector(SECOND, 0);
      }
    }

    double changePerCent() {
      double before = 0;
      for (int beat = 1; beat <= BEATS; beat++) {
        double mean = beat(beat);
        before += beat > BEATS - AVERAGED_BEATS ? mean / AVERAGED_BEATS : 0;
      }
      double after = beat(BEATS + OUTAGE_BEATS);
      return 100 * Math.abs(after / before - 1);
    }

    /** Everybody sends this beat; returns the mean detection time after it. */
    private double beat(int sequence) {
      double sum = 0;
      long sent = sequence * SECOND;
      for (Detector detector : detectors) {
        detector.onBeat(sequence, sent + (long) (delaySeconds.applyAsDouble(random) * SECOND));
        sum += detector.deadlineNanos(PHI) - sent;
      }
      return sum / CLIENTS;
    }
  }
}
