package io.phial.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.phial.core.wire.KeyRing;
import io.phial.node.config.ConfigLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code phial keygen} and {@code phial plan}. */
class KeysAndPlanTest {
  @TempDir Path folder;

  private final CommandLineFixture phial = new CommandLineFixture();

  @Test
  void shouldPrintYamlThatANodeTakes() throws Exception {
    assertThat(phial.run("keygen", "--key-id", "42")).isZero();
    Path yaml = Files.writeString(folder.resolve("phial.yaml"), phial.out.toString());
    KeyRing keys = ConfigLoader.load(yaml, Map.of(), Map.of()).config().gossip().keys();
    assertThat(keys).isNotNull();
    assertThat(keys.ids()).containsExactly(42);
    CommandLineFixture again = new CommandLineFixture();
    assertThat(again.run("keygen", "--key-id", "42", "--bits", "128")).isZero();
    assertThat(again.out.toString()).isNotEqualTo(phial.out.toString());
  }

  @Test
  void shouldAddToAFileForItsOwnerOnly() throws Exception {
    Path file = folder.resolve("keys");
    assertThat(phial.run("keygen", "--key-id", "1", "--file", file.toString())).isZero();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    String first = Files.readString(file);
    Files.writeString(file, "# ours\n" + first.strip());
    assertThat(phial.run("keygen", "--bits", "128", "--file", file.toString())).isZero();
    KeyRing both = KeyRing.parse(Files.readString(file));
    assertThat(both.usedId()).isEqualTo(1);
    assertThat(both.ids()).hasSize(2).doesNotHaveDuplicates();
    assertThat(Files.readString(file)).startsWith("# ours\n" + first);
    assertThat(phial.out.toString())
        .doesNotContain(first.strip().substring(3))
        .contains("keys-file:");
    assertThat(phial.run("keygen", "--key-id", "1", "--file", file.toString())).isEqualTo(2);
    Files.writeString(file, "no key");
    assertThat(phial.run("keygen", "--file", file.toString())).isEqualTo(1);
    assertThat(Files.readString(file)).isEqualTo("no key");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void shouldRefuseOddKeys() {
    for (List<String> wrong :
        List.of(List.of("--bits", "192"), List.of("--key-id", "0"), List.of("--key-id", "256"))) {
      CommandLineFixture asked = new CommandLineFixture();
      assertThat(asked.run("keygen", wrong.get(0), wrong.get(1))).isEqualTo(2);
      assertThat(asked.err.toString()).contains(wrong.get(0) + " must be");
    }
  }

  @Test
  void shouldPlan() throws Exception {
    assertThat(phial.run("plan", "--nodes", "50", "--interval", "500ms", "--loss", "1%")).isZero();
    assertThat(phial.out.toString().lines())
        .hasSize(5)
        .anyMatch(line -> line.matches("a hung node is UNREACHABLE after +[0-9]+ ms"))
        .anyMatch(line -> line.matches("a hung node is DEAD after +[0-9]+ ms"))
        .anyMatch(line -> line.startsWith("mistaken UNREACHABLE per year "))
        .anyMatch(line -> line.matches("bytes per second and node +[0-9]+"));
    CommandLineFixture json = new CommandLineFixture();
    json.run("plan", "--nodes=50", "--interval=500ms", "--loss=0.01", "--json");
    JsonNode plan = new ObjectMapper().readTree(json.out.toString());
    assertThat(plan.at("/nodes").asInt()).isEqualTo(50);
    assertThat(plan.at("/loss").asDouble()).isEqualTo(0.01);
    assertThat(plan.at("/unreachableMs").asDouble()).isBetween(500.0, 3000.0);
    assertThat(plan.at("/deadMs").asDouble()).isGreaterThan(plan.at("/unreachableMs").asDouble());
    CommandLineFixture two = new CommandLineFixture();
    two.run("plan", "--nodes=2", "--json");
    assertThat(new ObjectMapper().readTree(two.out.toString()).at("/deadMs").isNull()).isTrue();
  }

  @Test
  void shouldRefusePlansOutOfBounds() {
    for (String wrong : List.of("--nodes=1", "--loss=51%", "--loss=x", "--interval=1")) {
      CommandLineFixture asked = new CommandLineFixture();
      String[] args =
          wrong.startsWith("--nodes")
              ? new String[] {"plan", wrong}
              : new String[] {"plan", "--nodes=5", wrong};
      assertThat(asked.run(args)).as(wrong).isEqualTo(2);
      assertThat(asked.err.toString()).contains("must be");
    }
  }
}
