package io.phial.chaos.claim;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of measuring a claim. A check that could not run is neither a pass nor a failure.
 *
 * @param claim what was claimed
 * @param samples the numbers measured, one for each run that got that far
 * @param reason why a run yielded no number; null when every run did
 * @param took wall time of the measurement
 */
public record Result(Claim claim, List<Double> samples, @Nullable String reason, Duration took) {
  /** Copies the samples; without any, a reason is needed. */
  public Result {
    samples = List.copyOf(samples);
    if (samples.isEmpty() && reason == null) {
      throw new IllegalArgumentException("reason must be given when there is no sample");
    }
  }

  /**
   * Whether the claim holds: judged by the worst sample. One bad sample is enough to fail, even
   * when other runs could not be measured; null when nothing failed but a run yielded no number.
   */
  public @Nullable Boolean ok() {
    if (samples.stream().anyMatch(sample -> !claim.bound().holds(sample))) {
      return false;
    }
    return reason == null ? true : null;
  }

  /** The worst sample; null when there is none. */
  public @Nullable Double worst() {
    return samples.stream().max(claim.bound().bestFirst()).orElse(null);
  }

  /** The lower median of the samples; null when there is none. */
  public @Nullable Double median() {
    List<Double> sorted = samples.stream().sorted().toList();
    return sorted.isEmpty() ? null : sorted.get((sorted.size() - 1) / 2);
  }
}
