package io.phial.node.config;

import io.phial.core.wire.Endpoint;
import io.phial.core.wire.KeyRing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rules between settings, and the settings as records. */
final class ConfigRules {
  private static final int SECRET_FILE_BYTES_MAX = 4096;

  /** Deadlines of members fire within a tick; a coarser one would be felt in every interval. */
  private static final int TICKS_PER_INTERVAL_MIN = 4;

  private final Map<String, Object> values;
  private final List<String> problems;
  private final List<String> warnings;

  /**
   * Takes values that each passed their own bound.
   *
   * @param values by option name
   * @param problems is added to
   * @param warnings is added to
   */
  ConfigRules(Map<String, Object> values, List<String> problems, List<String> warnings) {
    this.values = values;
    this.problems = problems;
    this.warnings = warnings;
  }

  /** Checks what one setting demands of another. */
  void check() {
    checkAddresses();
    checkPorts();
    checkTls();
    atLeast(Options.HTTP_IDLE_TIMEOUT, Options.HTTP_EVENT_KEEP_ALIVE);
    atLeast(Options.MEMBER_UNREACHABLE_PHI, Options.MEMBER_SUSPECT_PHI);
    atLeast(Options.MEMBER_STABILITY, Options.MEMBER_INTERVAL);
    Duration interval = of(Options.MEMBER_INTERVAL);
    if (interval.compareTo(of(Options.MEMBER_TICK).multipliedBy(TICKS_PER_INTERVAL_MIN)) < 0) {
      violated(
          Options.MEMBER_TICK,
          "at most a quarter of member.interval (%s)".formatted(Durations.format(interval)));
    }
    atLeast(Options.CLIENTS_DEAD_PHI, Options.CLIENTS_SUSPECT_PHI);
    profileNames().forEach(this::checkProfile);
    atLeast(Options.CLIENTS_STALL, Options.CLIENTS_TICK);
    atLeast(Options.CLIENTS_INTERVAL_MAX, Options.CLIENTS_INTERVAL_MIN);
    if (of(Options.CLIENTS_SECRET).length > 0 && !of(Options.CLIENTS_SECRET_FILE).isEmpty()) {
      violated(Options.CLIENTS_SECRET_FILE, "empty when clients.secret is given");
    }
    if (!of(Options.GOSSIP_KEYS).isEmpty() && !of(Options.GOSSIP_KEYS_FILE).isEmpty()) {
      violated(Options.GOSSIP_KEYS_FILE, "empty when gossip.keys is given");
    }
    if (of(Options.WEBHOOKS_SECRET).length > 0 && !of(Options.WEBHOOKS_SECRET_FILE).isEmpty()) {
      violated(Options.WEBHOOKS_SECRET_FILE, "empty when webhooks.secret is given");
    }
    if (!of(Options.WEBHOOKS_URLS).isEmpty()
        && of(Options.WEBHOOKS_SECRET).length == 0
        && of(Options.WEBHOOKS_SECRET_FILE).isEmpty()) {
      violated(Options.WEBHOOKS_URLS, "empty when no webhooks.secret is given");
    }
    if (of(Options.GOSSIP_SEAL) != SealKind.PLAIN && !hasKeys() && expectsOthers()) {
      violated(
          Options.GOSSIP_KEYS,
          "given, or gossip.keys-file ('phial keygen' makes keys), or gossip.seal plain,"
              + " when there are other nodes");
    }
  }

  /** A port inside TLS needs both files. */
  private void checkTls() {
    boolean cert = !of(Options.TLS_CERT).isEmpty();
    boolean key = !of(Options.TLS_KEY).isEmpty();
    if (cert != key) {
      violated(cert ? Options.TLS_KEY : Options.TLS_CERT, "given with the other of the two files");
    }
    for (Option<Integer> port :
        List.of(
            Options.TCP_TLS_PORT,
            Options.HTTP_TLS_PORT,
            Options.WEBSOCKET_TLS_PORT,
            Options.MQTT_TLS_PORT)) {
      if (of(port) != Protocols.OFF && !(cert && key)) {
        violated(port, "off when tls.cert and tls.key are not given");
      }
    }
  }

  private List<String> profileNames() {
    List<String> names = new ArrayList<>(ProfileOptions.NAMES);
    names.addAll(of(Options.PROFILES_CUSTOM));
    return names;
  }

  private void checkProfile(String name) {
    ProfileOptions.Reader profile = new ProfileOptions.Reader(name, values::get);
    atLeast(
        profile.option(ProfileOptions.INTERVAL_MAX), profile.option(ProfileOptions.INTERVAL_MIN));
    atLeast(profile.option(ProfileOptions.DEAD_PHI), profile.option(ProfileOptions.SUSPECT_PHI));
    atLeast(
        profile.option(ProfileOptions.DETECTION_TARGET),
        profile.option(ProfileOptions.INTERVAL_MIN));
  }

