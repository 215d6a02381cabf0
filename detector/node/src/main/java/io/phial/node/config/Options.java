package io.phial.node.config;

import io.phial.core.wire.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Every setting of a node. {@code docs/configuration.md} says what each is for. */
public final class Options {
  /** What the environment names of all options begin with. */
  public static final String ENVIRONMENT_PREFIX = "PHIAL_";

  static final int ENDPOINTS_MAX = 64;
  static final int TARGETS_MAX = 10_000;

  // Declared before the options: they enter it as they are created.
  private static final List<Option<?>> OPTIONS = new ArrayList<>();

  /** This node's own name. */
  public static final Option<String> NODE_ID = add("node.id", Kinds.label(1, 64), HostName.find());

  static final Option<String> NODE_ZONE = add("node.zone", Kinds.label(0, 64), "");
  static final Option<Integer> NODE_CAPACITY = add("node.capacity", Kinds.integer(1, 1000), "100");
  static final Option<String> NODE_BIND = add("node.bind", Kinds.address(false), "127.0.0.1");
  static final Option<String> NODE_ADVERTISE = add("node.advertise", Kinds.address(true), "");
  static final Option<Integer> NODE_EVENT_LOOPS =
      add("node.event-loops", Kinds.integer(0, 64), "0");
  static final Option<Boolean> NODE_NATIVE_TRANSPORT =
      add("node.native-transport", Kinds.truth(), "true");
  static final Option<Duration> NODE_STOP_TIMEOUT =
      add("node.stop-timeout", Kinds.duration("1s", "60s"), "10s");

  static final Option<String> NODE_DATA_DIR = add("node.data-dir", Kinds.path(), "");

  static final Option<String> CLUSTER_NAME = add("cluster.name", Kinds.label(1, 64), "phial");
  static final Option<ViewKind> CLUSTER_VIEW =
      add("cluster.view", Kinds.choice(ViewKind.class), "auto");
  static final Option<Duration> CLUSTER_OPERATION_TIMEOUT =
      add("cluster.operation-timeout", Kinds.duration("100ms", "60s"), "8s");
  static final Option<Duration> CLUSTER_START_TIMEOUT =
      add("cluster.start-timeout", Kinds.duration("5s", "10m"), "60s");
  static final Option<Duration> CLUSTER_CHECKPOINT =
      add("cluster.checkpoint", Kinds.duration("1s", "10m"), "10s");
  static final Option<Duration> CLUSTER_TAKEOVER_SPREAD =
      add("cluster.takeover-spread", Kinds.duration("0s", "60s"), "1s");

  static final Option<Integer> GOSSIP_PORT = add("gossip.port", Kinds.integer(1, 65535), "7946");
  static final Option<List<Endpoint>> GOSSIP_SEEDS =
      add("gossip.seeds", Kinds.endpoints(ENDPOINTS_MAX), "");
  static final Option<SealKind> GOSSIP_SEAL =
      add("gossip.seal", Kinds.choice(SealKind.class), "sealed");
  static final Option<String> GOSSIP_KEYS = keys("gossip.keys");
  static final Option<String> GOSSIP_KEYS_FILE = add("gossip.keys-file", Kinds.path(), "");
  static final Option<Duration> GOSSIP_KEYS_RELOAD =
      add("gossip.keys-reload", Kinds.duration("100ms", "1h"), "5s");
  static final Option<Integer> GOSSIP_BYTES_MAX =
      add("gossip.bytes-per-second-max", Kinds.integer(4096, 1_000_000_000), "262144");
  static final Option<Integer> GOSSIP_CONNECTIONS_MAX =
      add("gossip.connections-max", Kinds.integer(16, 65_535), "1024");
  static final Option<Duration> GOSSIP_IDLE_TIMEOUT =
      add("gossip.idle-timeout", Kinds.duration("3s", "1h"), "60s");

  static final Option<Integer> HAZELCAST_PORT =
      add("hazelcast.port", Kinds.integer(1, 65535), "5701");
  static final Option<Integer> HAZELCAST_BUS_PORT =
      add("hazelcast.bus-port", Kinds.integer(0, 65535), "0");
  static final Option<List<String>> HAZELCAST_MEMBERS =
      add("hazelcast.members", Kinds.members(ENDPOINTS_MAX), "");

