package io.phial.chaos.qos;

import io.phial.chaos.claim.Bound;
import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** The simulator gives what the closed form of NFD-S says. */
public final class NfdSClaims {
  private static final long BEATS = 20_000_000;
  private static final long BEATS_QUICK = 2_000_000;

  private final boolean quick;
  private final Claim recurrence;
  private final Claim duration;
  private final Claim detection;

  /**
   * Those of an area.
   *
   * @param quick fewer beats, and only the steps of the staircase that they resolve
   */
  public NfdSClaims(String area, boolean quick) {
    this.quick = quick;
    String of = " of NFD-S in the simulator, off its closed form";
    recurrence = new Claim(area, "mistake recurrence time" + of, Bound.atMost(3), "%");
    duration = new Claim(area, "mistake duration" + of, Bound.atMost(3), "%");
    detection = new Claim(area, "detection time" + of, Bound.atMost(3), "%");
  }

  /** In the order in which they are shown. */
  public List<Claim> claims() {
    // With fewer beats the length of a mistake, mostly short and seldom an interval, is too noisy.
    return quick ? List.of(recurrence, detection) : List.of(recurrence, duration, detection);
  }

  /** Measures all of them. */
  public void measure(long seed, Ledger ledger) throws IOException, InterruptedException {
    long start = System.nanoTime();
    long beats = quick ? BEATS_QUICK : BEATS;
    double[] tenPerCent = quick ? new double[] {1.1, 1.5} : new double[] {1.1, 1.5, 2.1};
    List<NfdSRun.Deviation> errors = new ArrayList<>();
    try (QosRun run = new QosRun(1)) {
      errors.addAll(NfdSRun.errors(run, seed, beats, 0.01, 0.5, 1.0));
      errors.addAll(NfdSRun.errors(run, seed, beats, 0.1, tenPerCent));
    }
    errors.forEach(error -> ledger.note(error.toString()));
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    enter(ledger, recurrence, errors.stream().mapToDouble(NfdSRun.Deviation::recurrence), took);
    if (!quick) {
      enter(ledger, duration, errors.stream().mapToDouble(NfdSRun.Deviation::duration), took);
    }
    enter(ledger, detection, errors.stream().mapToDouble(NfdSRun.Deviation::detection), took);
  }

  private static void enter(Ledger ledger, Claim claim, DoubleStream errors, Duration took) {
    ledger.measured(claim, errors.max().orElse(Double.NaN), took);
  }
}
