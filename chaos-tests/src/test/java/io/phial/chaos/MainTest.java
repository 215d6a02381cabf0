package io.phial.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return line.execute(args);
  }

  @Test
  void shouldPrintHelp() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("phial-chaos", "prove");
    assertThat(run("prove", "--help")).isZero();
    assertThat(out.toString()).contains("--quick", "--json", "--runs", "--docs", "AREA");
  }

  @Test
  void shouldPrintItsVersion() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).startsWith("phial-chaos ");
  }

  @Test
  void shouldAskForACommand() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("a command is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "nonsense      | AREA must be one of job, kubernetes, was nonsense",
        "--runs=0      | --runs must be 1 to 100, was 0",
        "--runs=101    | --runs must be 1 to 100, was 101",
        "--runs=many   | 'many' is not an int",
        "--no-such     | Unknown option: '--no-such'"
      })
  void shouldRefuseBadUsage(String argument, String message) {
    assertThat(run("prove", argument)).isEqualTo(2);
    assertThat(err.toString()).contains(message);
    assertThat(out.toString()).isEmpty();
  }
}
