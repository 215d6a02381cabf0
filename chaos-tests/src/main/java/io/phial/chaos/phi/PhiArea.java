package io.phial.chaos.phi;

import io.phial.chaos.claim.Area;
import io.phial.chaos.claim.AreaRun;
import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import io.phial.chaos.claim.Plan;
import io.phial.chaos.qos.CalibrationClaims;
import io.phial.chaos.qos.DetectionClaims;
import io.phial.chaos.qos.NfdSClaims;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The calibrated detector, in virtual time: calibration, detection, verdicts of a shard. */
public final class PhiArea implements Area {
  static final String NAME = "phi";

  private static final Duration LIMIT = Duration.ofMinutes(40);
  private static final Duration LIMIT_QUICK = Duration.ofMinutes(5);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "the calibrated detector: calibration, detection time, verdicts in virtual time";
  }

  @Override
  public List<Claim> claims(Plan plan) {
    List<Claim> claims = new ArrayList<>();
    groups(plan).forEach(group -> claims.addAll(group.claims()));
    return claims;
  }

  @Override
  public Duration limit(Plan plan) {
    return (plan.quick() ? LIMIT_QUICK : LIMIT).multipliedBy(plan.runs());
  }

  @Override
  public void measure(Plan plan, Ledger ledger) throws InterruptedException {
    for (int run = 0; run < plan.runs(); run++) {
      for (ClaimGroup group : groups(plan)) {
        measure(group, plan.seed() + run, ledger);
      }
    }
  }

  /** One group that breaks off must not keep the others from being measured. */
  private static void measure(ClaimGroup group, long seed, Ledger ledger)
      throws InterruptedException {
    try {
      group.measure(seed, ledger);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      String reason = AreaRun.sentence(e);
      group.claims().forEach(claim -> ledger.unmeasured(claim, reason, Duration.ZERO));
    }
  }

  private static List<ClaimGroup> groups(Plan plan) {
    List<ClaimGroup> groups = new ArrayList<>();
    groups.add(new OutageClaims());
    groups.add(new IntervalClaims());
    groups.add(new StallClaims());
    groups.add(new CommonCauseClaims());
    groups.add(new ModelClaims());
    groups.add(new TableClaims());
    NfdSClaims nfdS = new NfdSClaims(NAME, plan.quick());
    groups.add(group(nfdS.claims(), nfdS::measure));
    CalibrationClaims calibration = new CalibrationClaims(NAME);
    groups.add(group(calibration.claims(), calibration::measure));
    DetectionClaims detection = new DetectionClaims(NAME, plan.quick());
    groups.add(group(detection.claims(), detection::measure));
    if (!plan.quick()) {
      groups.add(new BenchClaims());
    }
    return groups;
  }

  /** How a group of another package measures. */
  private interface Measurement {
    void measure(long seed, Ledger ledger) throws Exception;
  }

  private static ClaimGroup group(List<Claim> claims, Measurement measurement) {
    return new ClaimGroup() {
      @Override
      public List<Claim> claims() {
        return claims;
      }

      @Override
      public void measure(long seed, Ledger ledger) throws Exception {
        measurement.measure(seed, ledger);
      }
    };
  }
}
