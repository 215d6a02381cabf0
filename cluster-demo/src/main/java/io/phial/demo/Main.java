package io.phial.demo;

import picocli.CommandLine;

/** The entry point of {@code phial-demo.jar}. */
public final class Main {
  private Main() {}

  /** Runs the command line; the exit code is 0, 1 for a failure, 2 for bad usage. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new DemoCommand())
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> {
              line.getErr().println("phial-demo: " + failure.getMessage());
              if (!(failure instanceof DemoException)) {
                failure.printStackTrace(line.getErr());
              }
              return 1;
            })
        .setParameterExceptionHandler(
            (failure, words) -> {
              failure.getCommandLine().getErr().println("phial-demo: " + failure.getMessage());
              return 2;
            });
  }
}
