package io.phial.chaos.phi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.phial.chaos.claim.Bound;
import io.phial.chaos.claim.Claim;
import io.phial.chaos.claim.Ledger;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Speed and memory beside other detectors: runs the comparison of the module {@code detector/bench}
 * in a process of its own and reads its JSON. Without that module's jar nothing is measured.
 */
final class BenchClaims implements ClaimGroup {
  /** The jar, from the root of the project. */
  static final Path JAR = Path.of("detector/bench/target/phial-bench.jar");

  private static final Duration LIMIT = Duration.ofMinutes(20);
  private static final int MANY = 100_000;
  private static final int MILLION = 1_000_000;

  private static final Claim GARBAGE = claim("bytes allocated for each beat and query", 0.05, "B");
  private static final Claim HOT =
      claim("beat and query of one client, against Cassandra's detector", 1, "times");
  private static final Claim SHUFFLED = shuffled("100000");
  private static final Claim SHUFFLED_MILLION = shuffled("1000000");
  private static final Claim STATE =
      claim("bytes held for each of 1000000 clients, characters of ids apart", 104, "B");

  private static Claim claim(String text, double most, String unit) {
    return new Claim(PhiArea.NAME, text, Bound.atMost(most), unit);
  }

  private static Claim shuffled(String clients) {
    String text = "times faster than Cassandra's detector over " + clients + " shuffled clients";
    return new Claim(PhiArea.NAME, text, Bound.atLeast(3), "times");
  }

  @Override
  public List<Claim> claims() {
    return List.of(GARBAGE, HOT, SHUFFLED, SHUFFLED_MILLION, STATE);
  }

  @Override
  public void measure(long seed, Ledger ledger) throws IOException, InterruptedException {
    if (!Files.isRegularFile(JAR)) {
      throw new IOException("there is no " + JAR + " from here; build the project first");
    }
    long start = System.nanoTime();
    JsonNode compared = compare();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    double allocated = 0;
    for (JsonNode speed : compared.path("speed")) {
      if (isOurs(speed)) {
        allocated = Math.max(allocated, speed.path("allocatedBytes").asDouble(Double.NaN));
      }
    }
    ledger.measured(GARBAGE, allocated, took);
    ledger.measured(HOT, 1 / faster(compared, 1), took);
    ledger.measured(SHUFFLED, faster(compared, MANY), took);
    ledger.measured(SHUFFLED_MILLION, faster(compared, MILLION), took);
    ledger.measured(STATE, retained(compared), took);
  }

  private static boolean isOurs(JsonNode result) {
    return result.path("detector").asText().equals("phial");
  }

  /** How much faster ours is by handle; NaN, which holds nothing, when either is missing. */
  private static double faster(JsonNode compared, int clients) {
    return nanos(compared, "cassandra", clients) / nanos(compared, "phial", clients);
  }

  private static double nanos(JsonNode compared, String detector, int clients) {
    for (JsonNode speed : compared.path("speed")) {
      if (speed.path("detector").asText().equals(detector)
          && speed.path("clients").asInt() == clients
          && speed.path("operation").asText().equals("handle")) {
        return speed.path("nanos").asDouble(Double.NaN);
      }
    }
    return Double.NaN;
  }

  private static double retained(JsonNode compared) {
    for (JsonNode memory : compared.path("memory")) {
      if (isOurs(memory) && memory.path("clients").asInt() == MILLION) {
        return memory.path("retainedBytes").asDouble(Double.NaN);
      }
    }
    return Double.NaN;
  }

  private static JsonNode compare() throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path out = Files.createTempFile("phial-bench", ".json");
    Process process =
        new ProcessBuilder(java, "-jar", JAR.toString(), "compare", "--json", "--quick")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(out.toFile())
            .start();
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("the comparison took more than " + LIMIT.toMinutes() + " minutes");
      }
      if (process.exitValue() != 0) {
        throw new IOException("the comparison ended with " + process.exitValue());
      }
      String text = Files.readString(out, StandardCharsets.UTF_8);
      return new ObjectMapper().readTree(text.substring(Math.max(0, text.indexOf('{'))));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Files.deleteIfExists(out);
    }
  }
}
