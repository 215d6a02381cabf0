package io.phial.chaos.membership;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.phial.chaos.net.Host;
import io.phial.chaos.net.NetLab;
import io.phial.core.wire.KeyRing;
import io.phial.demo.ChildProcess;
import io.phial.demo.DemoException;
import io.phial.demo.JavaCommand;
import io.phial.demo.Sighting;
import io.phial.demo.VerdictEvent;
import io.phial.demo.VerdictLog;
import io.phial.demo.Warden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Node processes on hosts of their own in a {@link NetLab}, with sealed gossip and what they say.
 * Not thread-safe; ends every process when it is closed, and when this process dies.
 */
public final class NetCluster implements AutoCloseable {
  private static final Duration END_LIMIT = Duration.ofSeconds(3);
  private static final int GOSSIP_PORT = 7946;
  private static final int HAZELCAST_PORT = 5701;
  private static final int HTTP_PORT = 8080;
  private static final int BEAT_PORT = 7070;
  private static final int BENCH_MEGABYTES = 64;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final NetLab lab;
  private final Warden warden;
  private final Path logs;
  private final String name;
  private final boolean hazelcast;
  private final VerdictLog verdicts = new VerdictLog();
  private final Map<String, ChildProcess> processes = new LinkedHashMap<>();
  private final Map<String, Host> hosts = new LinkedHashMap<>();
  private final List<ChildProcess> benches = new ArrayList<>();

  private NetCluster(NetLab lab, Warden warden, Path logs, boolean hazelcast) {
    this.lab = lab;
    this.warden = warden;
    this.logs = logs;
    this.hazelcast = hazelcast;
    this.name = "lab-" + ProcessHandle.current().pid() + "-" + System.nanoTime() % 1_000_000;
  }

