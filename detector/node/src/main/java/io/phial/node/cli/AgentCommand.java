package io.phial.node.cli;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code phial agent}: starts the agent, which is a program of its own so that neither Hazelcast
 * nor Vert.x is on its class path, and ends with it. In the image the agent's jar is started
 * directly, which saves this process.
 */
@Command(
    name = "agent",
    description = {
      "Watch a program, beat for it, and answer on the loopback which peers are alive.",
      "All arguments go to the agent: 'phial agent -- --help' lists them."
    })
final class AgentCommand implements Callable<Integer> {
  private static final String JAR = "phial-agent.jar";
  private static final List<String> JVM =
      List.of("-XX:+UseSerialGC", "-Xmx24m", "-Xss256k", "-XX:TieredStopAtLevel=1");
  private static final long STOP_SECONDS = 10;

  @Parameters(arity = "0..*", paramLabel = "ARGUMENT", description = "What the agent is told.")
  private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(
        ProcessHandle.current()
            .info()
            .command()
            .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(JVM);
    command.addAll(List.of("-jar", jar().toString()));
    command.addAll(arguments);
    Process agent = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(agent)));
    return agent.waitFor();
  }

  // Our own end is the agent's: it says goodbye before it stops.
  private static void end(Process agent) {
    agent.destroy();
    try {
      if (!agent.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        agent.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Beside our own jar, or where a build leaves it. */
  private static Path jar() throws IOException {
    try {
      Path own =
          Path.of(AgentCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      for (Path candidate :
          List.of(
              own.resolveSibling(JAR),
              own.resolveSibling(
                  String.join(File.separator, "..", "..", "agent", "target", JAR)))) {
        if (Files.isRegularFile(candidate)) {
          return candidate.normalize();
        }
      }
      throw new IOException(JAR + " must be beside " + own);
    } catch (URISyntaxException e) {
      throw new IOException("own jar has no path", e);
    }
  }
}
