package io.phial.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeTargetTest {
  @Test
  void shouldReadEachKind() {
    ProbeTarget web =
        ProbeTarget.parse(
            "web-1 http://10.0.0.5:8080/health?x=1 interval=2s timeout=500ms expect=204");
    assertThat(web)
        .isEqualTo(
            new ProbeTarget(
                "web-1",
                ProbeTarget.Kind.HTTP,
                "10.0.0.5",
                8080,
                "/health?x=1",
                204,
                Duration.ofSeconds(2),
                Duration.ofMillis(500)));
    assertThat(ProbeTarget.parse("db tcp://db.local:5432").path()).isEmpty();
    assertThat(ProbeTarget.parse("db tcp://h:1").timeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(ProbeTarget.parse("db tcp://h:1 interval=200ms").timeout())
        .isEqualTo(Duration.ofMillis(200));
    assertThat(ProbeTarget.parse("web http://h").port()).isEqualTo(80);
    assertThat(ProbeTarget.parse("app grpc://h:9090/my.Service").path()).isEqualTo("my.Service");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "web-1 http://10.0.0.5:8080/health interval=2s timeout=500ms expect=204",
        "db tcp://db:5432 interval=5s timeout=1s expect=200",
        "app grpc://h:9090/my.Service interval=5s timeout=1s expect=200"
      })
  void shouldWriteWhatItReads(String text) {
    assertThat(ProbeTarget.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "web",
        "web ftp://h:1",
        "web tcp://h",
        "web tcp://:1",
        "web tcp://h:70000",
        "we\u00e4b tcp://h:1",
        "web tcp://h:1 interval=1",
        "web tcp://h:1 interval=1s timeout=2s",
        "web tcp://h:1 often",
        "web http://h expect=99"
      })
  void shouldRefuse(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ProbeTarget.parse(text));
  }

  @Test
  void shouldBeASettingWithEachIdOnce() throws Exception {
    String two = "a tcp://h:1, b tcp://h:1";
    List<ProbeTarget> found =
        ConfigLoader.load(null, Map.of(), Map.of("probe.targets", two))
            .config()
            .protocols()
            .probes()
            .targets();
    assertThat(found).extracting(ProbeTarget::id).containsExactly("a", "b");
    String twice = "a tcp://h:1, a tcp://h:2";
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> ConfigLoader.load(null, Map.of(), Map.of("probe.targets", twice)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("probe.targets must be");
  }
}
