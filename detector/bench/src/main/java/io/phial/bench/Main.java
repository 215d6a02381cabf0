package io.phial.bench;

import java.io.IOException;
import java.util.Arrays;
import org.openjdk.jmh.runner.RunnerException;

/** {@code compare} makes one table, {@code worst} finds the longest pause; all else goes to JMH. */
public final class Main {
  private Main() {}

  /**
   * Runs benchmarks.
   *
   * @param args {@code compare [--json] [--quick]}, {@code worst}, or the arguments of JMH
   */
  public static void main(String[] args) throws RunnerException, IOException {
    if (args.length == 1 && args[0].equals("worst")) {
      WorstOperation.run();
      return;
    }
    if (args.length == 0 || !args[0].equals("compare")) {
      org.openjdk.jmh.Main.main(args);
      return;
    }
    var options = Arrays.asList(args).subList(1, args.length);
    for (String option : options) {
      if (!option.equals("--json") && !option.equals("--quick")) {
        System.err.println("unknown option " + option + "; known are --json and --quick");
        System.exit(2);
      }
    }
    Comparison comparison = Compare.run(options.contains("--quick"));
    System.out.println(options.contains("--json") ? comparison.json() : comparison.table());
  }
}
