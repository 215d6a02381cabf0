package io.phial.chaos;

import io.phial.chaos.qos.QosCommand;
import io.phial.chaos.sim.SimCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** The program {@code phial-chaos}. */
@Command(
    name = "phial-chaos",
    description =
        "Checks that Phial does what it says: on real processes and sockets, and in virtual time.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {ProveCommand.class, QosCommand.class, SimCommand.class})
public final class Main {
  private Main() {}

  /** The version that the build wrote into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"phial-chaos " + number()};
    }

    static String number() {
      String version = Main.class.getPackage().getImplementationVersion();
      return version == null ? "(not from a jar)" : version;
    }
  }

  /** Runs the program and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    // Without a subcommand there is nothing to do, which is bad usage.
    line.setExecutionStrategy(
        parsed -> {
          if (parsed.subcommand() == null
              && !parsed.isUsageHelpRequested()
              && !parsed.isVersionHelpRequested()) {
            throw new ParameterException(line, "a command is missing");
          }
          return new CommandLine.RunLast().execute(parsed);
        });
    return line;
  }
}