  private boolean hasKeys() {
    return !of(Options.GOSSIP_KEYS).isEmpty() || !of(Options.GOSSIP_KEYS_FILE).isEmpty();
  }

  private boolean expectsOthers() {
    String advertise = of(Options.NODE_ADVERTISE);
    String host = advertise.isEmpty() ? of(Options.NODE_BIND) : advertise;
    Endpoint self = new Endpoint(host, of(Options.GOSSIP_PORT));
    boolean hazelcast = of(Options.CLUSTER_VIEW) != ViewKind.EMBEDDED;
    return of(Options.GOSSIP_SEEDS).stream().anyMatch(seed -> !seed.equals(self))
        || (hazelcast && of(Options.HAZELCAST_MEMBERS).size() > 1);
  }

  private void checkAddresses() {
    String advertise = of(Options.NODE_ADVERTISE);
    boolean isGiven = !advertise.isEmpty();
    if (isGiven && Kinds.isWildcard(advertise)) {
      violated(Options.NODE_ADVERTISE, "an address that others can reach");
    }
    if (!isGiven && Kinds.isWildcard(of(Options.NODE_BIND))) {
      violated(
          Options.NODE_ADVERTISE,
          "an address that others can reach when node.bind is " + of(Options.NODE_BIND));
    }
  }

  /** Sockets of one protocol on one address cannot share a port; 0 means any free one. */
  private void checkPorts() {
    distinct(
        List.of(
            Options.GOSSIP_PORT,
            Options.HAZELCAST_PORT,
            Options.HAZELCAST_BUS_PORT,
            Options.TCP_PORT,
            Options.HTTP_PORT,
            Options.WEBSOCKET_PORT,
            Options.MQTT_PORT,
            Options.GRPC_PORT,
            Options.HEALTH_PORT,
            Options.TCP_TLS_PORT,
            Options.HTTP_TLS_PORT,
            Options.WEBSOCKET_TLS_PORT,
            Options.MQTT_TLS_PORT));
    distinct(List.of(Options.GOSSIP_PORT, Options.UDP_PORT));
  }

  private void distinct(List<Option<Integer>> ports) {
    for (int i = 0; i < ports.size(); i++) {
      for (Option<Integer> earlier : ports.subList(0, i)) {
        int port = of(ports.get(i));
        if (port > 0 && port == of(earlier)) {
          violated(ports.get(i), "different from " + earlier.name());
        }
      }
    }
  }

  private <T extends Comparable<T>> void atLeast(Option<T> option, Option<T> least) {
    if (of(option).compareTo(of(least)) < 0) {
      violated(option, "at least " + least.name() + " (" + least.kind().format(of(least)) + ")");
    }
  }

  private <T> void violated(Option<T> option, String bound) {
    String value = option.kind().format(of(option));
    problems.add(new Violation(option.name(), bound, value).message());
  }

  /** The settings as records; call only when nothing was violated. */
  NodeConfig build() {
    return new NodeConfig(
        node(),
        new NodeConfig.Cluster(
            of(Options.CLUSTER_NAME),
            view(),
            of(Options.CLUSTER_OPERATION_TIMEOUT),
            of(Options.CLUSTER_START_TIMEOUT),
            of(Options.CLUSTER_CHECKPOINT),
            of(Options.CLUSTER_TAKEOVER_SPREAD)),
        gossip(),
        new NodeConfig.Hazelcast(
            of(Options.HAZELCAST_PORT),
            of(Options.HAZELCAST_BUS_PORT),
            of(Options.HAZELCAST_MEMBERS)),
        new NodeConfig.Tcp(
            of(Options.TCP_PORT),
            of(Options.TCP_TLS_PORT),
            of(Options.TCP_CONNECTIONS_MAX),
            of(Options.TCP_FIRST_BEAT_TIMEOUT)),
        new NodeConfig.Udp(of(Options.UDP_PORT), of(Options.UDP_REGISTRATIONS_MAX)),
        http(),
        new NodeConfig.Health(of(Options.HEALTH_PORT)),
        protocols(),
        members(),
        clients(),
        new NodeConfig.Log(
            of(Options.LOG_FORMAT), of(Options.LOG_LEVEL), of(Options.LOG_LIBRARIES_LEVEL)),
        new NodeConfig.Events(of(Options.EVENTS_CAPACITY), of(Options.EVENTS_QUEUE_MAX)),
        new NodeConfig.Webhooks(
            of(Options.WEBHOOKS_URLS),
            webhookSecret(),
            of(Options.WEBHOOKS_TIMEOUT),
            of(Options.WEBHOOKS_PAUSE_MAX)),
        of(Options.EVENTS_PRINT));
  }

