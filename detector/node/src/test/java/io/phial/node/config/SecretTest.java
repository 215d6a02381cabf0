package io.phial.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretTest {
  private static final String HEX = "00112233445566778899aabbccddeeff";

  @TempDir Path folder;

  private static ConfigLoader.Loaded environment(String name, String value) throws ConfigException {
    return ConfigLoader.load(null, Map.of(name, value), Map.of());
  }

  @Test
  void shouldBeDerivedFromTheClusterWithAWarning() throws ConfigException {
    ConfigLoader.Loaded first = ConfigLoader.load(null, Map.of(), Map.of("cluster.name", "a"));
    ConfigLoader.Loaded again = ConfigLoader.load(null, Map.of(), Map.of("cluster.name", "a"));
    ConfigLoader.Loaded other = ConfigLoader.load(null, Map.of(), Map.of("cluster.name", "b"));

    assertThat(first.config().clients().secret())
        .isEqualTo(again.config().clients().secret())
        .isNotEqualTo(other.config().clients().secret());
    assertThat(first.config().clients().secret().bytes()).hasSize(32);
    assertThat(first.warnings())
        .filteredOn(warning -> warning.startsWith("no clients.secret is configured"))
        .hasSize(1);
  }

  @Test
  void shouldBeReadFromTheEnvironment() throws ConfigException {
    ConfigLoader.Loaded loaded = environment("PHIAL_CLIENTS_SECRET", HEX);

    assertThat(loaded.config().clients().secret().bytes()).isEqualTo(HexFormat.of().parseHex(HEX));
    assertThat(loaded.warnings()).noneMatch(warning -> warning.contains("clients.secret"));
  }

  @Test
  void shouldBeReadFromAFile() throws Exception {
    Path file = Files.writeString(folder.resolve("key"), HEX + "\n");

    assertThat(
            environment("PHIAL_CLIENTS_SECRET_FILE", file.toString())
                .config()
                .clients()
                .secret()
                .bytes())
        .isEqualTo(HexFormat.of().parseHex(HEX));
  }

  @Test
  void shouldRefuseBadFilesWithoutQuotingThem() throws Exception {
    for (String content : new String[] {"", "topsecret", "0011", "00".repeat(65), "é".repeat(32)}) {
      Path file = Files.writeString(folder.resolve("key"), content);
      ConfigException refused =
          catchThrowableOfType(
              ConfigException.class,
              () -> environment("PHIAL_CLIENTS_SECRET_FILE", file.toString()));
      assertThat(refused.problems())
          .containsExactly(
              "clients.secret-file must be a readable file with 32 to 128 hexadecimal digits, was "
                  + file);
    }
  }

  @Test
  void shouldNeverShowItself() throws ConfigException {
    ConfigLoader.Loaded loaded = environment("PHIAL_CLIENTS_SECRET", HEX);
    assertThat(loaded.config().toString()).doesNotContain(HEX).contains(Secret.MASK);
    assertThat(loaded.settings().toString()).doesNotContain(HEX).contains(Secret.MASK);

    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class, () -> environment("PHIAL_CLIENTS_SECRET", HEX + "x"));
    assertThat(refused).hasMessageContaining("was ******");
    assertThat(refused.getMessage()).doesNotContain(HEX);
  }

  @Test
  void shouldNotBeAFlagNorBothKeyAndFile() {
    ConfigException flag =
        catchThrowableOfType(
            ConfigException.class,
            () -> ConfigLoader.load(null, Map.of(), Map.of("clients.secret", HEX)));
    assertThat(flag.getMessage())
        .startsWith("clients.secret must be given by a file or the environment")
        .doesNotContain(HEX);

    ConfigException both =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                ConfigLoader.load(
                    null,
                    Map.of("PHIAL_CLIENTS_SECRET", HEX, "PHIAL_CLIENTS_SECRET_FILE", "/x"),
                    Map.of()));
    assertThat(both)
        .hasMessage("clients.secret-file must be empty when clients.secret is given, was /x");
  }
}
