package io.phial.chaos.clients;

import io.phial.demo.DemoException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that others wrote, in a process group of its own with all that it starts. */
final class RealProgram implements AutoCloseable {
  /** Debian's own Python, which has Debian's modules. */
  static final String PYTHON = "/usr/bin/python3";

  private static final long LIMIT_SECONDS = 20;

  private final Process process;
  private final Path output;

  private RealProgram(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Starts it with its output in a file of this directory.
   *
   * @throws DemoException when the machine has no such program
   */
  static RealProgram start(Path directory, String name, List<String> command) throws IOException {
    if (!isThere(command.get(0))) {
      throw new DemoException("this machine has no " + command.get(0));
    }
    List<String> grouped = new ArrayList<>(List.of("setsid"));
    grouped.addAll(command);
    Path output = directory.resolve(name + ".log");
    Process process =
        new ProcessBuilder(grouped)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    return new RealProgram(process, output);
  }

  private static boolean isThere(String program) {
    return program.startsWith("/")
        ? Files.isExecutable(Path.of(program))
        : Files.isExecutable(Path.of("/usr/bin", program))
            || Files.isExecutable(Path.of("/usr/local/bin", program));
  }

  /** Starts a Python program that needs a module. */
  static RealProgram python(Path directory, String name, String module, String body)
      throws IOException, InterruptedException {
    try (RealProgram asked =
        start(directory, name + "-check", List.of(PYTHON, "-c", "import " + module))) {
      if (asked.exit() != 0) {
        throw new DemoException("this machine's " + PYTHON + " has no module " + module);
      }
    }
    return start(directory, name, List.of(PYTHON, "-u", "-c", body));
  }

  int exit() throws InterruptedException {
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new DemoException("a program did not end: " + output());
    }
    return process.exitValue();
  }

  String output() {
    try {
      return Files.readString(output, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  /** Sends a signal to the whole group; returns when, in the host's milliseconds. */
  long signal(String name) throws InterruptedException {
    try {
      long atMillis = System.currentTimeMillis();
      new ProcessBuilder("kill", "-" + name, "--", "-" + process.pid()).start().waitFor();
      return atMillis;
    } catch (IOException e) {
      throw new DemoException("kill cannot be run: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    try {
      signal("KILL");
      process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
