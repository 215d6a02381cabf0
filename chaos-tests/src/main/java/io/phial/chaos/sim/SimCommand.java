package io.phial.chaos.sim;

import io.phial.core.member.MemberOptions;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code phial-chaos sim}: whole clusters in virtual time. */
@Command(
    name = "sim",
    mixinStandardHelpOptions = true,
    description = {
      "Plays whole clusters in virtual time, one per seed, with faults drawn from the seed,",
      "and checks every invariant after every event. The same seed gives the same output."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:no invariant was broken", "1:at least one was", "2:bad usage"})
public final class SimCommand implements Callable<Integer> {
  private static final int NODES_LIMIT = 500;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "How many seeds, 1 or more (default 100; 1 with --seed).")
  private @Nullable Integer seeds;

  @Option(names = "--seed", paramLabel = "S", description = "The first seed (default 1).")
  private @Nullable Long seed;

  @Option(
      names = "--nodes",
      paramLabel = "A..B",
      defaultValue = "5..50",
      description = "How many nodes, 3 to 500 (default ${DEFAULT-VALUE}).")
  private String nodes = "5..50";

  @Option(names = "--narrate", description = "Tell one seed's story, line by line.")
  private boolean narrate;

  @Option(names = "--json", description = "End with one line of JSON instead of a summary.")
  private boolean json;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many seeds at a time (default: as many as there are cores).")
  private @Nullable Integer threads;

  @Override
  public Integer call() throws InterruptedException {
    int[] range = range();
    int count = seeds != null ? seeds : seed != null ? 1 : 100;
    long first = seed == null ? 1 : seed;
    int parallel = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    check(count >= 1, "--seeds must be 1 or more, was " + count);
    check(parallel >= 1, "--threads must be 1 or more, was " + parallel);
    check(!narrate || count == 1, "--narrate must go with one seed, were " + count);
    PrintWriter out = specOrThrow().commandLine().getOut();
    MemberOptions options = MemberOptions.defaults();
    List<SeedResult> results;
    if (narrate) {
      Narrator narrator = Narrator.to(out::println);
      results = List.of(new SeedRun(first, range[0], range[1], options, narrator).play());
    } else {
      results =
          SeedSweep.play(
              first, count, range[0], range[1], options, parallel, result -> tell(out, result));
    }
    out.println(
        json
            ? SweepReport.json(results, range[0], range[1])
            : SweepReport.text(results, range[0], range[1]));
    out.flush();
    return SweepReport.violations(results) == 0 ? 0 : 1;
  }

  private void tell(PrintWriter out, SeedResult result) {
    if (result.violations().isEmpty()) {
      return;
    }
    out.println("seed " + result.seed() + " broke an invariant:");
    result.violations().forEach(line -> out.println("  " + line));
    out.println(
        "  replay: phial-chaos sim --seed " + result.seed() + " --nodes " + nodes + " --narrate");
    out.flush();
  }

  private int[] range() {
    String[] parts = nodes.split("\\.\\.", -1);
    try {
      int min = Integer.parseInt(parts[0]);
      int max = parts.length == 1 ? min : Integer.parseInt(parts[1]);
      check(
          parts.length <= 2 && min >= 3 && max >= min && max <= NODES_LIMIT,
          "--nodes must be A..B with 3 <= A <= B <= " + NODES_LIMIT + ", was " + nodes);
      return new int[] {min, max};
    } catch (NumberFormatException e) {
      throw new ParameterException(
          specOrThrow().commandLine(), "--nodes must be A..B, was " + nodes, e);
    }
  }

  private void check(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(specOrThrow().commandLine(), message);
    }
  }

  private CommandSpec specOrThrow() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command's model");
    }
    return spec;
  }
}
