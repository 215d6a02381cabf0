package io.phial.chaos.qos;

import io.phial.core.phi.classic.DetectorKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code phial-chaos qos}: every detector over the same beats. */
@Command(
    name = "qos",
    mixinStandardHelpOptions = true,
    description = {
      "Scores every detector over the same beats, generated from a seed or recorded: detection",
      "time, mistakes, query accuracy and calibration over a sweep of thresholds. The same seed",
      "gives the same bytes. Progress goes to standard error, results to standard output."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:done", "2:bad usage, or the recorded trace cannot be read"})
public final class QosCommand implements Callable<Integer> {
  private static final long BEATS_MIN = 100;
  private static final long BEATS_MAX = 100_000_000L;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Seed of the generated traces (default ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--beats",
      paramLabel = "N",
      defaultValue = "1000000",
      description =
          "Beats sent in each generated trace, 100 to 100000000 (default ${DEFAULT-VALUE}).")
  private long beats;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description = "Generated traces or detectors to run, by name. All when none is named.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--trace",
      paramLabel = "FILE.csv",
      description = {
        "Replay a recorded trace instead: lines of client, sequence, send time, arrival time (empty",
        "when lost). A header is allowed; times are milliseconds unless it says otherwise."
      })
  private @Nullable Path trace;

  @Option(
      names = "--unit",
      paramLabel = "UNIT",
      defaultValue = "ms",
      description = "Of the times in the recorded trace: ns, us, ms, s (default ${DEFAULT-VALUE}).")
  private String unit = "ms";

  @Option(
      names = "--interval-ms",
      paramLabel = "MS",
      defaultValue = "0",
      description = "Agreed interval of a recorded trace; found from its first beats when 0.")
  private double intervalMillis;

  @Option(names = "--json", description = "One line of JSON per trace, detector and threshold.")
  private boolean json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Also write one page with plots that needs no network.")
  private @Nullable Path html;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = specOrThrow().commandLine().getOut();
    List<Score> scores = new ArrayList<>();
    List<DetectorKind> kinds = kinds();
    List<TraceKind> traces = traces();
    checkUsage();
    try (QosRun run = new QosRun(Runtime.getRuntime().availableProcessors())) {
      if (trace != null) {
        scores.addAll(recorded(run, trace, kinds));
      } else {
        for (TraceKind kind : traces) {
          scores.addAll(generated(run, kind, kinds));
        }
      }
    }
    if (json) {
      scores.forEach(score -> out.println(QosReport.json(score)));
    } else {
      out.print(QosReport.table(scores));
    }
    out.flush();
    if (html != null) {
      Files.writeString(html, QosPage.html(scores, origin()));
    }
    return 0;
  }

  private void checkUsage() {
    if (beats < BEATS_MIN || beats > BEATS_MAX) {
      throw usage("--beats must be " + BEATS_MIN + " to " + BEATS_MAX + ", was " + beats);
    }
    if (!(intervalMillis >= 0 && intervalMillis <= 7 * 86_400_000.0)) {
      throw usage("--interval-ms must be 0 to 604800000, was " + intervalMillis);
    }
    for (String name : only) {
      boolean known =
          Arrays.stream(DetectorKind.values()).anyMatch(kind -> kind.label().equals(name))
              || Arrays.stream(TraceKind.values()).anyMatch(kind -> kind.label().equals(name));
      if (!known) {
        throw usage("--only must name one of " + names() + ", was " + name);
      }
    }
  }

  private static String names() {
    return Arrays.stream(TraceKind.values()).map(TraceKind::label).collect(Collectors.joining(", "))
        + ", "
        + Arrays.stream(DetectorKind.values())
            .map(DetectorKind::label)
            .collect(Collectors.joining(", "));
  }

  private List<DetectorKind> kinds() {
    List<DetectorKind> all = List.of(DetectorKind.values());
    List<DetectorKind> named = all.stream().filter(k -> only.contains(k.label())).toList();
    return named.isEmpty() ? all : named;
  }

  private List<TraceKind> traces() {
    List<TraceKind> all = List.of(TraceKind.values());
    List<TraceKind> named = all.stream().filter(k -> only.contains(k.label())).toList();
    return named.isEmpty() ? all : named;
  }

  private List<Score> generated(QosRun run, TraceKind kind, List<DetectorKind> kinds)
      throws IOException, InterruptedException {
    say(kind.label() + ": " + kind.description());
    try (BeatSource source = kind.generate(seed, beats)) {
      return run.sweep(source, kinds);
    }
  }

  private List<Score> recorded(QosRun run, Path file, List<DetectorKind> kinds)
      throws InterruptedException {
    long interval = (long) (intervalMillis * Score.MILLI);
    try (BeatSource source = new RecordedTrace(file, unitOfTrace(), interval)) {
      say(source.name() + ": " + source.clients() + " clients");
      return run.sweep(source, kinds);
    } catch (NoSuchFileException e) {
      throw usage("--trace " + file + ": no such file");
    } catch (IOException e) {
      throw usage("--trace " + file + ": " + e.getMessage());
    }
  }

  private TimeUnitOfTrace unitOfTrace() {
    return Arrays.stream(TimeUnitOfTrace.values())
        .filter(u -> u.suffix().equals(unit))
        .findFirst()
        .orElseThrow(() -> usage("--unit must be ns, us, ms or s, was " + unit));
  }

  /** Where the beats come from, for the page. */
  private String origin() {
    return trace != null
        ? "recorded trace " + trace.getFileName()
        : "generated, seed " + seed + ", " + beats + " beats sent in each trace";
  }

  private void say(String line) {
    PrintWriter progress = specOrThrow().commandLine().getErr();
    progress.println(line);
    progress.flush();
  }

  private ParameterException usage(String message) {
    return new ParameterException(specOrThrow().commandLine(), message);
  }

  private CommandSpec specOrThrow() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command's model");
    }
    return spec;
  }
}
