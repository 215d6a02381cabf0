package io.phial.node.cli;

import io.phial.node.config.ConfigException;
import io.phial.node.config.ConfigLoader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The flags that configure a node. They are texts here: the one place that validates them is the
 * configuration itself.
 */
final class ConfigFlags {
  private final Map<String, String> flags = new LinkedHashMap<>();

  @Option(names = "--config", paramLabel = "FILE", description = "YAML file of settings.")
  private @Nullable Path file;

  @Option(names = "--id", paramLabel = "ID", description = "This node's own name (node.id).")
  void id(String value) {
    flags.put("node.id", value);
  }

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      description = "Numeric address to listen on (node.bind).")
  void bind(String value) {
    flags.put("node.bind", value);
  }

  @Option(
      names = "--advertise",
      paramLabel = "ADDRESS",
      description = "Numeric address that others are told (node.advertise).")
  void advertise(String value) {
    flags.put("node.advertise", value);
  }

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "Failure domain of this node (node.zone).")
  void zone(String value) {
    flags.put("node.zone", value);
  }

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      description = "Label that keeps clusters apart (cluster.name).")
  void cluster(String value) {
    flags.put("cluster.name", value);
  }

  @Option(
      names = "--view",
      paramLabel = "KIND",
      description = "hazelcast, or embedded for nodes without it (cluster.view).")
  void view(String value) {
    flags.put("cluster.view", value);
  }

  @Option(
      names = "--gossip-port",
      paramLabel = "PORT",
      description = "UDP and TCP port for other nodes (gossip.port).")
  void gossipPort(String value) {
    flags.put("gossip.port", value);
  }

  @Option(
      names = {"--gossip-seeds", "--seeds"},
      paramLabel = "HOST:PORT,…",
      description = "Some nodes to ask first (gossip.seeds).")
  void gossipSeeds(String value) {
    flags.put("gossip.seeds", value);
  }

  @Option(
      names = "--gossip-keys-file",
      paramLabel = "FILE",
      description = "Keys that seal what nodes tell each other (gossip.keys-file).")
  void gossipKeysFile(String value) {
    flags.put("gossip.keys-file", value);
  }

  @Option(
      names = "--hazelcast-port",
      paramLabel = "PORT",
      description = "TCP port of Hazelcast (hazelcast.port).")
  void hazelcastPort(String value) {
    flags.put("hazelcast.port", value);
  }

  @Option(
      names = "--hazelcast-members",
      paramLabel = "HOST:PORT,…",
      description = "Hazelcast members to join (hazelcast.members).")
  void hazelcastMembers(String value) {
    flags.put("hazelcast.members", value);
  }

  @Option(
      names = "--tcp-port",
      paramLabel = "PORT",
      description = "Plain TCP of clients, 0 for any free port (tcp.port).")
  void tcpPort(String value) {
    flags.put("tcp.port", value);
  }

  @Option(
      names = "--udp-port",
      paramLabel = "PORT",
      description = "Datagrams of clients, 0 for any free port (udp.port).")
  void udpPort(String value) {
    flags.put("udp.port", value);
  }

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "HTTP API, 0 for any free port (http.port).")
  void httpPort(String value) {
    flags.put("http.port", value);
  }

  @Option(names = "--log-format", paramLabel = "FORMAT", description = "text or json (log.format).")
  void logFormat(String value) {
    flags.put("log.format", value);
  }

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description = "error, warn, info, debug or trace (log.level).")
  void logLevel(String value) {
    flags.put("log.level", value);
  }

  @Option(
      names = "--print-events",
      description = "Print a JSON line for each change of a verdict (events.print).")
  void printEvents(boolean value) {
    flags.put("events.print", Boolean.toString(value));
  }

  @Option(
      names = "--set",
      paramLabel = "OPTION=VALUE",
      description = "Any other setting by its name, such as --set clients.dead-phi=9.")
  void set(Map<String, String> values) {
    flags.putAll(values);
  }

  /** The configuration of file, environment and these flags. */
  ConfigLoader.Loaded load(Map<String, String> environment) throws ConfigException {
    return ConfigLoader.load(file, environment, flags);
  }
}