  static final Option<Integer> TCP_PORT = add("tcp.port", Kinds.integer(0, 65535), "7070");
  static final Option<Integer> TCP_TLS_PORT = add("tcp.tls-port", Kinds.port(), "off");
  static final Option<Integer> TCP_CONNECTIONS_MAX =
      add("tcp.connections-max", Kinds.integer(1, 1_000_000), "100000");
  static final Option<Duration> TCP_FIRST_BEAT_TIMEOUT =
      add("tcp.first-beat-timeout", Kinds.duration("1s", "1h"), "60s");
  static final Option<Integer> UDP_PORT = add("udp.port", Kinds.integer(0, 65535), "7070");
  static final Option<Integer> UDP_REGISTRATIONS_MAX =
      add("udp.registrations-per-second-max", Kinds.integer(1, 1_000_000), "20000");

  static final Option<Integer> HTTP_PORT = add("http.port", Kinds.integer(0, 65535), "8080");
  static final Option<Integer> HTTP_TLS_PORT = add("http.tls-port", Kinds.port(), "off");
  static final Option<Integer> HTTP_CONNECTIONS_MAX =
      add("http.connections-max", Kinds.integer(1, 100_000), "1024");
  static final Option<Duration> HTTP_IDLE_TIMEOUT =
      add("http.idle-timeout", Kinds.duration("1s", "1h"), "60s");
  static final Option<Duration> HTTP_QUERY_TIMEOUT =
      add("http.query-timeout", Kinds.duration("100ms", "30s"), "3s");
  static final Option<Integer> HTTP_READERS_MAX =
      add("http.event-readers-max", Kinds.integer(0, 10_000), "64");
  static final Option<Integer> HTTP_EVENT_BUFFER =
      add("http.event-buffer", Kinds.integer(16, 1_000_000), "4096");
  static final Option<Duration> HTTP_EVENT_KEEP_ALIVE =
      add("http.event-keep-alive", Kinds.duration("100ms", "5m"), "15s");

  static final Option<Integer> HEALTH_PORT = add("health.port", Kinds.integer(0, 65535), "0");
  static final Option<Integer> WEBSOCKET_PORT = add("websocket.port", Kinds.port(), "off");
  static final Option<Integer> WEBSOCKET_TLS_PORT = add("websocket.tls-port", Kinds.port(), "off");
  static final Option<Integer> WEBSOCKET_CONNECTIONS_MAX =
      add("websocket.connections-max", Kinds.integer(1, 1_000_000), "100000");
  static final Option<Duration> WEBSOCKET_INTERVAL =
      add("websocket.interval", Kinds.duration("100ms", "1h"), "15s");

  static final Option<Integer> MQTT_PORT = add("mqtt.port", Kinds.port(), "off");
  static final Option<Integer> MQTT_TLS_PORT = add("mqtt.tls-port", Kinds.port(), "off");
  static final Option<Integer> MQTT_CONNECTIONS_MAX =
      add("mqtt.connections-max", Kinds.integer(1, 1_000_000), "100000");
  static final Option<Duration> MQTT_KEEP_ALIVE_MAX =
      add("mqtt.keep-alive-max", Kinds.duration("1s", "18h"), "5m");
  static final Option<Integer> MQTT_MESSAGE_BYTES_MAX =
      add("mqtt.message-bytes-max", Kinds.integer(256, 1_048_576), "8192");
  static final Option<Integer> MQTT_SUBSCRIPTIONS_MAX =
      add("mqtt.subscriptions-max", Kinds.integer(0, 1_000), "16");
  static final Option<Integer> MQTT_SUBSCRIBERS_MAX =
      add("mqtt.subscribers-max", Kinds.integer(0, 100_000), "256");
  static final Option<Integer> MQTT_RETAINED_MAX =
      add("mqtt.retained-max", Kinds.integer(0, 100_000), "1024");

  static final Option<Integer> GRPC_PORT = add("grpc.port", Kinds.port(), "off");
  static final Option<Integer> GRPC_CONNECTIONS_MAX =
      add("grpc.connections-max", Kinds.integer(1, 100_000), "256");
  static final Option<Integer> GRPC_WATCHES_MAX =
      add("grpc.watches-max", Kinds.integer(0, 100_000), "1024");

