package io.phial.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentConfigTest {
  @Test
  void shouldTakeFlagsOverTheEnvironmentOverDefaults() throws Exception {
    AgentConfig config =
        AgentConfig.load(
            List.of("--nodes=a,b:1,[::1]:2:3", "--group", "shop/orders", "--http", "8080/healthz"),
            Map.of(
                "HOSTNAME",
                "orders-7",
                "PHIAL_AGENT_GROUP",
                "other",
                "PHIAL_AGENT_INTERVAL",
                "500ms"));
    assertThat(config.nodes())
        .containsExactly(
            new NodeAddress("a", 7070, 8080),
            new NodeAddress("b", 1, 8080),
            new NodeAddress("::1", 2, 3));
    assertThat(config.id()).isEqualTo("shop/orders/orders-7");
    assertThat(config.httpPort()).isEqualTo(8080);
    assertThat(config.httpPath()).isEqualTo("/healthz");
    assertThat(config.interval()).isEqualTo(Duration.ofMillis(500));
    assertThat(config.port()).isEqualTo(7171);
    assertThat(config.refusedIsGone()).isTrue();
  }

  @Test
  void shouldTellEverythingThatIsWrong() {
    List<String> flags =
        List.of("--interval=1ms", "--http=x", "--refused=maybe", "--prot=1", "--tcp=0", "--name");
    assertThatThrownBy(() -> AgentConfig.load(flags, Map.of("HOSTNAME", "a b")))
        .isInstanceOf(AgentConfig.Refused.class)
        .hasMessageContaining("unknown flag --prot")
        .hasMessageContaining("--name needs a value")
        .hasMessageContaining("--nodes must be a list of HOST[:TCP-PORT[:HTTP-PORT]], was empty")
        .hasMessageContaining("--interval must be a duration of 100ms to 1h, was 1ms")
        .hasMessageContaining("--http must be PORT/PATH, was x")
        .hasMessageContaining("--tcp must be 1 to 65535, was 0")
        .hasMessageContaining("--refused must be gone or silent, was maybe")
        .hasMessageContaining("--group and --name must make an id");
  }

  @Test
  void shouldListEverySettingInItsHelp() {
    for (AgentOption option : AgentOption.values()) {
      assertThat(Main.help()).contains(option.flag() + "  (" + option.environmentName());
    }
  }
}
