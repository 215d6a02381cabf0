package io.phial.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DemoCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return line.execute(args);
  }

  @Test
  void shouldExplainItself() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("--script", "--json", "--nodes", "--clients", "--loss", "--jitter", "--seed")
        .doesNotContain("Runs many clients", "Beats over");
  }

  @Test
  void shouldTellItsVersion() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).startsWith("phial-demo ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--nodes 0           | --nodes must be 1 to 15, was 0",
        "--nodes 2 --script  | --nodes must be 3 or more for --script, was 2",
        "--clients -1        | --clients must be 0 to 20000, was -1",
        "--loss 1.5          | loss must be 0 to 1, was 1.5",
        "--jitter 20000      | jitter must be 0 s to 10 s, was 20000 ms",
        "--interval 1        | --interval must be 100 ms to 60000 ms, was 1 ms",
        "--node-java-home no | --node-java-home must be a directory with bin/java, was no",
        "--bogus             | Unknown option: '--bogus'"
      })
  void shouldRefuseWithTheOptionTheBoundAndTheValue(String args, String message) {
    assertThat(run(args.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }
}
