package io.phial.node.cli;

import io.phial.client.Phial;
import io.phial.client.Standing;
import io.phial.client.StandingListener;
import io.phial.core.registry.Transport;
import io.phial.core.wire.Endpoint;
import io.phial.node.config.Durations;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Is a client, for trying things out and for scripts. */
@Command(name = "beat", description = "Beat as a client until Ctrl-C, then say goodbye.")
final class BeatCommand implements Callable<Integer> {
  private static final long POLL_MILLIS = 20;
  private static final Duration SLACK = Duration.ofSeconds(10);

  private final StopSignals signals;

  @Option(names = "--id", required = true, paramLabel = "ID", description = "The client's name.")
  private String id = "";

  @Option(
      names = "--nodes",
      paramLabel = "HOST:PORT,…",
      split = ",",
      defaultValue = "127.0.0.1:7070",
      description = "Nodes at their port for the transport (default: ${DEFAULT-VALUE}).")
  private List<String> nodes = List.of();

  @Option(
      names = "--transport",
      paramLabel = "udp|tcp",
      defaultValue = "udp",
      description = "How beats travel (default: ${DEFAULT-VALUE}).")
  private String transport = "";

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      defaultValue = "1s",
      description = "Promised time between beats (default: ${DEFAULT-VALUE}).")
  private String interval = "";

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "0",
      description = "Stop after this many beats; 0 for never (default: ${DEFAULT-VALUE}).")
  private long count;

  @Spec private CommandSpec spec;

  BeatCommand(StopSignals signals) {
    this.signals = signals;
  }

  @Override
  public Integer call() throws InterruptedException {
    Duration every = read("--interval", "a duration such as 500ms", interval, Durations::parse);
    if (count < 0) {
      throw new ParameterException(spec.commandLine(), "--count must be 0 or more, was " + count);
    }
    signals.install(SLACK.toMillis());
    Phial client = connect(every);
    try {
      boolean isDone = await(client, every);
      Standing standing = client.standing();
      spec.commandLine()
          .getOut()
          .printf(
              Locale.ROOT, "beats %d acknowledged %d%n", standing.beats(), standing.acknowledged());
      spec.commandLine().getOut().flush();
      return isDone ? Main.OK : Main.FAILED;
    } finally {
      client.close();
      signals.finished();
    }
  }

  private Phial connect(Duration every) {
    List<Endpoint> endpoints =
        nodes.stream()
            .map(node -> read("--nodes", "host:port", node.strip(), Endpoint::parse))
            .toList();
    Transport how =
        read(
            "--transport",
            "udp or tcp",
            transport,
            text -> Transport.valueOf(text.toUpperCase(Locale.ROOT)));
    try {
      return Phial.builder()
          .id(id)
          .nodes(endpoints)
          .transport(how)
          .interval(every)
          .listener(new Notes(spec.commandLine().getErr()))
          .connect();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
  }

  /** Waits until stopped or done; false when the beats took far longer than promised. */
  private boolean await(Phial client, Duration every) throws InterruptedException {
    long begun = System.nanoTime();
    // Past 146 years a long of nanoseconds ends; nobody waits that long.
    double nanosMax = SLACK.toNanos() + 2.0 * count * every.toNanos();
    while (!signals.isRequested() && (count == 0 || client.standing().beats() < count)) {
      if (count > 0 && System.nanoTime() - begun > nanosMax) {
        spec.commandLine().getErr().println("beats took too long: is a node there?");
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return true;
  }

  private <T> T read(String option, String bound, String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), option + " must be " + bound + ", was " + text, e);
    }
  }

  /** Says on stderr how the client stands. */
  private record Notes(PrintWriter err) implements StandingListener {
    @Override
    public void onRegistered(Endpoint node, Duration interval) {
      err.println("registered at " + node + ", beats every " + Durations.format(interval));
    }

    @Override
    public void onSilent(Endpoint node, int unacknowledged) {
      err.println(node + " left " + unacknowledged + " beats unanswered");
    }

    @Override
    public void onRedirected(Endpoint from, Endpoint to) {
      err.println("beats go to " + to + " instead of " + from);
    }

    @Override
    public void onRefused(Endpoint node, String reason, Duration retryAfter) {
      err.println(node + " refused: " + reason + "; again in " + Durations.format(retryAfter));
    }
  }
}
