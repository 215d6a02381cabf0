package io.phial.chaos.qos;

import io.phial.core.phi.classic.DetectorKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs detectors over a trace. The trace is read once, in batches; each batch goes to every
 * evaluator, several at a time. Evaluators share nothing, so the result does not depend on how many
 * threads there are.
 */
final class QosRun implements AutoCloseable {
  private final ExecutorService pool;

  QosRun(int threads) {
    pool =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "qos");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Scores of these detectors over the sweep, in the order of trace part, detector, threshold. */
  List<Score> sweep(BeatSource source, List<DetectorKind> kinds)
      throws IOException, InterruptedException {
    List<Evaluator> evaluators = new ArrayList<>();
    double seconds = source.intervalNanos() / (double) Schedule.SECOND;
    for (DetectorKind kind : kinds) {
      double[] thresholds = Thresholds.of(kind, seconds);
      evaluators.addAll(Evaluator.of(kind, thresholds, source.clients()));
    }
    return scores(source, evaluators);
  }

  /** Scores of these evaluators over a trace that is read to its end. */
  List<Score> scores(BeatSource source, List<Evaluator> evaluators)
      throws IOException, InterruptedException {
    Beats batch = new Beats();
    while (source.next(batch)) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (Evaluator evaluator : evaluators) {
        tasks.add(
            () -> {
              evaluator.accept(batch);
              return null;
            });
      }
      await(pool.invokeAll(tasks));
    }
    Map<String, List<Score>> byPart = new LinkedHashMap<>();
    for (Evaluator evaluator : evaluators) {
      for (Score score : evaluator.scores(source.name())) {
        byPart.computeIfAbsent(score.trace(), part -> new ArrayList<>()).add(score);
      }
    }
    return byPart.values().stream().flatMap(List::stream).toList();
  }

  private static void await(List<Future<Void>> futures) throws InterruptedException {
    for (Future<Void> future : futures) {
      try {
        future.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("an evaluator failed", e.getCause());
      }
    }
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
