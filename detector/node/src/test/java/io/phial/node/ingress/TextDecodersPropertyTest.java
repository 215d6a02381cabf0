package io.phial.node.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.phial.core.registry.Transport;
import io.phial.core.wire.Usage;
import io.phial.node.config.ConfigException;
import io.phial.node.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever text comes from outside is understood or refused in the documented way. */
class TextDecodersPropertyTest {
  private static final Set<String> KEYS =
      Set.of("id", "interval", "incarnation", "count", "profile", "mode", "nat");

  @Provide
  Arbitrary<String> queries() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "id",
            "interval",
            "incarnation",
            "profile",
            "mode",
            "nat",
            "=",
            "&",
            "%",
            "%2",
            "%zz",
            "%ff",
            "+",
            "5s",
            "0ms",
            "99999999999",
            "iot",
            "background",
            "\u0000",
            "\ud800",
            "é");
    return pieces.list().ofMaxSize(24).map(list -> String.join("", list));
  }

  @Property(tries = 3_000)
  void shouldReadAQueryOrSayWhatIsWrong(@ForAll("queries") String query) {
    try {
      Map<String, String> parameters = BeatText.parameters(query, KEYS);
      assertThat(KEYS).containsAll(parameters.keySet());
      Usage usage = BeatText.usage(parameters);
      assertThat(usage.natLimitSeconds()).isBetween(-1, Usage.NAT_SECONDS_MAX);
      long nanos = BeatText.spec("id", Transport.TCP, parameters).intervalNanos();
      assertThat(nanos).isBetween(0L, 86_400_000_000_000L);
    } catch (BeatText.Unreadable e) {
      assertThat(e).hasMessageContaining(" must be ");
    }
  }

  @Property(tries = 2_000)
  void shouldReadAnIdOrSayWhatIsWrong(@ForAll("queries") String encoded) {
    try {
      assertThat(BeatText.id(encoded)).hasSizeBetween(1, 128);
    } catch (BeatText.Unreadable e) {
      assertThat(e).hasMessageContaining(" must be ");
    }
  }

  @Provide
  Arbitrary<String> files() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "profiles",
            "node",
            "id",
            ":",
            ": ",
            "\n",
            "  ",
            "- ",
            "[",
            "]",
            "{",
            "}",
            "&a ",
            "*a",
            "!!java.io.File x",
            "\"",
            "'",
            "game",
            "interval-min",
            "5s",
            "custom",
            "|",
            "\t",
            "%",
            "---",
            "\u0000",
            "é");
    return pieces.list().ofMaxSize(40).map(list -> String.join("", list));
  }

  @Property(tries = 500)
  void shouldReadAFileOrRefuseItAsConfiguration(@ForAll("files") String text) throws IOException {
    Path file = Files.createTempFile("phial-fuzz", ".yaml");
    try {
      Files.writeString(file, text);
      assertThat(ConfigLoader.load(file, Map.of(), Map.of()).settings()).isNotEmpty();
    } catch (ConfigException e) {
      assertThat(e.getMessage()).isNotBlank();
    } finally {
      Files.delete(file);
    }
  }
}
