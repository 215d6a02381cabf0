package io.phial.bench;

import io.phial.core.phi.PhiOptions;
import io.phial.core.phi.SubjectEstimate;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a question about one subject costs: its suspicion now, and when it will be suspected. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PhiBenchmark {
  private static final long INTERVAL_NANOS = 1_000_000_000L;
  private static final int BEATS = 2_000;
  private static final double LOSS = 0.05;

  private SubjectEstimate estimate;
  private long lastNanos;
  private int step;

  /** Lets it learn from a lossy, jittery schedule. */
  @Setup(Level.Trial)
  public void learn() {
    SplittableRandom random = new SplittableRandom(7);
    estimate = new SubjectEstimate(PhiOptions.defaults(), INTERVAL_NANOS, 0);
    for (int beat = 1; beat <= BEATS; beat++) {
      if (random.nextDouble() >= LOSS) {
        lastNanos = beat * INTERVAL_NANOS + (long) (random.nextDouble() * 20_000_000);
        estimate.onBeat(beat, lastNanos, true);
      }
    }
  }

  /** Suspicion after a silence of up to four intervals. */
  @Benchmark
  public double phi() {
    step = (step + 1) & 63;
    return estimate.phi(lastNanos + step * (INTERVAL_NANOS / 16));
  }

  /** The instant at which phi reaches 1 to 8. */
  @Benchmark
  public long deadline() {
    step = (step + 1) & 7;
    return estimate.deadlineNanos(1 + step);
  }
}