  /** A node that is told of no other one is a lone node. */
  private ViewKind view() {
    ViewKind given = of(Options.CLUSTER_VIEW);
    if (given != ViewKind.AUTO) {
      return given;
    }
    boolean alone = of(Options.GOSSIP_SEEDS).isEmpty() && of(Options.HAZELCAST_MEMBERS).isEmpty();
    return alone ? ViewKind.EMBEDDED : ViewKind.HAZELCAST;
  }

  private Secret webhookSecret() {
    byte[] given = of(Options.WEBHOOKS_SECRET);
    String file = of(Options.WEBHOOKS_SECRET_FILE);
    return new Secret(
        given.length > 0 || file.isEmpty() ? given : fromFile(Options.WEBHOOKS_SECRET_FILE, file));
  }

  private NodeConfig.Node node() {
    String advertise = of(Options.NODE_ADVERTISE);
    int loops = of(Options.NODE_EVENT_LOOPS);
    return new NodeConfig.Node(
        of(Options.NODE_ID),
        of(Options.NODE_ZONE),
        of(Options.NODE_CAPACITY),
        of(Options.NODE_BIND),
        advertise.isEmpty() ? of(Options.NODE_BIND) : advertise,
        loops == 0 ? Math.min(64, Runtime.getRuntime().availableProcessors()) : loops,
        of(Options.NODE_NATIVE_TRANSPORT),
        of(Options.NODE_STOP_TIMEOUT),
        of(Options.NODE_DATA_DIR));
  }

  private NodeConfig.Gossip gossip() {
    return new NodeConfig.Gossip(
        of(Options.GOSSIP_PORT),
        of(Options.GOSSIP_SEEDS),
        of(Options.GOSSIP_SEAL),
        keys(),
        of(Options.GOSSIP_KEYS_FILE),
        of(Options.GOSSIP_KEYS_RELOAD),
        of(Options.GOSSIP_BYTES_MAX),
        of(Options.GOSSIP_CONNECTIONS_MAX),
        of(Options.GOSSIP_IDLE_TIMEOUT));
  }

  private @Nullable KeyRing keys() {
    if (of(Options.GOSSIP_SEAL) != SealKind.SEALED) {
      warnings.add(
          "gossip.seal is "
              + Options.GOSSIP_SEAL.kind().format(of(Options.GOSSIP_SEAL))
              + ": whoever reaches the gossip port can forge what nodes tell each other");
    }
    if (!of(Options.GOSSIP_KEYS).isEmpty()) {
      return KeyRing.parse(of(Options.GOSSIP_KEYS));
    }
    String file = of(Options.GOSSIP_KEYS_FILE);
    if (!file.isEmpty()) {
      return keysFrom(file);
    }
    return of(Options.GOSSIP_SEAL) == SealKind.PLAIN ? null : ownKey();
  }

  private @Nullable KeyRing keysFrom(String file) {
    try {
      if (Files.size(Path.of(file)) <= KeyRing.TEXT_CHARS_MAX) {
        return KeyRing.parse(Files.readString(Path.of(file), StandardCharsets.US_ASCII));
      }
    } catch (IOException | IllegalArgumentException e) {
      // Told below; the cause may quote the content.
    }
    violated(Options.GOSSIP_KEYS_FILE, "a readable file with " + Options.GOSSIP_KEYS.bound());
    return null;
  }

  /** Nobody else is expected; whoever comes all the same is kept out until there are keys. */
  private KeyRing ownKey() {
    warnings.add(
        "no gossip.keys are configured: this node made a key of its own, so no other node can"
            + " join it; 'phial keygen' makes keys");
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return KeyRing.of(1, key);
  }

  private NodeConfig.Http http() {
    return new NodeConfig.Http(
        of(Options.HTTP_PORT),
        of(Options.HTTP_TLS_PORT),
        of(Options.HTTP_CONNECTIONS_MAX),
        of(Options.HTTP_IDLE_TIMEOUT),
        of(Options.HTTP_QUERY_TIMEOUT),
        of(Options.HTTP_READERS_MAX),
        of(Options.HTTP_EVENT_BUFFER),
        of(Options.HTTP_EVENT_KEEP_ALIVE));
  }

