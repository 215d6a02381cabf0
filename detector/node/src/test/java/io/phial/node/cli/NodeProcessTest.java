package io.phial.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command as a process of its own: streams, signals and exit codes. */
@Timeout(120)
class NodeProcessTest {
  @TempDir Path folder;

  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void end() {
    processes.forEach(Process::destroyForcibly);
  }

  private Process start(String... args) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                PuppetMain.class.getName()));
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command).redirectError(folder.resolve("stderr").toFile()).start();
    processes.add(process);
    return process;
  }

  private String errors() throws IOException {
    return Files.readString(folder.resolve("stderr"));
  }

  private static void signal(Process process, String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  private static int code(Process process) throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  /**
   * A process inherits which signals are ignored, and Java leaves those alone: under nohup, or in
   * the background of a plain shell, there is nothing to test.
   */
  private static void assumeNotIgnored(int signal) throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("SigIgn:")) {
        long ignored = Long.parseUnsignedLong(line.substring(7).strip(), 16);
        assumeTrue(
            (ignored >>> (signal - 1) & 1) == 0,
            "signal " + signal + " is ignored in whatever started this test");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"TERM,15", "INT,2", "HUP,1"})
  void shouldStopGracefullyOnASignal(String name, int number) throws Exception {
    assumeNotIgnored(number);
    Process process = start("node", "--print-events", "--log-format", "json");
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).startsWith("{\"at\":1,\"kind\":\"client\",\"id\":\"c1\"");
      // The line about being ready was written before the first event.
      assertThat(errors())
          .contains("\"message\":\"node ready\"", "\"http\":\"127.0.0.1:4\"")
          .contains("no clients.secret is configured");
      signal(process, name);
      assertThat(code(process)).isZero();
      assertThat(out.readLine()).isNull();
    }
    assertThat(errors()).contains("\"message\":\"node stopped\"");
  }

  @Test
  void shouldEndAtOnceOnASecondSignal() throws Exception {
    Process process = start("node", "--print-events", "--id", "stubborn");
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isNotNull();
      signal(process, "TERM");
      while (!errors().contains("node stops")) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      signal(process, "TERM");
      assertThat(code(process)).isEqualTo(128 + 15);
    }
  }

  @Test
  void shouldExitWithTwoAndOneLineOnBadConfiguration() throws Exception {
    Process process = start("node", "--gossip-port", "70000");

    assertThat(code(process)).isEqualTo(Main.MISUSED);
    assertThat(errors()).isEqualTo("gossip.port must be 1 to 65535, was 70000\n");
  }
}
