package io.phial.bench;

import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Measures all detectors in one run. */
final class Compare {
  private static final String ALLOCATED = "gc.alloc.rate.norm";
  private static final List<String> DETECTORS = List.of("phial", "cassandra", "hazelcast", "pekko");
  private static final String[] SIZES = {"1", "100000", "1000000"};

  private final boolean quick;
  private final Comparison comparison = new Comparison();

  private Compare(boolean quick) {
    this.quick = quick;
  }

  static Comparison run(boolean quick) throws RunnerException {
    Compare compare = new Compare(quick);
    compare.limit();
    // Size by size, so that what is compared is measured within a short time.
    for (String clients : SIZES) {
      for (String detector : DETECTORS) {
        compare.measure(detector, clients, "handle|id");
      }
      compare.measure("phial", clients, "batch|judged|deadline");
    }
    for (String detector : DETECTORS) {
      compare.comparison.retained(Memory.of(detector, 10_000));
    }
    compare.comparison.retained(Memory.of("phial", 100_000));
    compare.comparison.retained(Memory.of("phial", 1_000_000));
    return compare.comparison;
  }

  private void limit() throws RunnerException {
    run(options().include("LimitBenchmark").param("clients", SIZES));
  }

  private void measure(String detector, String clients, String methods) throws RunnerException {
    System.err.println("measuring " + detector + ", " + clients + " clients: " + methods);
    run(
        options()
            .include("CompareBenchmark\\.(" + methods + ")$")
            .param("detector", detector)
            .param("clients", clients));
  }

  private ChainedOptionsBuilder options() {
    return new OptionsBuilder()
        .addProfiler(GCProfiler.class)
        .addProfiler(CpuProfiler.class)
        .verbosity(VerboseMode.SILENT)
        .shouldFailOnError(true)
        .warmupIterations(quick ? 2 : 3)
        .warmupTime(TimeValue.milliseconds(quick ? 500 : 1_000))
        .measurementIterations(quick ? 3 : 5)
        .measurementTime(TimeValue.milliseconds(quick ? 500 : 1_000));
  }

  private void run(ChainedOptionsBuilder options) throws RunnerException {
    Collection<RunResult> results = new Runner(options.build()).run();
    for (RunResult result : results) {
      String name = result.getParams().getBenchmark();
      String detector = result.getParams().getParam("detector");
      Result<?> allocated = result.getSecondaryResults().get(ALLOCATED);
      comparison.measured(
          new Comparison.Speed(
              detector == null ? "limit" : detector,
              Integer.parseInt(result.getParams().getParam("clients")),
              name.substring(name.lastIndexOf('.') + 1),
              result.getSecondaryResults().get(CpuProfiler.NANOS).getScore(),
              result.getPrimaryResult().getScore(),
              allocated == null ? Double.NaN : allocated.getScore()));
    }
  }
}
