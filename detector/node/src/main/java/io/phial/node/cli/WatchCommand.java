package io.phial.node.cli;

import io.phial.node.api.EventLine;
import io.phial.node.api.VerdictEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints verdicts as they change, until interrupted. */
@Command(name = "watch", description = "Print changes of verdicts as they happen, until Ctrl-C.")
final class WatchCommand implements Callable<Integer> {
  private static final long RETRY_SECONDS = 2;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "0",
      description = "Stop after this many changes; 0 for never (default: ${DEFAULT-VALUE}).")
  private long count;

  @Mixin private ApiOptions api = new ApiOptions();
  @Spec private CommandSpec spec;

  private long printed;
  private @Nullable String lastEventId;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (count < 0) {
      throw new ParameterException(spec.commandLine(), "--count must be 0 or more, was " + count);
    }
    // The first connection must work: a wrong address shall not be retried for ever.
    boolean isFirst = true;
    while (!isDone()) {
      try {
        read(isFirst);
        if (!isDone()) {
          note("the node ended the stream");
        }
      } catch (IOException e) {
        if (isFirst) {
          throw e;
        }
        note(String.valueOf(e.getMessage()));
      }
      isFirst = false;
      if (!isDone()) {
        TimeUnit.SECONDS.sleep(RETRY_SECONDS);
      }
    }
    return Main.OK;
  }

  private void read(boolean isFirst) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(api.stream("/v1/events", lastEventId), StandardCharsets.UTF_8))) {
      if (!isFirst) {
        note("connected again");
      }
      String event = "";
      for (String line = next(lines); line != null && !isDone(); line = next(lines)) {
        if (line.startsWith("event: ")) {
          event = line.substring(7);
        } else if (line.startsWith("id: ")) {
          lastEventId = line.substring(4);
        } else if (line.startsWith("data: ")) {
          data(event, line.substring(6));
        }
      }
    }
  }

  private @Nullable String next(BufferedReader lines) throws IOException {
    return isDone() ? null : lines.readLine();
  }

  private void data(String event, String data) {
    if (event.equals("missed")) {
      note(data + " changes were missed: this reader is too slow");
    } else if (event.equals("verdict")) {
      spec.commandLine().getOut().println(api.isJson() ? data : text(EventLine.decode(data)));
      spec.commandLine().getOut().flush();
      printed++;
    }
  }

  private static String text(VerdictEvent event) {
    return String.format(
        Locale.ROOT,
        "%s  %-6s  %s  %s -> %s  phi %.2f  %s",
        Instant.ofEpochMilli(event.atEpochMillis()),
        event.kind().word(),
        event.id(),
        event.from(),
        event.to(),
        event.phi(),
        event.reason());
  }

  private boolean isDone() {
    return count > 0 && printed >= count;
  }

  private void note(String text) {
    spec.commandLine().getErr().println(text);
  }
}
