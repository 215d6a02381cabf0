package io.phial.node.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command above all others; alone it is a misuse. */
@Command(
    name = "phial",
    description = "Which of my processes, devices and nodes are alive, how sure are we, and why?",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Exit codes: 0 ok, 1 run-time failure, 2 bad usage or configuration."})
final class PhialCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "COMMAND must be one of " + String.join(", ", spec.subcommands().keySet()) + ", was empty");
  }
}