  private Protocols protocols() {
    return new Protocols(
        new Protocols.Payloads(
            of(Options.CLIENTS_PAYLOAD_BYTES_MAX), of(Options.CLIENTS_PAYLOADS_MAX)),
        new Protocols.Sockets(
            of(Options.SOCKETS_KEEP_ALIVE_IDLE),
            of(Options.SOCKETS_KEEP_ALIVE_INTERVAL),
            of(Options.SOCKETS_KEEP_ALIVE_COUNT),
            of(Options.SOCKETS_USER_TIMEOUT),
            of(Options.TLS_CERT),
            of(Options.TLS_KEY),
            of(Options.TLS_RELOAD)),
        new Protocols.WebSocket(
            of(Options.WEBSOCKET_PORT),
            of(Options.WEBSOCKET_TLS_PORT),
            of(Options.WEBSOCKET_CONNECTIONS_MAX),
            of(Options.WEBSOCKET_INTERVAL)),
        new Protocols.Mqtt(
            of(Options.MQTT_PORT),
            of(Options.MQTT_TLS_PORT),
            of(Options.MQTT_CONNECTIONS_MAX),
            of(Options.MQTT_KEEP_ALIVE_MAX),
            of(Options.MQTT_MESSAGE_BYTES_MAX),
            of(Options.MQTT_SUBSCRIPTIONS_MAX),
            of(Options.MQTT_SUBSCRIBERS_MAX),
            of(Options.MQTT_RETAINED_MAX)),
        new Protocols.Grpc(
            of(Options.GRPC_PORT), of(Options.GRPC_CONNECTIONS_MAX), of(Options.GRPC_WATCHES_MAX)),
        new Protocols.Probes(of(Options.PROBE_TARGETS), of(Options.PROBE_CONCURRENCY_MAX)));
  }

  private NodeConfig.Members members() {
    return new NodeConfig.Members(
        of(Options.MEMBER_TICK),
        of(Options.MEMBER_INTERVAL),
        of(Options.MEMBER_OBSERVERS),
        of(Options.MEMBER_SUSPECT_PHI),
        of(Options.MEMBER_UNREACHABLE_PHI),
        of(Options.MEMBER_STABILITY));
  }

  private NodeConfig.Clients clients() {
    return new NodeConfig.Clients(
        of(Options.CLIENTS_MAX),
        of(Options.CLIENTS_TICK),
        of(Options.CLIENTS_STALL),
        of(Options.CLIENTS_SUSPECT_PHI),
        of(Options.CLIENTS_DEAD_PHI),
        of(Options.CLIENTS_GRACE_INTERVALS),
        of(Options.CLIENTS_GRACE_MIN),
        of(Options.CLIENTS_RECONNECT_GRACE),
        of(Options.CLIENTS_LEARN_INTERVAL_MAX),
        of(Options.CLIENTS_DEAD_RETENTION),
        of(Options.CLIENTS_INTERVAL_MIN),
        of(Options.CLIENTS_INTERVAL_MAX),
        secret(),
        profileNames().stream().map(name -> ProfileOptions.read(name, values::get)).toList());
  }

  private Secret secret() {
    byte[] given = of(Options.CLIENTS_SECRET);
    String file = of(Options.CLIENTS_SECRET_FILE);
    if (given.length > 0) {
      return new Secret(given);
    }
    if (!file.isEmpty()) {
      return new Secret(fromFile(Options.CLIENTS_SECRET_FILE, file));
    }
    warnings.add(
        "no clients.secret is configured: the key of the clients' beats is derived from the name"
            + " of the cluster, so whoever knows that name can forge beats; set "
            + Options.CLIENTS_SECRET.environmentName()
            + " or clients.secret-file");
    return new Secret(derived(of(Options.CLUSTER_NAME)));
  }

  private byte[] fromFile(Option<String> option, String file) {
    try {
      if (Files.size(Path.of(file)) <= SECRET_FILE_BYTES_MAX) {
        String text = Files.readString(Path.of(file), StandardCharsets.US_ASCII).strip();
        byte[] key = Options.CLIENTS_SECRET.kind().parse(text);
        if (key.length > 0) {
          return key;
        }
      }
      refuseSecretFile(option, file);
    } catch (IOException | IllegalArgumentException e) {
      // The cause may quote the content, which is the secret.
      refuseSecretFile(option, file);
    }
    return new byte[0];
  }

  private void refuseSecretFile(Option<String> option, String file) {
    problems.add(
        new Violation(option.name(), "a readable file with " + Options.CLIENTS_SECRET.bound(), file)
            .message());
  }

  private static byte[] derived(String clusterName) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return digest.digest(
          ("phial client secret of cluster " + clusterName).getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  // Each value was put there by the option's own kind.
  @SuppressWarnings("unchecked")
  private <T> T of(Option<T> option) {
    return (T) values.get(option.name());
  }
}
