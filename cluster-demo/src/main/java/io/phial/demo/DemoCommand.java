package io.phial.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The demo's options; checks them and plays the tour or the show. */
@Command(
    name = "phial-demo",
    description = {
      "Starts Phial nodes and clients on this machine, and lets them suffer.",
      "Without --script it runs until Ctrl-C."
    },
    mixinStandardHelpOptions = true,
    versionProvider = DemoCommand.Version.class,
    sortOptions = false,
    subcommands = {FleetCommand.class, SeedCommand.class, UdpCommand.class},
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:everything went as it should",
      "1:something failed, or the script saw a wrong verdict",
      "2:bad usage"
    })
final class DemoCommand implements Callable<Integer> {
  private static final int CLIENTS_MAX = 20_000;

  @Option(names = "--script", description = "Play the tour of faults and end.")
  private boolean script;

  @Option(names = "--json", description = "Print only JSON lines; the last is the summary.")
  private boolean json;

  @Option(
      names = "--nodes",
      description = "Number of nodes; the script needs 3. Default: ${DEFAULT-VALUE}.",
      defaultValue = "3")
  private int nodes;

  @Option(
      names = "--clients",
      description = "Clients in the fleet, half UDP and half TCP. Default: ${DEFAULT-VALUE}.",
      defaultValue = "300")
  private int clients;

  @Option(
      names = "--interval",
      paramLabel = "MS",
      description = "Milliseconds between a client's beats. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1000")
  private long intervalMillis;

  @Option(
      names = "--loss",
      paramLabel = "SHARE",
      description = "Share of UDP clients' datagrams that is lost. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0.03")
  private double loss;

  @Option(
      names = "--jitter",
      paramLabel = "MS",
      description = "Mean random delay of UDP clients' datagrams. Default: ${DEFAULT-VALUE}.",
      defaultValue = "10")
  private long jitterMillis;

  @Option(
      names = "--seed",
      description = "Seed of loss, delay and the choice of victims. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1")
  private long seed;

  @Option(
      names = "--keep-logs",
      paramLabel = "DIR",
      description = "Keep the logs and events of all processes here.")
  private @Nullable Path logs;

  @Option(
      names = "--python",
      paramLabel = "PROGRAM",
      description = "Python 3, or none to use Java twins. Default: ${DEFAULT-VALUE}.",
      defaultValue = "python3")
  private String python = "";

  @Option(
      names = "--node-java-home",
      paramLabel = "DIR",
      description = "The Java installation for the nodes. Default: the one that runs this.")
  private @Nullable Path javaHome;

  @Option(
      names = "--node-jvm-args",
      paramLabel = "ARGS",
      description = "Options for the nodes' JVMs, separated by blanks.",
      split = " ")
  private List<String> jvmArgs = List.of();

  @Spec private @Nullable CommandSpec spec;

  /** The version that the build wrote into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"phial-demo " + (version == null ? "unpackaged" : version)};
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ClusterSpec cluster = check();
    Narrator narrator = new Narrator(System.out, json);
    try (DemoCluster processes = new DemoCluster(cluster)) {
      int tcpClients = clients / 2;
      LiveStage stage = new LiveStage(processes, cluster, clients - tcpClients, tcpClients);
      try {
        boolean ok =
            script
                ? new Tour(stage, seed, Patience.USUAL, narrator).play()
                : new Show(processes, stage, narrator).run();
        if (!ok) {
          keepLogs(processes);
        }
        return ok ? 0 : 1;
      } catch (IOException | RuntimeException e) {
        keepLogs(processes);
        throw e;
      }
    }
  }

  private static void keepLogs(DemoCluster processes) {
    processes
        .keepLogs()
        .ifPresent(path -> System.err.println("phial-demo: the logs are kept in " + path));
  }

  private ClusterSpec check() {
    require(clients >= 0 && clients <= CLIENTS_MAX, "--clients", "0 to " + CLIENTS_MAX, clients);
    require(
        !script || nodes >= Tour.NODES_MIN,
        "--nodes",
        Tour.NODES_MIN + " or more for --script",
        nodes);
    if (javaHome != null) {
      boolean usable = Files.isExecutable(javaHome.resolve("bin").resolve("java"));
      require(usable, "--node-java-home", "a directory with bin/java", javaHome);
    }
    try {
      ClusterSpec defaults = ClusterSpec.defaults();
      return defaults
          .withNodes(nodes)
          .withInterval(Duration.ofMillis(intervalMillis))
          .withLink(new Link(loss, Duration.ofMillis(jitterMillis)))
          .withNodeJvm(javaHome == null ? defaults.javaHome() : javaHome, jvmArgs)
          .withPython(python)
          .withLogs(logs)
          .withSeed(seed);
    } catch (IllegalArgumentException e) {
      throw refusal(e.getMessage());
    }
  }

  private void require(boolean holds, String option, String bound, Object value) {
    if (!holds) {
      throw refusal(option + " must be " + bound + ", was " + value);
    }
  }

  private ParameterException refusal(String message) {
    if (spec == null) {
      throw new IllegalStateException("not parsed by picocli");
    }
    return new ParameterException(spec.commandLine(), message);
  }
}
