package io.phial.chaos;

import io.phial.chaos.claim.Area;
import io.phial.chaos.claim.AreaRun;
import io.phial.chaos.claim.ClaimsPage;
import io.phial.chaos.claim.Plan;
import io.phial.chaos.claim.Report;
import io.phial.chaos.claim.Result;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code phial-chaos prove}: measures every claim of the chosen areas and judges it. */
@Command(
    name = "prove",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = {
      "Re-measures what Phial claims and prints a table, or one line of JSON per claim.",
      "Progress goes to standard error, results to standard output."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:every claim holds",
      "1:at least one claim failed",
      "2:none failed, but at least one could not be measured; or bad usage"
    })
final class ProveCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "AREA",
      description = "What to measure: job, kubernetes. All areas when none is named.")
  private List<String> areas = new ArrayList<>();

  @Option(
      names = "--quick",
      description = "Keep each area under a minute; leaves out what needs longer.")
  private boolean quick;

  @Option(names = "--json", description = "One line of JSON per claim instead of a table.")
  private boolean json;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Repeat each measurement, 1 to 100 (default ${DEFAULT-VALUE}); judged by the worst.")
  private int runs;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Seed of all randomness; printed when not given.")
  private @Nullable Long seed;

  @Option(names = "--docs", paramLabel = "FILE", description = "Also write the claims page.")
  private @Nullable Path docs;

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Area> chosen;
    Plan plan;
    try {
      chosen = Areas.named(areas);
      plan = new Plan(quick, runs, seed == null ? System.nanoTime() : seed);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(specOrThrow().commandLine(), e.getMessage(), e);
    }
    PrintWriter out = specOrThrow().commandLine().getOut();
    PrintWriter progress = specOrThrow().commandLine().getErr();
    say(progress, "seed " + plan.seed());
    List<Result> results = new ArrayList<>();
    for (Area area : chosen) {
      say(progress, area.name() + ": " + area.description());
      List<Result> some = AreaRun.of(area, plan, line -> say(progress, line));
      results.addAll(some);
      if (json) {
        some.forEach(result -> say(out, Report.json(result)));
      }
    }
    if (!json) {
      out.print(Report.table(results));
      out.flush();
    }
    say(progress, Report.summary(results));
    if (docs != null) {
      Files.writeString(docs, ClaimsPage.markdown(results, commandLine(), Machine.facts()));
    }
    return Report.exitCode(results);
  }

  /** The command that measures the same again; names no file. */
  private String commandLine() {
    StringBuilder line = new StringBuilder("java -jar chaos-tests/target/phial-chaos.jar prove");
    areas.forEach(area -> line.append(' ').append(area));
    line.append(quick ? " --quick" : "");
    line.append(runs == 1 ? "" : " --runs " + runs);
    return line.append(" --docs docs/claims.md").toString();
  }

  private CommandSpec specOrThrow() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command's model");
    }
    return spec;
  }

  private static synchronized void say(PrintWriter writer, String line) {
    writer.println(line);
    writer.flush();
  }
}
