package io.phial.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.phial.core.member.MemberOptions;
import io.phial.core.registry.ShardOptions;
import io.phial.core.wire.Endpoint;
import io.phial.core.wire.KeyRing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigLoaderTest {
  @TempDir Path folder;

  private Path file(String yaml) throws IOException {
    return Files.writeString(folder.resolve("phial.yaml"), yaml);
  }

  private static NodeConfig flags(Map<String, String> flags) throws ConfigException {
    return ConfigLoader.load(null, Map.of(), flags).config();
  }

  private static List<String> problems(Map<String, String> flags) {
    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(null, Map.of(), flags));
    assertThat(refused).as("refused").isNotNull();
    return refused.problems();
  }

  private List<String> fileProblems(String yaml) throws IOException {
    Path file = file(yaml);
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigLoader.load(file, Map.of(), Map.of()));
    assertThat(refused).as("refused").isNotNull();
    return refused.problems();
  }

  private static final String KEY = "AAECAwQFBgcICQoLDA0ODw==";

  @Test
  void shouldDemandKeysAsSoonAsThereAreOthers() throws ConfigException {
    String demand =
        "gossip.keys must be given, or gossip.keys-file ('phial keygen' makes keys), or"
            + " gossip.seal plain, when there are other nodes, was empty";
    assertThat(problems(Map.of("gossip.seeds", "10.0.0.1:1"))).containsExactly(demand);
    assertThat(problems(Map.of("hazelcast.members", "a:1,b:2"))).containsExactly(demand);

    assertThat(flags(Map.of("gossip.seeds", "127.0.0.1:7946")).gossip().keys()).isNotNull();
    assertThat(flags(Map.of("gossip.seal", "plain", "gossip.seeds", "10.0.0.1:1")).gossip().keys())
        .isNull();
    Map<String, String> keyed = Map.of("PHIAL_GOSSIP_KEYS", "7:" + KEY);
    ConfigLoader.Loaded loaded =
        ConfigLoader.load(null, keyed, Map.of("gossip.seeds", "10.0.0.1:1"));
    assertThat(loaded.config().gossip().keys()).isEqualTo(KeyRing.parse("7:" + KEY));
  }

  @Test
  void shouldNeverShowKeys() throws Exception {
    assertThat(fileProblems("gossip.keys: '7:" + KEY + "='"))
        .singleElement()
        .asString()
        .startsWith("gossip.keys must be 1 to 16 of id:base64")
        .doesNotContain("AAEC");
    ConfigLoader.Loaded loaded =
        ConfigLoader.load(null, Map.of("PHIAL_GOSSIP_KEYS", "7:" + KEY), Map.of());
    assertThat(loaded.toString()).doesNotContain("AAEC");
  }

  @Test
  void shouldReadKeysFromAFile() throws Exception {
    Path keys = Files.writeString(folder.resolve("keys"), "# ours\n7: " + KEY + "\n");
    assertThat(flags(Map.of("gossip.keys-file", keys.toString())).gossip().keys())
        .isEqualTo(KeyRing.parse("7:" + KEY));
    Files.writeString(keys, "7 " + KEY);
    assertThat(problems(Map.of("gossip.keys-file", keys.toString())))
        .singleElement()
        .asString()
        .startsWith("gossip.keys-file must be a readable file with 1 to 16 of")
        .doesNotContain("AAEC");
  }

  @Test
  void shouldWarnOfPlainTextAndOfAKeyThatNobodyElseHas() throws ConfigException {
    assertThat(ConfigLoader.load(null, Map.of(), Map.of("gossip.seal", "plain")).warnings())
        .anyMatch(warning -> warning.startsWith("gossip.seal is plain: whoever reaches"));
    assertThat(ConfigLoader.load(null, Map.of(), Map.of()).warnings())
        .anyMatch(warning -> warning.startsWith("no gossip.keys are configured"));
  }

  @Test
  void shouldEmbedTheViewOfANodeThatKnowsNoOther() throws ConfigException {
    Map<String, String> seeds = Map.of("gossip.seeds", "10.0.0.1:7946", "gossip.seal", "plain");
    assertThat(flags(seeds).cluster().view()).isEqualTo(ViewKind.HAZELCAST);
    assertThat(flags(Map.of("hazelcast.members", "a:5701")).cluster().view())
        .isEqualTo(ViewKind.HAZELCAST);
    assertThat(flags(Map.of("cluster.view", "hazelcast")).cluster().view())
        .isEqualTo(ViewKind.HAZELCAST);
  }

  @Test
  void shouldHaveDefaultsThatAreWithinTheirBounds() throws ConfigException {
    NodeConfig config = flags(Map.of());

    assertThat(config.node().bind()).isEqualTo("127.0.0.1");
    assertThat(config.node().advertise()).isEqualTo("127.0.0.1");
    assertThat(config.node().eventLoops()).isPositive();
    assertThat(config.cluster().view()).isEqualTo(ViewKind.EMBEDDED);
    assertThat(config.gossip().port()).isEqualTo(7946);
    assertThat(config.gossip().seeds()).isEmpty();
    assertThat(config.gossip().seal()).isEqualTo(SealKind.SEALED);
    assertThat(config.http().port()).isEqualTo(8080);
    assertThat(config.printEvents()).isFalse();
  }

  @Test
  void shouldGiveTheCoreItsOwnDefaults() throws ConfigException {
    NodeConfig config = flags(Map.of());

    assertThat(CoreOptions.shard(config.clients(), 1))
        .isEqualTo(ShardOptions.defaults().withProfiles(config.clients().profiles()));
    assertThat(CoreOptions.member(config.members())).isEqualTo(MemberOptions.defaults());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "member.tick=1ms;member.interval=20ms;member.stability=100ms;member.observers=2",
        "member.tick=1s;member.interval=60s;member.stability=1h;member.observers=16",
        "member.suspect-phi=0.5;member.unreachable-phi=0.5;clients.suspect-phi=1;clients.dead-phi=1",
        "member.suspect-phi=16;member.unreachable-phi=32;clients.suspect-phi=16;clients.dead-phi=1000",
        "clients.max=1;clients.tick=1ms;clients.stall=10ms;clients.learn-interval-max=1s",
        "clients.max=50000000;clients.tick=1s;clients.stall=60s;clients.learn-interval-max=1h"
      })
  void shouldAcceptOnlyWhatTheCoreAccepts(String a, String b, String c, String d)
      throws ConfigException {
    Map<String, String> values = new HashMap<>();
    for (String pair : List.of(a, b, c, d)) {
      int equals = pair.indexOf('=');
      values.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    NodeConfig config = flags(values);

    assertThat(CoreOptions.member(config.members())).isNotNull();
    assertThat(CoreOptions.shard(config.clients(), 1)).isNotNull();
  }

  @Test
  void shouldShareTheLimitOfClientsAmongShards() throws ConfigException {
    NodeConfig config = flags(Map.of("clients.max", "10"));

    assertThat(CoreOptions.shard(config.clients(), 4).clientsMax()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gossip.port|70000|gossip.port must be 1 to 65535, was 70000
          gossip.port|0|gossip.port must be 1 to 65535, was 0
          hazelcast.port|0|hazelcast.port must be 1 to 65535, was 0
          tcp.port|-1|tcp.port must be 0 to 65535, was -1
          udp.port|65536|udp.port must be 0 to 65535, was 65536
          http.port|x|http.port must be 0 to 65535, was x
          node.capacity|0|node.capacity must be 1 to 1000, was 0
          node.capacity|1001|node.capacity must be 1 to 1000, was 1001
          node.id|a b|node.id must be 1 to 64 characters of A-Z a-z 0-9 . _ -, was a b
          node.id|''|node.id must be 1 to 64 characters of A-Z a-z 0-9 . _ -, was empty
          node.bind|localhost|node.bind must be a numeric IPv4 or IPv6 address, was localhost
          node.bind|1.2.3|node.bind must be a numeric IPv4 or IPv6 address, was 1.2.3
          cluster.view|redis|cluster.view must be auto, hazelcast or embedded, was redis
          log.level|loud|log.level must be error, warn, info, debug or trace, was loud
          log.format|xml|log.format must be text or json, was xml
          events.print|yes|events.print must be true or false, was yes
          clients.dead-phi|NaN|clients.dead-phi must be 1 to 1000, was NaN
          clients.dead-phi|Infinity|clients.dead-phi must be 1 to 1000, was Infinity
          clients.suspect-phi|0.5|clients.suspect-phi must be 1 to 16, was 0.5
          gossip.seeds|a_b:7946|gossip.seeds must be at most 64 of host:port, separated by commas, was a_b:7946
          gossip.seeds|10.0.0.1|gossip.seeds must be at most 64 of host:port, separated by commas, was 10.0.0.1
          hazelcast.members|a b:1|hazelcast.members must be at most 64 of host:port, separated by commas, was a b:1
          hazelcast.members|a:0|hazelcast.members must be at most 64 of host:port, separated by commas, was a:0
          """)
  void shouldRefuseWithOptionBoundAndValue(String name, String value, String message) {
    assertThat(problems(Map.of(name, value))).containsExactly(message);
  }

  @ParameterizedTest
  @CsvSource({"10", "10 ms", "-1s", "1.5", "1w", "ten", "''", "0.0001ns", "1e3s", "999999999d"})
  void shouldRefuseBadDurations(String value) {
    assertThat(problems(Map.of("clients.tick", value)))
        .singleElement()
        .asString()
        .startsWith("clients.tick must be a duration of 1ms to 1s (a number with ns, us")
        .endsWith("was " + (value.isEmpty() ? "empty" : value));
  }

  static Stream<String> names() {
    return Options.all().stream().filter(option -> !option.isSecret()).map(Option::name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldRefuseNonsenseForEveryOption(String name) {
    assertThat(problems(Map.of(name, "!\0!")))
        .singleElement()
        .asString()
        .startsWith(name + " must be " + Options.byName(name).orElseThrow().bound() + ", was !");
  }

  @Test
  void shouldTellEveryProblemAtOnce() {
    assertThat(problems(Map.of("tcp.port", "a", "udp.port", "b", "node.zone", "c d")))
        .hasSize(3)
        .allMatch(problem -> problem.contains(" must be "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          clients.stall|10ms|
          member.tick|100ms|
          member.tick|126ms|member.tick must be at most a quarter of member.interval (500ms), was 126ms
          member.stability|499ms|member.stability must be at least member.interval (500ms), was 499ms
          http.idle-timeout|5s|http.idle-timeout must be at least http.event-keep-alive (15s), was 5s
          http.port|7946|http.port must be different from gossip.port, was 7946
          udp.port|7946|udp.port must be different from gossip.port, was 7946
          tcp.port|5701|tcp.port must be different from hazelcast.port, was 5701
          node.bind|0.0.0.0|node.advertise must be an address that others can reach when node.bind is 0.0.0.0, was empty
          node.advertise|::|node.advertise must be an address that others can reach, was ::
          """)
  void shouldCheckRulesBetweenOptions(String name, String value, String message)
      throws ConfigException {
    if (message == null) {
      assertThat(flags(Map.of(name, value))).isNotNull();
    } else {
      assertThat(problems(Map.of(name, value))).containsExactly(message);
    }
  }

  @ParameterizedTest
  @CsvSource({"clients.dead-phi,clients.suspect-phi", "member.unreachable-phi,member.suspect-phi"})
  void shouldOrderThresholds(String upper, String lower) {
    assertThat(problems(Map.of(upper, "5", lower, "5.5")))
        .containsExactly(upper + " must be at least " + lower + " (5.5), was 5");
  }

  @Test
  void shouldAllowFreePortsToCoincide() throws ConfigException {
    NodeConfig config = flags(Map.of("tcp.port", "0", "udp.port", "0", "http.port", "0"));

    assertThat(config.tcp().port()).isZero();
  }

  @Test
  void shouldRefuseKeysFromTwoPlaces() throws Exception {
    assertThat(fileProblems("gossip: {keys: '7:" + KEY + "', keys-file: /x}"))
        .containsExactly("gossip.keys-file must be empty when gossip.keys is given, was /x");
  }

  @Test
  void shouldLetTheLaterSourceWin() throws Exception {
    Path file = file("gossip:\n  port: 1001\ntcp.port: 1002\nudp:\n  port: 1003\n");
    Map<String, String> environment =
        Map.of("PHIAL_TCP_PORT", "2002", "PHIAL_UDP_PORT", " 2003 ", "PATH", "/bin");

    ConfigLoader.Loaded loaded = ConfigLoader.load(file, environment, Map.of("udp.port", "3003"));

    assertThat(loaded.config().gossip().port()).isEqualTo(1001);
    assertThat(loaded.config().tcp().port()).isEqualTo(2002);
    assertThat(loaded.config().udp().port()).isEqualTo(3003);
    assertThat(loaded.settings())
        .contains(
            new Setting("gossip.port", "1001", "file " + file),
            new Setting("tcp.port", "2002", "environment PHIAL_TCP_PORT"),
            new Setting("udp.port", "3003", "flag"),
            new Setting("http.port", "8080", "default"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldKnowEveryOptionInTheEnvironment(String name) {
    Option<?> option = Options.byName(name).orElseThrow();
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class,
            () -> ConfigLoader.load(null, Map.of(option.environmentName(), "!\0!"), Map.of()));

    assertThat(refused.problems())
        .singleElement()
        .asString()
        .startsWith(name + " must be ")
        .endsWith("(environment " + option.environmentName() + ")");
  }

  @Test
  void shouldReadListsOfEveryForm() throws Exception {
    List<Endpoint> expected =
        List.of(new Endpoint("10.0.0.1", 1), new Endpoint("::1", 2), new Endpoint("127.0.0.1", 3));
    String flow = "gossip:\n  seeds: [10.0.0.1:1, '[::1]:2', localhost:3]\n";
    String block = "gossip:\n  seeds:\n  - 10.0.0.1:1\n  - '[::1]:2'\n  - localhost:3\n";
    String text = "gossip.seeds: 10.0.0.1:1, [::1]:2, localhost:3\n";

    for (String yaml : List.of(flow, block, text)) {
      assertThat(
              ConfigLoader.load(file(yaml), Map.of(), Map.of("gossip.seal", "plain"))
                  .config()
                  .gossip()
                  .seeds())
          .isEqualTo(expected);
    }
  }

  @Test
  void shouldTakeAnEmptyFile() throws Exception {
    assertThat(ConfigLoader.load(file("# nothing\n"), Map.of(), Map.of()).config()).isNotNull();
  }

  @Test
  void shouldRefuseUnknownKeysWithTheNearestName() throws Exception {
    assertThat(fileProblems("node:\n  id: a\ngosip:\n  port: 1\n"))
        .singleElement()
        .asString()
        .startsWith("unknown option gosip")
        .endsWith("(line 4); did you mean gossip.port?");
    assertThat(problems(Map.of("clients.dead-fi", "9")))
        .containsExactly("unknown option clients.dead-fi; did you mean clients.dead-phi?");
  }

  @Test
  void shouldRefuseAKeyGivenTwice() throws Exception {
    assertThat(fileProblems("gossip:\n  port: 1001\ngossip.port: 1002\n"))
        .singleElement()
        .asString()
        .startsWith("gossip.port must be given once in ")
        .endsWith("(line 3)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1, 2]|must be a YAML mapping",
        "a: [|must be YAML",
        "a: !!java.net.URL [x]|must be YAML",
        "gossip: {port: {x: 1}}|gossip.port must be a value",
        "gossip: 5|unknown option gossip",
        "? [a]: b|must have words as keys",
        "a: x\u0001b|must be YAML"
      })
  void shouldRefuseFilesOfAnotherForm(String yaml, String message) throws Exception {
    assertThat(fileProblems(yaml.replace("\\n", "\n"))).first().asString().contains(message);
  }

  @Test
  void shouldRefuseDeepAndAliasedFiles() throws Exception {
    assertThat(fileProblems("a: ".repeat(1) + "{a: ".repeat(200) + "1" + "}".repeat(200)))
        .isNotEmpty();
    assertThat(fileProblems("x: &x {a: 1}\ny: *x\n")).isNotEmpty();
  }

  @Test
  void shouldRefuseFilesThatCannotBeRead() throws Exception {
    Path missing = folder.resolve("missing.yaml");
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigLoader.load(missing, Map.of(), Map.of()));
    assertThat(refused).hasMessageContaining("missing.yaml must be a readable UTF-8 file");
    assertThat(fileProblems("#".repeat(YamlFile.BYTES_MAX + 1)))
        .singleElement()
        .asString()
        .contains("must be at most 1048576 bytes");
  }

  @Test
  void shouldIgnoreServiceLinksOfKubernetes() throws ConfigException {
    ConfigLoader.Loaded loaded =
        ConfigLoader.load(null, Map.of("PHIAL_HTTP_PORT", "tcp://10.0.0.1:8080"), Map.of());

    assertThat(loaded.config().http().port()).isEqualTo(8080);
    assertThat(loaded.warnings())
        .anyMatch(warning -> warning.startsWith("PHIAL_HTTP_PORT is ignored"));
  }

  @Test
  void shouldWarnOfLikelyTyposInTheEnvironment() throws ConfigException {
    ConfigLoader.Loaded loaded =
        ConfigLoader.load(
            null, Map.of("PHIAL_GOSIP_PORT", "1", "PHIAL_SOMETHING_ELSE", "x"), Map.of());

    assertThat(loaded.warnings())
        .contains("PHIAL_GOSIP_PORT is not a setting; did you mean PHIAL_GOSSIP_PORT?")
        .noneMatch(warning -> warning.contains("SOMETHING"));
  }

  @Test
  void shouldMapEveryDuration() throws ConfigException {
    NodeConfig config = flags(Map.of("clients.reconnect-grace", "1.5s", "node.stop-timeout", "5s"));

    assertThat(config.clients().reconnectGrace()).isEqualTo(Duration.ofMillis(1500));
    assertThat(config.node().stopTimeout()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void shouldKnowProfilesOfItsOwnAndFurtherOnes() throws Exception {
    NodeConfig config =
        ConfigLoader.load(
                null,
                Map.of("PHIAL_PROFILES_TAXI_INTERVAL_MIN", "3s"),
                Map.of(
                    "profiles.custom", "taxi",
                    "profiles.taxi.ids", "taxi-,cab-",
                    "profiles.game.dead-phi", "7"))
            .config();
    assertThat(config.clients().profiles())
        .extracting(io.phial.core.registry.Profile::name)
        .containsExactly("game", "service", "im", "iot", "taxi");
    assertThat(config.clients().profiles().get(0).deadPhi()).isEqualTo(7);
    var taxi = config.clients().profiles().get(4);
    assertThat(taxi.intervalNanosMin()).isEqualTo(3_000_000_000L);
    assertThat(taxi.idPrefixes()).containsExactly("taxi-", "cab-");
    assertThat(taxi.intervalNanosMax()).as("as service").isEqualTo(10_000_000_000L);
  }

  @Test
  void shouldRefuseWrongProfilesWithOptionBoundAndValue() {
    assertThatThrownBy(
            () ->
                ConfigLoader.load(
                    null,
                    Map.of(),
                    Map.of("profiles.game.interval-min", "5s", "profiles.iot.dead-phi", "2")))
        .hasMessageContaining(
            "profiles.game.interval-max must be at least profiles.game.interval-min (5s), was 2s")
        .hasMessageContaining(
            "profiles.iot.dead-phi must be at least profiles.iot.suspect-phi (4), was 2");
    assertThatThrownBy(
            () -> ConfigLoader.load(null, Map.of(), Map.of("profiles.taxi.dead-phi", "9")))
        .hasMessageContaining("profiles.custom must name taxi");
    assertThatThrownBy(() -> ConfigLoader.load(null, Map.of(), Map.of("profiles.custom", "iot")))
        .hasMessageContaining("profiles.custom must be at most 11 names");
    assertThatThrownBy(
            () -> ConfigLoader.load(null, Map.of(), Map.of("profiles.iot.suspect-phi", "0")))
        .hasMessageContaining("profiles.iot.suspect-phi must be 1 to 16, was 0");
  }
}
