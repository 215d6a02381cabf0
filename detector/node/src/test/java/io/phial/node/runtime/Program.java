package io.phial.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that others wrote, with all that it starts; a missing one skips the test. */
final class Program implements AutoCloseable {
  static final String PYTHON = "/usr/bin/python3";

  private final Process process;
  private final Path output;

  private Program(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Skips the test unless the program is there; Debian's package of it is told. */
  static void need(String program, String debianPackage) {
    boolean found =
        List.of("/usr/bin/", "/usr/local/bin/", "/bin/", "").stream()
            .anyMatch(directory -> Files.isExecutable(Path.of(directory + program)));
    assumeTrue(found, program + " is missing: apt install " + debianPackage);
  }

  /** Skips the test unless Debian's Python has the module. */
  static void needModule(String module, String debianPackage)
      throws IOException, InterruptedException {
    need(PYTHON, "python3-minimal");
    try (Program asked = start(List.of(PYTHON, "-c", "import " + module))) {
      assumeTrue(asked.exit() == 0, module + " is missing: apt install " + debianPackage);
    }
  }

  /** In a process group of its own, so that a signal reaches everything that it starts. */
  static Program start(List<String> command) throws IOException {
    List<String> grouped = new ArrayList<>(List.of("setsid"));
    grouped.addAll(command);
    Path output = Files.createTempFile("phial-program", ".out");
    Process process =
        new ProcessBuilder(grouped)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    return new Program(process, output);
  }

  int exit() throws InterruptedException {
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ends: " + output()).isTrue();
    return process.exitValue();
  }

  String output() {
    try {
      return Files.readString(output, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Sends a signal to the whole group. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, "--", "-" + process.pid()).start().waitFor();
  }

  @Override
  public void close() {
    try {
      signal("KILL");
      process.waitFor(10, TimeUnit.SECONDS);
      Files.deleteIfExists(output);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
