package io.phial.agent;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** {@code phial agent}: runs until it is told to stop. */
public final class Main {
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private Main() {}

  /** Exit codes: 0 ok, 1 run-time failure, 2 bad usage; 143 after SIGTERM, as for any JVM. */
  public static void main(String[] args) throws InterruptedException {
    // Pods come and go behind a name faster than the JDK's 30 s.
    Security.setProperty("networkaddress.cache.ttl", "2");
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
    int code = run(Arrays.asList(args), System.getenv(), System.out, System.err);
    System.exit(code);
  }

  private static int run(
      List<String> flags, Map<String, String> environment, PrintStream out, PrintStream err)
      throws InterruptedException {
    if (flags.contains("--help") || flags.contains("-h")) {
      out.print(help());
      return 0;
    }
    Agent agent;
    try {
      agent = new Agent(AgentConfig.load(flags, environment), Path.of("/proc"), new Log(err));
    } catch (AgentConfig.Refused e) {
      e.problems().forEach(err::println);
      return MISUSED;
    } catch (IOException e) {
      err.println("a port cannot be opened: " + e.getMessage());
      return FAILED;
    }
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  agent.close();
                  stopped.countDown();
                }));
    agent.start();
    stopped.await();
    return 0;
  }

  static String help() {
    StringBuilder text = new StringBuilder();
    text.append("Usage: phial agent --nodes HOST[:TCP-PORT[:HTTP-PORT]],… [OPTIONS]\n");
    text.append("Watches the program beside it, beats for it, and answers on the loopback which");
    text.append(" peers are alive.\nWithout --http, --tcp and --process the program pushes its");
    text.append(" beats: PUT /v1/beat.\n\n");
    for (AgentOption option : AgentOption.values()) {
      text.append("  ").append(option.flag()).append("  (").append(option.environmentName());
      text.append(option.defaultText().isEmpty() ? "" : ", default " + option.defaultText());
      text.append(")\n      ").append(option.meaning()).append('\n');
    }
    return text.toString();
  }
}