  static final Option<String> TLS_CERT = add("tls.cert", Kinds.path(), "");
  static final Option<String> TLS_KEY = add("tls.key", Kinds.path(), "");
  static final Option<Duration> TLS_RELOAD =
      add("tls.reload", Kinds.duration("100ms", "1h"), "10s");
  static final Option<Duration> SOCKETS_KEEP_ALIVE_IDLE =
      add("sockets.keep-alive-idle", Kinds.duration("0s", "2h"), "5m");
  static final Option<Duration> SOCKETS_KEEP_ALIVE_INTERVAL =
      add("sockets.keep-alive-interval", Kinds.duration("1s", "10m"), "30s");
  static final Option<Integer> SOCKETS_KEEP_ALIVE_COUNT =
      add("sockets.keep-alive-count", Kinds.integer(1, 100), "5");
  static final Option<Duration> SOCKETS_USER_TIMEOUT =
      add("sockets.user-timeout", Kinds.duration("0s", "2h"), "7m");

  static final Option<List<ProbeTarget>> PROBE_TARGETS =
      add("probe.targets", Kinds.targets(TARGETS_MAX), "");
  static final Option<Integer> PROBE_CONCURRENCY_MAX =
      add("probe.concurrency-max", Kinds.integer(1, 10_000), "64");

  static final Option<Duration> MEMBER_TICK =
      add("member.tick", Kinds.duration("1ms", "1s"), "50ms");
  static final Option<Duration> MEMBER_INTERVAL =
      add("member.interval", Kinds.duration("20ms", "60s"), "500ms");
  static final Option<Integer> MEMBER_OBSERVERS =
      add("member.observers", Kinds.integer(2, 16), "4");
  static final Option<Double> MEMBER_SUSPECT_PHI =
      add("member.suspect-phi", Kinds.decimal(0.5, 16), "2.5");
  static final Option<Double> MEMBER_UNREACHABLE_PHI =
      add("member.unreachable-phi", Kinds.decimal(0.5, 32), "5");
  static final Option<Duration> MEMBER_STABILITY =
      add("member.stability", Kinds.duration("100ms", "1h"), "3s");

  static final Option<Integer> CLIENTS_MAX =
      add("clients.max", Kinds.integer(1, 50_000_000), "1000000");
  static final Option<Duration> CLIENTS_TICK =
      add("clients.tick", Kinds.duration("1ms", "1s"), "10ms");
  static final Option<Duration> CLIENTS_STALL =
      add("clients.stall", Kinds.duration("10ms", "60s"), "250ms");
  static final Option<Double> CLIENTS_SUSPECT_PHI =
      add("clients.suspect-phi", Kinds.decimal(1, 16), "4");
  static final Option<Double> CLIENTS_DEAD_PHI =
      add("clients.dead-phi", Kinds.decimal(1, 1000), "8");
  static final Option<Double> CLIENTS_GRACE_INTERVALS =
      add("clients.grace-intervals", Kinds.decimal(1, 1000), "4");
  static final Option<Duration> CLIENTS_GRACE_MIN =
      add("clients.grace-min", Kinds.duration("0s", "1h"), "2s");
  static final Option<Duration> CLIENTS_RECONNECT_GRACE =
      add("clients.reconnect-grace", Kinds.duration("0s", "1h"), "3s");
  static final Option<Duration> CLIENTS_LEARN_INTERVAL_MAX =
      add("clients.learn-interval-max", Kinds.duration("1s", "1h"), "30s");
  static final Option<Duration> CLIENTS_DEAD_RETENTION =
      add("clients.dead-retention", Kinds.duration("0s", "7d"), "10m");
  static final Option<Duration> CLIENTS_INTERVAL_MIN =
      add("clients.interval-min", Kinds.duration("10ms", "1h"), "50ms");
  static final Option<Duration> CLIENTS_INTERVAL_MAX =
      add("clients.interval-max", Kinds.duration("100ms", "1d"), "1d");
  static final Option<Integer> CLIENTS_PAYLOAD_BYTES_MAX =
      add("clients.payload-bytes-max", Kinds.integer(0, 4096), "256");
  static final Option<Integer> CLIENTS_PAYLOADS_MAX =
      add("clients.payloads-max", Kinds.integer(1, 1_000_000), "100000");
  static final Option<byte[]> CLIENTS_SECRET = secret("clients.secret");
  static final Option<String> CLIENTS_SECRET_FILE = add("clients.secret-file", Kinds.path(), "");

