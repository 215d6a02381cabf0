package io.phial.chaos.qos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class QosCommandTest {
  @TempDir Path directory;
  private final StringWriter err = new StringWriter();

  private int exit;

  private String run(String... args) {
    StringWriter out = new StringWriter();
    CommandLine line = new CommandLine(new QosCommand());
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    exit = line.execute(args);
    return out.toString();
  }

  @Test
  void shouldGiveTheSameBytesForTheSameSeed() throws IOException {
    Path page = directory.resolve("a.html");
    Path again = directory.resolve("b.html");
    String first =
        run("--json", "--seed=5", "--beats=2000", "--only=mixed,shift", "--html=" + page);
    assertThat(exit).isZero();
    String second =
        run("--json", "--seed=5", "--beats=2000", "--only=mixed,shift", "--html=" + again);
    assertThat(second).isEqualTo(first);
    assertThat(page).hasSameTextualContentAs(again);
    assertThat(run("--json", "--seed=6", "--beats=2000", "--only=mixed,fixed"))
        .isNotEqualTo(run("--json", "--seed=5", "--beats=2000", "--only=mixed,fixed"));
  }

  @Test
  void shouldScoreEveryDetectorOnOneTrace() throws IOException {
    Set<String> detectors = new HashSet<>();
    for (String line : run("--json", "--beats=2000", "--only=loss10").lines().toList()) {
      JsonNode score = new ObjectMapper().readTree(line);
      detectors.add(score.get("detector").asText());
      assertThat(score.get("trace").asText()).isEqualTo("loss10");
      assertThat(score.get("beats").asLong()).isBetween(1_700L, 1_900L);
      assertThat(score.get("mistakes").asLong()).isBetween(0L, score.get("beats").asLong());
      double mean = score.get("detectionMeanMs").asDouble();
      assertThat(mean).isBetween(0.0, score.get("detectionWorstMs").asDouble());
      assertThat(score.get("mistakeDurationMeanMs").asDouble()).isNotNegative();
    }
    assertThat(detectors)
        .containsExactlyInAnyOrder(
            "calibrated-phi", "normal-phi", "exponential-phi", "chen", "bertier", "2w-fd", "fixed");
  }

  @Test
  void shouldReplayARecordedTraceAndDrawIt() throws IOException {
    Path file = directory.resolve("wifi.csv");
    StringBuilder rows = new StringBuilder();
    for (int n = 1; n <= 300; n++) {
      rows.append("phone,%d,%d,%d%n".formatted(n, n * 200, n * 200 + n % 17));
    }
    Files.writeString(file, rows);
    Path page = directory.resolve("page.html");
    String table = run("--trace=" + file, "--html=" + page);
    assertThat(exit).isZero();
    assertThat(table).contains("wifi.csv, 299 beats", "calibrated-phi", "2w-fd");
    assertThat(page)
        .content()
        .contains("<svg", "wifi.csv")
        .doesNotContain("http", "<script", "<link", "src=");
  }

  @Test
  void shouldSayWhatIsWrong() throws IOException {
    Path file = directory.resolve("bad.csv");
    Files.writeString(file, "a,1,0,1\nnonsense\n");
    run("--trace=" + file);
    assertThat(exit).isEqualTo(2);
    assertThat(err.toString()).contains("bad.csv: line 2: must have 4 fields");
    run("--trace=" + directory.resolve("none.csv"));
    assertThat(exit).isEqualTo(2);
    assertThat(err.toString()).contains("no such file");
    run("--beats=3");
    assertThat(err.toString()).contains("--beats must be 100 to 100000000, was 3");
    run("--only=lan,nonsense");
    assertThat(err.toString()).contains("--only must name one of lan, wan");
    run("--unit=h", "--trace=" + file);
    assertThat(err.toString()).contains("--unit must be ns, us, ms or s, was h");
    assertThat(exit).isEqualTo(2);
  }
}