  /** Makes the network and starts the nodes n1, n2, …; does not wait for them. */
  public static NetCluster start(int nodes, boolean hazelcast)
      throws IOException, InterruptedException {
    NetLab lab = NetLab.open(nodes);
    Warden warden = Warden.start();
    NetCluster cluster =
        new NetCluster(lab, warden, Files.createTempDirectory("phial-lab-"), hazelcast);
    try {
      byte[] key = new byte[32];
      new SecureRandom().nextBytes(key);
      String keys = KeyRing.of(1, key).text().strip();
      for (Host host : lab.hosts()) {
        cluster.startNode(host, keys);
      }
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  private void startNode(Host host, String keys) throws IOException {
    String id = "n" + host.number();
    Path home = Path.of(System.getProperty("java.home"));
    List<String> command = host.command(JavaCommand.node(home, List.of(), arguments(id, host)));
    Consumer<String> lines =
        line -> VerdictEvent.parse(line).ifPresent(event -> verdicts.add(new Sighting(id, event)));
    Map<String, String> environment =
        Map.of("PHIAL_GOSSIP_KEYS", keys, "PHIAL_CLIENTS_SECRET", "00".repeat(16));
    hosts.put(id, host);
    processes.put(
        id, ChildProcess.start(id, command, environment, logs.resolve(id + ".log"), lines, warden));
  }

  /** Clients on the host of a node, {@code phial bench} with these arguments, that beat to it. */
  public ChildProcess startBench(String id, List<String> args, Consumer<String> lines)
      throws IOException {
    Host host = host(id);
    String child = "bench-" + id;
    List<String> all = new ArrayList<>(List.of("bench", "--nodes"));
    all.add(host.address() + ":" + BEAT_PORT);
    all.addAll(args);
    ChildProcess process =
        ChildProcess.start(
            child,
            host.command(JavaCommand.phial(BENCH_MEGABYTES, all)),
            Map.of(),
            logs.resolve(child + ".log"),
            lines,
            warden);
    benches.add(process);
    return process;
  }

  private List<String> arguments(String id, Host host) {
    List<String> args = new ArrayList<>();
    args.addAll(List.of("--id", id, "--bind", host.address(), "--cluster", name));
    args.addAll(List.of("--gossip-port", Integer.toString(GOSSIP_PORT)));
    args.addAll(List.of("--seeds", addresses(GOSSIP_PORT)));
    args.addAll(List.of("--http-port", Integer.toString(HTTP_PORT)));
    args.addAll(List.of("--view", hazelcast ? "hazelcast" : "embedded", "--print-events"));
    args.addAll(List.of("--set", "node.event-loops=1"));
    if (hazelcast) {
      args.addAll(List.of("--hazelcast-port", Integer.toString(HAZELCAST_PORT)));
      args.addAll(List.of("--hazelcast-members", addresses(HAZELCAST_PORT)));
    }
    return args;
  }

  private String addresses(int port) {
    return lab.hosts().stream()
        .map(host -> host.address() + ":" + port)
        .collect(Collectors.joining(","));
  }

  public NetLab lab() {
    return lab;
  }

  public VerdictLog verdicts() {
    return verdicts;
  }

  public Host host(String id) {
    return hosts.get(id);
  }

  ChildProcess process(String id) {
    return processes.get(id);
  }

  /** The nodes, the first one first. */
  List<String> ids() {
    return List.copyOf(processes.keySet());
  }

  /** All but one. */
  List<String> others(String id) {
    return ids().stream().filter(other -> !other.equals(id)).toList();
  }

  /** Waits until each of these sees every one of them ALIVE and may judge. */
  public void awaitAll(List<String> up, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    for (String id : up) {
      while (!isSettled(id, up)) {
        if (System.nanoTime() - deadline > 0) {
          throw new DemoException(id + " does not see all others ALIVE; its log: " + tail(id));
        }
        Thread.sleep(200);
      }
    }
  }

  private boolean isSettled(String id, List<String> up) throws InterruptedException {
    try {
      List<String> alive = new ArrayList<>();
      for (JsonNode row : nodes(id)) {
        if (row.path("state").asText().equals("ALIVE")) {
          alive.add(row.path("id").asText());
        }
      }
      return alive.containsAll(up) && metric(id, "phial_gossip_impaired") == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** What a node answers to a question. */
  public JsonNode ask(String id, String path) throws IOException, InterruptedException {
    return JSON.readTree(lab.get(host(id), HTTP_PORT, path));
  }

  /** The cluster's log of events as a node serves it, up to now; without comments. */
  public List<JsonNode> log(String id) throws IOException, InterruptedException {
    List<JsonNode> events = new ArrayList<>();
    for (String line : lab.stream(host(id), HTTP_PORT, "/v1/events?after=0").split("\n", -1)) {
      if (line.startsWith("data: {\"at\"")) {
        events.add(JSON.readTree(line.substring("data: ".length())));
      }
    }
    return events;
  }

  private JsonNode nodes(String id) throws IOException, InterruptedException {
    return JSON.readTree(lab.get(host(id), HTTP_PORT, "/v1/nodes")).path("nodes");
  }

  /** The incarnation of a node as another one knows it; -1 when it knows none. */
  long incarnation(String observer, String subject) throws IOException, InterruptedException {
    for (JsonNode row : nodes(observer)) {
      if (row.path("id").asText().equals(subject)) {
        return row.path("incarnation").asLong(-1);
      }
    }
    return -1;
  }

  /** A number of a node's metrics, by its name with labels as printed. */
  double metric(String id, String metric) throws IOException, InterruptedException {
    String text = lab.get(host(id), HTTP_PORT, "/metrics");
    Matcher line =
        Pattern.compile("^" + Pattern.quote(metric) + " (\\S+)$", Pattern.MULTILINE).matcher(text);
    if (!line.find()) {
      throw new IOException(id + " has no metric " + metric);
    }
    return Double.parseDouble(line.group(1));
  }

  private String tail(String id) {
    try {
      List<String> lines = Files.readAllLines(logs.resolve(id + ".log"));
      return String.join(" | ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
    } catch (IOException e) {
      return "none";
    }
  }

  @Override
  public void close() throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      List<ChildProcess> all = new ArrayList<>(benches);
      all.addAll(processes.values());
      for (ChildProcess process : all) {
        if (process.isRunning()) {
          process.kill();
        }
      }
      for (ChildProcess process : all) {
        process.end(END_LIMIT);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      warden.close();
      lab.close();
      forgetLogs();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void forgetLogs() throws IOException {
    try (Stream<Path> files = Files.walk(logs)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** The first word of this kind about a node by each of these; empty unless all said it. */
  Optional<Long> lastToSay(
      List<String> observers, String subject, String word, long sinceMillis, Duration limit)
      throws InterruptedException {
    Map<String, VerdictEvent> said =
        verdicts.awaitOnEach(
            observers,
            event ->
                event.isAbout(VerdictEvent.NODE, subject)
                    && event.to().equals(word)
                    && event.atMillis() >= sinceMillis,
            limit);
    return said.size() < observers.size()
        ? Optional.empty()
        : said.values().stream().map(VerdictEvent::atMillis).max(Comparator.naturalOrder());
  }
}