  static final Option<List<String>> PROFILES_CUSTOM =
      add(ProfileOptions.LIST, Kinds.profiles(ProfileOptions.CUSTOM_MAX), "");

  static {
    ProfileOptions.NAMES.forEach(name -> OPTIONS.addAll(ProfileOptions.of(name)));
  }

  static final Option<LogFormat> LOG_FORMAT =
      add("log.format", Kinds.choice(LogFormat.class), "text");
  static final Option<LogLevel> LOG_LEVEL = add("log.level", Kinds.choice(LogLevel.class), "info");
  static final Option<LogLevel> LOG_LIBRARIES_LEVEL =
      add("log.libraries-level", Kinds.choice(LogLevel.class), "warn");
  static final Option<Boolean> EVENTS_PRINT = add("events.print", Kinds.truth(), "false");
  static final Option<Integer> EVENTS_CAPACITY =
      add("events.capacity", Kinds.integer(16, 1_000_000), "16384");
  static final Option<Integer> EVENTS_QUEUE_MAX =
      add("events.queue-max", Kinds.integer(16, 10_000_000), "65536");

  static final Option<List<String>> WEBHOOKS_URLS = add("webhooks.urls", Kinds.urls(16), "");
  static final Option<byte[]> WEBHOOKS_SECRET = secret("webhooks.secret");
  static final Option<String> WEBHOOKS_SECRET_FILE = add("webhooks.secret-file", Kinds.path(), "");
  static final Option<Duration> WEBHOOKS_TIMEOUT =
      add("webhooks.timeout", Kinds.duration("100ms", "60s"), "10s");
  static final Option<Duration> WEBHOOKS_PAUSE_MAX =
      add("webhooks.pause-max", Kinds.duration("1s", "1h"), "1m");

  private static final Map<String, Option<?>> BY_NAME =
      OPTIONS.stream().collect(Collectors.toUnmodifiableMap(Option::name, Function.identity()));

  private static final Map<String, Option<?>> BY_ENVIRONMENT_NAME =
      OPTIONS.stream()
          .collect(Collectors.toUnmodifiableMap(Option::environmentName, Function.identity()));

  private Options() {}

  /** All of them and those of further profiles. */
  static List<Option<?>> with(List<String> profiles) {
    List<Option<?>> all = new ArrayList<>(OPTIONS);
    profiles.forEach(name -> all.addAll(ProfileOptions.of(name)));
    return List.copyOf(all);
  }

  /** All of them, in the order of the documentation. */
  public static List<Option<?>> all() {
    return List.copyOf(OPTIONS);
  }

  /** The option of this name; any name of a further profile is known. */
  public static Optional<Option<?>> byName(String name) {
    Option<?> known = BY_NAME.get(name);
    return known == null ? ProfileOptions.byName(name) : Optional.of(known);
  }

  static Optional<Option<?>> byEnvironmentName(String name) {
    return Optional.ofNullable(BY_ENVIRONMENT_NAME.get(name));
  }

  /** The known name that is most like an unknown one. */
  static String nearest(String unknown) {
    return OPTIONS.stream()
        .map(Option::name)
        .min(Comparator.comparingInt(name -> Spelling.distance(name, unknown)))
        .orElseThrow();
  }

  private static <T> Option<T> add(String name, Kind<T> kind, String defaultText) {
    return enter(new Option<>(name, kind, defaultText, false));
  }

  private static Option<byte[]> secret(String name) {
    return enter(new Option<>(name, Kinds.hex(), "", true));
  }

  private static Option<String> keys(String name) {
    return enter(new Option<>(name, Kinds.keys(), "", true));
  }

  private static <T> Option<T> enter(Option<T> option) {
    OPTIONS.add(option);
    return option;
  }
}
