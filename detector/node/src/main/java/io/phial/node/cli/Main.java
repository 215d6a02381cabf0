package io.phial.node.cli;

import io.phial.node.config.ConfigException;
import io.phial.node.config.Version;
import io.phial.node.runtime.PhialNode;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.util.Map;
import picocli.CommandLine;

/** The {@code phial} command. */
public final class Main {
  /** Everything went as asked. */
  static final int OK = 0;

  /** It was asked rightly and failed. */
  static final int FAILED = 1;

  /** It was asked wrongly, or configured wrongly. */
  static final int MISUSED = 2;

  private static final String PARALLELISM = "java.util.concurrent.ForkJoinPool.common.parallelism";

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    main(args, config -> new PhialNode(config, Version.text()));
  }

  /** The same with another way to make nodes. */
  static void main(String[] args, NodeFactory factory) {
    widenCommonPool();
    forgetNamesSoon();
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(args, out, err, System.getenv(), factory));
  }

  /**
   * With one or two processors the JDK's common pool has one thread, and Hazelcast then starts a
   * new thread for every completion of an asynchronous call: 28 to 40 times slower, measured. Two
   * threads avoid it. Must run before anything touches the pool; a choice of the user's wins.
   */
  static void widenCommonPool() {
    if (System.getProperty(PARALLELISM) == null) {
      int threads = Math.max(2, Runtime.getRuntime().availableProcessors() - 1);
      System.setProperty(PARALLELISM, Integer.toString(threads));
    }
  }

  /**
   * The JDK keeps what a name meant for 30 s and that it meant nothing for 10 s; pods come and go
   * faster. A choice of the user's wins.
   */
  static void forgetNamesSoon() {
    for (String property :
        new String[] {"networkaddress.cache.ttl", "networkaddress.cache.negative.ttl"}) {
      if (Security.getProperty(property) == null || property.contains("negative")) {
        Security.setProperty(property, "2");
      }
    }
  }

  /** Runs a command in this process. */
  static int run(
      String[] args,
      PrintWriter out,
      PrintWriter err,
      Map<String, String> environment,
      NodeFactory factory) {
    CommandLine line =
        new CommandLine(new PhialCommand())
            .addSubcommand(new NodeCommand(environment, factory, StopSignals.ofProcess()))
            .addSubcommand(new AgentCommand())
            .addSubcommand(new MembersCommand())
            .addSubcommand(new ClientsCommand())
            .addSubcommand(new WatchCommand())
            .addSubcommand(new BeatCommand(StopSignals.ofProcess()))
            .addSubcommand(new BenchCommand(StopSignals.ofProcess()))
            .addSubcommand(new ConfigCommand(environment))
            .addSubcommand(new KeygenCommand())
            .addSubcommand(new PlanCommand())
            .setOut(out)
            .setErr(err)
            .setUsageHelpWidth(100)
            .setExecutionExceptionHandler(Main::failed)
            .setParameterExceptionHandler(Main::misused);
    describe(line);
    line.getSubcommands().values().forEach(Main::describe);
    return line.execute(args);
  }

  private static void describe(CommandLine command) {
    command.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(new Versions());
  }

  private static int failed(Exception cause, CommandLine line, CommandLine.ParseResult parsed) {
    if (cause instanceof ConfigException refused) {
      refused.problems().forEach(line.getErr()::println);
      return MISUSED;
    }
    line.getErr().println(message(cause));
    return FAILED;
  }

  private static int misused(CommandLine.ParameterException cause, String[] args) {
    CommandLine line = cause.getCommandLine();
    line.getErr().println(cause.getMessage());
    line.getErr().println("See '" + line.getCommandSpec().qualifiedName() + " --help'.");
    return MISUSED;
  }

  private static String message(Throwable cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
