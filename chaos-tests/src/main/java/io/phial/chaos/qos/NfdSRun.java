package io.phial.chaos.qos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * NFD-S in the simulator, set against its closed form. Delay exponential with a mean of 20 ms and
 * an interval of 1 s, as in the paper's simulation.
 */
final class NfdSRun {
  private static final double DELAY_MILLIS = 20;

  /**
   * How far the simulator is off, in per cent.
   *
   * @param deltaSeconds the shift of the freshness points
   * @param recurrence of the mean time between mistakes
   * @param duration of their mean length
   * @param detection of the detection time, mean and worst alike
   */
  record Deviation(double deltaSeconds, double recurrence, double duration, double detection) {}

  private NfdSRun() {}

  /** The chance that a delay is longer. */
  private static double survival(double nanos) {
    return Math.exp(-nanos / (DELAY_MILLIS * Network.MILLI));
  }

  /** The closed form for this loss and delta. */
  static NfdS oracle(double loss, double deltaSeconds) {
    return new NfdS(Schedule.SECOND, deltaSeconds * Schedule.SECOND, loss);
  }

  /** The mean time between mistakes in seconds by the closed form. */
  static double recurrenceSeconds(double loss, double deltaSeconds) {
    return oracle(loss, deltaSeconds).recurrenceNanos(NfdSRun::survival) / Schedule.SECOND;
  }

  /** The mean length of a mistake in seconds by the closed form. */
  static double durationSeconds(double loss, double deltaSeconds) {
    return oracle(loss, deltaSeconds).durationNanos(NfdSRun::survival) / Schedule.SECOND;
  }

  /** Simulates this many beats for all the deltas at once; they must ascend. */
  static List<Deviation> errors(
      QosRun run, long seed, long beats, double loss, double... deltaSeconds)
      throws IOException, InterruptedException {
    long first = Schedule.SECOND;
    Network network =
        Network.lossy(
            loss,
            random -> (long) (-DELAY_MILLIS * Network.MILLI * Math.log(1 - random.nextDouble())));
    GeneratedTrace trace =
        new GeneratedTrace(
            "nfd-s",
            new GeneratedTrace.Shape(1, beats, -1),
            seed,
            client -> () -> network,
            start -> Schedule.regular(Schedule.SECOND, first));
    Evaluator evaluator =
        new Evaluator("nfd-s", (interval, now) -> NfdS.detector(interval, first), deltaSeconds, 1);
    List<Deviation> errors = new ArrayList<>();
    for (Score score : run.scores(trace, List.of(evaluator))) {
      errors.add(deviation(score, oracle(loss, score.threshold())));
    }
    return errors;
  }

  private static Deviation deviation(Score score, NfdS oracle) {
    double durationMs = score.mistakeDurationMeanMs();
    double totalMs = score.mistakes() * durationMs / (1 - score.queryAccuracy());
    double detection =
        Math.max(
            off(score.detectionMeanMs(), oracle.detectionNanos()),
            off(score.detectionWorstMs(), oracle.detectionNanos()));
    return new Deviation(
        score.threshold(),
        off(totalMs / score.mistakes(), oracle.recurrenceNanos(NfdSRun::survival)),
        off(durationMs, oracle.durationNanos(NfdSRun::survival)),
        detection);
  }

  private static double off(double measuredMs, double expectedNanos) {
    return 100 * Math.abs(measuredMs * Score.MILLI / expectedNanos - 1);
  }
}
