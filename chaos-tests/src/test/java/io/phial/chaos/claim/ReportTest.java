package io.phial.chaos.claim;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Claim QUICK =
      new Claim("job", "a killed node is \"DEAD\"", Bound.atMost(1000), "ms");
  private static final Claim GOOD = new Claim("job", "it is | good", Bound.exactly(0), "faults");

  private static final Result HELD =
      new Result(QUICK, List.of(412.0, 388.5), null, Duration.ofMillis(6_400));
  private static final Result FAILED = new Result(GOOD, List.of(2.0), null, Duration.ofSeconds(1));
  private static final Result OPEN = new Result(GOOD, List.of(), "no cluster", Duration.ZERO);

  private static JsonNode json(Result result) throws JsonProcessingException {
    return new ObjectMapper().readTree(Report.json(result));
  }

  @Test
  void shouldPrintOneLineOfJsonWithExactlyTheseKeys() {
    assertThat(Report.json(HELD))
        .isEqualTo(
            "{\"area\":\"job\",\"claim\":\"a killed node is \\\"DEAD\\\"\",\"bound\":\"<= 1000\","
                + "\"measured\":412,\"unit\":\"ms\",\"ok\":true,\"seconds\":6.4}");
  }

  @Test
  void shouldPrintTheReasonOnlyWhenItCouldNotBeMeasured() throws JsonProcessingException {
    assertThat(json(OPEN).get("ok").isNull()).isTrue();
    assertThat(json(OPEN).get("measured").isNull()).isTrue();
    assertThat(json(OPEN).get("reason").textValue()).isEqualTo("no cluster");
    assertThat(json(FAILED).has("reason")).isFalse();
    assertThat(json(FAILED).get("ok").booleanValue()).isFalse();
  }

  @Test
  void shouldKeepJsonValidForSamplesThatAreNoNumber() throws JsonProcessingException {
    Result odd = new Result(QUICK, List.of(Double.NaN), null, Duration.ZERO);
    assertThat(json(odd).get("measured").isNull()).isTrue();
    assertThat(json(odd).get("ok").booleanValue()).isFalse();
  }

  @Test
  void shouldAlignTheTable() {
    assertThat(Report.table(List.of(HELD, OPEN)))
        .isEqualTo(
            """
            area  claim                    bound    median  worst  unit    ok   seconds
            job   a killed node is "DEAD"  <= 1000  388.5   412    ms      yes  6.4
            job   it is | good             = 0      -       -      faults  ?    0
            not measured: it is | good: no cluster
            """);
  }

  @Test
  void shouldExitByTheWorstOutcome() {
    assertThat(Report.exitCode(List.of(HELD))).isZero();
    assertThat(Report.exitCode(List.of(HELD, OPEN))).isEqualTo(2);
    assertThat(Report.exitCode(List.of(HELD, OPEN, FAILED))).isEqualTo(1);
  }

  @Test
  void shouldCountTheOutcomes() {
    assertThat(Report.summary(List.of(HELD, OPEN, FAILED)))
        .isEqualTo("3 claims: 1 hold, 1 failed, 1 could not be measured");
  }

  @Test
  void shouldGenerateThePage() {
    String page = ClaimsPage.markdown(List.of(HELD, OPEN), "phial-chaos prove", List.of("2 cores"));
    assertThat(page)
        .contains("    phial-chaos prove\n")
        .contains("Machine: 2 cores.\n")
        .contains(
            "| job | a killed node is \"DEAD\" | <= 1000 ms | 388.5 ms | 412 ms | yes |"
                + " `prove job` |\n")
        .contains("| job | it is \\| good | = 0 faults | - | - | ? | `prove job` |\n")
        .endsWith("Could not be measured:\n\n- it is | good: no cluster\n");
  }
}
