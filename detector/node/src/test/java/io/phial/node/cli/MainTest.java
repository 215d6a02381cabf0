package io.phial.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.phial.node.config.Options;
import io.phial.node.config.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @TempDir Path folder;

  private final CommandLineFixture phial = new CommandLineFixture();

  @ParameterizedTest
  @ValueSource(strings = {"", "node", "members", "clients", "watch", "beat", "config"})
  void shouldShowHelpAndVersionOfEveryCommand(String command) {
    CommandLineFixture help = new CommandLineFixture();
    CommandLineFixture version = new CommandLineFixture();
    String[] helpArgs = command.isEmpty() ? new String[] {"--help"} : new String[] {command, "-h"};
    String[] versionArgs =
        command.isEmpty() ? new String[] {"-V"} : new String[] {command, "--version"};

    assertThat(help.run(helpArgs)).isZero();
    assertThat(help.out.toString())
        .startsWith("Usage: phial" + (command.isEmpty() ? "" : " " + command))
        .contains("--help", "--version");
    assertThat(version.run(versionArgs)).isZero();
    assertThat(version.out.toString().strip())
        .matches("phial [0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)? \\(Java [0-9]+\\)");
    assertThat(help.err.toString() + version.err).isEmpty();
  }

  @Test
  void shouldTakeTheVersionFromTheBuild() {
    assertThat(Version.text()).matches("[0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|COMMAND must be one of node, agent, members, clients, watch, beat, bench, config, keygen, plan, was empty",
        "nod|'nod'",
        "node --nope|--nope",
        "node --gossip-port|--gossip-port",
        "node --gossip-port 70000|gossip.port must be 1 to 65535, was 70000",
        "node --gossip-port x|gossip.port must be 1 to 65535, was x",
        "node --set nope=1|unknown option nope; did you mean",
        "node --view redis|cluster.view must be auto, hazelcast or embedded, was redis",
        "node --config /nonexistent.yaml|/nonexistent.yaml must be a readable UTF-8 file",
        "config --http-port -5|http.port must be 0 to 65535, was -5",
        "members --api ftp://x|--api must be a URL such as http://127.0.0.1:8080, was ftp://x",
        "members --api ::|--api must be a URL",
        "clients --limit 0|--limit must be 1 to 1000000, was 0",
        "clients --limit x|--limit",
        "watch --count -1|--count must be 0 or more, was -1",
        "beat|--id",
        "beat --id a --interval 5|--interval must be a duration such as 500ms, was 5",
        "beat --id a --transport smoke|--transport must be udp or tcp, was smoke",
        "beat --id a --nodes nowhere|--nodes must be host:port, was nowhere",
        "beat --id a --count -1|--count must be 0 or more, was -1",
        "beat --id ' '|id must be"
      })
  void shouldRefuseMisuseWithExitCodeTwo(String line, String message) {
    String[] args = line == null ? new String[0] : line.replace("' '", "\u00a0").split(" ");

    assertThat(phial.run(args)).isEqualTo(Main.MISUSED);
    assertThat(phial.err.toString()).contains(message).doesNotContain("\tat ");
    assertThat(phial.out.toString()).isEmpty();
  }

  @Test
  void shouldFailWithExitCodeOneWhenNobodyAnswers() {
    assertThat(phial.run("members", "--api", "http://127.0.0.1:1")).isEqualTo(Main.FAILED);
    assertThat(phial.err.toString()).startsWith("no answer from http://127.0.0.1:1");
    assertThat(phial.run("watch", "--api", "http://127.0.0.1:1")).isEqualTo(Main.FAILED);
  }

  @Test
  void shouldShowTheEffectiveConfigurationWithSources() throws IOException {
    Path file = Files.writeString(folder.resolve("p.yaml"), "gossip: {port: 1234}\n");
    Map<String, String> environment =
        Map.of(
            "PHIAL_HTTP_PORT",
            "9000",
            "PHIAL_CLIENTS_SECRET",
            "00112233445566778899aabbccddeeff",
            "PHIAL_GOSSIP_KEYS",
            "7:AAECAwQFBgcICQoLDA0ODw==");
    int code =
        phial.run(
            environment,
            "config",
            "--config",
            file.toString(),
            "--id",
            "n9",
            "--print-events",
            "--set",
            "clients.dead-phi=9");

    assertThat(code).isZero();
    assertThat(phial.err.toString()).isEmpty();
    assertThat(phial.out.toString())
        .containsPattern("gossip.port +1234 +file .*p.yaml\n")
        .containsPattern("http.port +9000 +environment PHIAL_HTTP_PORT\n")
        .containsPattern("node.id +n9 +flag\n")
        .containsPattern("events.print +true +flag\n")
        .containsPattern("clients.dead-phi +9 +flag\n")
        .containsPattern("clients.secret +\\*{6} +environment PHIAL_CLIENTS_SECRET\n")
        .containsPattern("node.zone +- +default\n")
        .doesNotContain("0011")
        .doesNotContain("AAEC");
    assertThat(phial.out.toString().lines()).hasSize(Options.all().size() + 1);
  }

  @Test
  void shouldShowTheConfigurationAsJson() throws IOException {
    assertThat(phial.run("config", "--json", "--zone", "z1")).isZero();
    JsonNode json = JsonMapper.builder().build().readTree(phial.out.toString());

    assertThat(json).hasSize(Options.all().size());
    assertThat(json.path("node.zone").path("value").textValue()).isEqualTo("z1");
    assertThat(json.path("node.zone").path("source").textValue()).isEqualTo("flag");
    assertThat(phial.err.toString()).contains("WARN no clients.secret is configured");
  }

  @Test
  void shouldTakeEveryFlagOfTheNode() {
    int code =
        phial.run(
            "config",
            "--id=n1",
            "--bind=127.0.0.1",
            "--advertise=127.0.0.1",
            "--zone=z",
            "--cluster=c",
            "--view=hazelcast",
            "--gossip-port=1001",
            "--gossip-seeds=127.0.0.1:1001,127.0.0.1:1002",
            "--set=gossip.seal=plain",
            "--hazelcast-port=1003",
            "--hazelcast-members=127.0.0.1:1003",
            "--tcp-port=0",
            "--udp-port=0",
            "--http-port=0",
            "--log-format=json",
            "--log-level=debug",
            "--print-events");

    assertThat(code).as(phial.err.toString()).isZero();
    assertThat(phial.out.toString().lines().filter(line -> line.endsWith("  flag"))).hasSize(17);
  }

  @Test
  void shouldLeaveAChosenParallelismAlone() {
    String property = "java.util.concurrent.ForkJoinPool.common.parallelism";
    String before = System.getProperty(property);
    try {
      System.clearProperty(property);
      Main.widenCommonPool();
      assertThat(Integer.parseInt(System.getProperty(property))).isGreaterThanOrEqualTo(2);
      System.setProperty(property, "7");
      Main.widenCommonPool();
      assertThat(System.getProperty(property)).isEqualTo("7");
    } finally {
      if (before == null) {
        System.clearProperty(property);
      } else {
        System.setProperty(property, before);
      }
    }
  }
}
