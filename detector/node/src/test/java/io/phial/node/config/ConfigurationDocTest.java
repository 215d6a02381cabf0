package io.phial.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigurationDocTest {
  private static final Path DOCUMENT = Path.of("../../docs/configuration.md");

  /** One row of a table: option, default, environment, bound, text. */
  private static List<List<String>> rows() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (String line : Files.readAllLines(DOCUMENT)) {
      if (line.startsWith("| `") && !line.startsWith("| `profiles.<name>.")) {
        rows.add(List.of(line.substring(2, line.length() - 2).split(" \\| ")));
      }
    }
    return rows;
  }

  @Test
  void shouldListEveryOptionInOrder() throws IOException {
    assertThat(rows())
        .extracting(row -> row.get(0).replace("`", ""))
        .containsExactlyElementsOf(
            Options.all().stream().map(Option::name).filter(name -> !isOfAProfile(name)).toList());
  }

  @Test
  void shouldTellDefaultEnvironmentNameAndBound() throws IOException {
    for (List<String> row : rows()) {
      Option<?> option = Options.byName(row.get(0).replace("`", "")).orElseThrow();
      assertThat(row).as(option.name()).hasSize(5);
      assertThat(row.get(1)).as(option.name()).isEqualTo(shownDefault(option));
      assertThat(row.get(2)).isEqualTo("`" + option.environmentName() + "`");
      assertThat(row.get(3)).as(option.name()).isEqualTo(option.bound());
      assertThat(row.get(4)).as(option.name()).isNotBlank().endsWith(".");
    }
  }

  private static String shownDefault(Option<?> option) {
    if (option == Options.NODE_ID) {
      return "the host name";
    }
    return option.defaultText().isEmpty() ? "empty" : "`" + option.defaultText() + "`";
  }

  private static boolean isOfAProfile(String name) {
    return !ProfileOptions.profileOf(name).isEmpty();
  }

  @Test
  void shouldTellEveryKeyOfAProfileWithAllItsDefaults() throws IOException {
    List<String> expected = new ArrayList<>();
    for (ProfileOptions.Key<?> key : ProfileOptions.KEYS) {
      StringBuilder row = new StringBuilder("| `profiles.<name>." + key.name() + "`");
      key.defaults().forEach(text -> row.append(" | ").append(text.isEmpty() ? "empty" : text));
      expected.add(row + " | " + key.kind().bound() + " | ");
    }
    List<String> rows =
        Files.readAllLines(DOCUMENT).stream()
            .filter(line -> line.startsWith("| `profiles.<name>."))
            .toList();
    assertThat(rows).hasSameSizeAs(expected);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i)).startsWith(expected.get(i)).endsWith(". |");
    }
  }
}
