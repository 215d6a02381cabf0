package io.phial.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stage without processes: each fault is followed at once by the lines that a test recorded for
 * it, and the answers to questions are what the test says. Its clock moves only by faults.
 */
final class PuppetStage implements Stage {
  static final String FLEET_UDP = "fleet-udp-0000";
  static final String FLEET_TCP = "fleet-tcp-0000";

  private final VerdictLog verdicts = new VerdictLog();
  private final HealthBook health = new HealthBook();
  private final Map<String, Consumer<PuppetStage>> recordings = new HashMap<>();
  private final Map<String, Map<String, String>> nodeStates = new TreeMap<>();
  private final Map<String, Long> incarnations = new TreeMap<>();
  private final Map<String, ClientRow> rows = new TreeMap<>();
  private final TreeSet<String> up = new TreeSet<>();
  private final List<String> faults = new ArrayList<>();
  private long nowMillis = 1_000;
  private long beats = 100;
  private @Nullable Integer exitCode = 143;

  PuppetStage() {
    for (String id : nodeIds()) {
      incarnations.put(id, 1L);
      nodeStates.put(id, new TreeMap<>());
      nodeIds().forEach(other -> nodeStates.get(id).put(other, "ALIVE"));
    }
  }

  /** What happens right after a fault of this name, such as {@code kill n3}. */
  void after(String fault, Consumer<PuppetStage> recording) {
    recordings.put(fault, recording);
  }

  /** An observer prints a line, so many milliseconds after the last fault. */
  void line(String observer, long afterMillis, String kind, String id, String from, String to) {
    String line =
        "{\"at\":%d,\"kind\":\"%s\",\"id\":\"%s\",\"from\":\"%s\",\"to\":\"%s\","
                .formatted(nowMillis + afterMillis, kind, id, from, to)
            + "\"reason\":\"recorded\",\"phi\":4.5}";
    verdicts.add(new Sighting(observer, VerdictEvent.parse(line).orElseThrow()));
    if (kind.equals(VerdictEvent.NODE)) {
      nodeStates.get(observer).put(id, to);
    } else {
      client(id, to, rows.containsKey(id) ? rows.get(id).home() : "n1");
    }
  }

  /** What every node lists about a client from now on. */
  void client(String id, String verdict, String home) {
    rows.put(id, new ClientRow(id, verdict, home, beats, "recorded"));
  }

  void forgetClient(String id) {
    rows.remove(id);
  }

  void incarnation(String node, long incarnation) {
    incarnations.put(node, incarnation);
  }

  void exitCode(@Nullable Integer code) {
    exitCode = code;
  }

  /** The faults in their order. */
  List<String> faults() {
    return faults;
  }

  private long fault(String name) {
    nowMillis += 10_000;
    beats += 10;
    rows.replaceAll((id, r) -> new ClientRow(id, r.verdict(), r.home(), beats, r.reason()));
    faults.add(name);
    recordings.getOrDefault(name, stage -> {}).accept(this);
    return nowMillis;
  }

  @Override
  public List<String> nodeIds() {
    return List.of("n1", "n2", "n3");
  }

  @Override
  public List<String> nodesUp() {
    return List.copyOf(up);
  }

  @Override
  public void startNodes() {
    up.addAll(nodeIds());
  }

  @Override
  public void startClients(String seedNode) {
    client(FLEET_UDP, "ALIVE", "n1");
    client(FLEET_TCP, "ALIVE", "n2");
    for (Actor.Role role : Actor.Role.values()) {
      client(id(role), "ALIVE", seedNode);
    }
  }

  static String id(Actor.Role role) {
    return "actor-" + role;
  }

  @Override
  public VerdictLog verdicts() {
    return verdicts;
  }

  @Override
  public HealthBook health() {
    return health;
  }

  @Override
  public List<String> fleet() {
    return List.of(FLEET_UDP, FLEET_TCP);
  }

  /** Tells the stage what it suffers. */
  private final class Puppet implements Actor {
    private final Role role;

    Puppet(Role role) {
      this.role = role;
    }

    @Override
    public String id() {
      return PuppetStage.id(role);
    }

    @Override
    public long kill() {
      health.ill(VerdictEvent.CLIENT, id(), nowMillis);
      return fault("kill " + id());
    }

    @Override
    public long hang() {
      health.ill(VerdictEvent.CLIENT, id(), nowMillis);
      return fault("hang " + id());
    }

    @Override
    public long pause() {
      return fault("pause " + id());
    }

    @Override
    public long resume() {
      return fault("resume " + id());
    }
  }

  @Override
  public Actor actor(Actor.Role role) {
    return new Puppet(role);
  }

  @Override
  public Optional<NodesView> nodes(String observer) {
    List<NodesView.Row> all = new ArrayList<>();
    nodeStates
        .get(observer)
        .forEach((id, state) -> all.add(new NodesView.Row(id, state, incarnations.get(id), 1, "")));
    return Optional.of(new NodesView(observer, 7, true, all));
  }

  @Override
  public Optional<Map<String, ClientRow>> clients(String observer) {
    return Optional.of(new LinkedHashMap<>(rows));
  }

  @Override
  public Optional<ClientRow> client(String observer, String id) {
    return Optional.ofNullable(rows.get(id));
  }

  @Override
  public long killNode(String id) {
    up.remove(id);
    health.ill(VerdictEvent.NODE, id, nowMillis);
    return fault("kill " + id);
  }

  @Override
  public long pauseNode(String id) {
    up.remove(id);
    health.ill(VerdictEvent.NODE, id, nowMillis);
    return fault("pause " + id);
  }

  @Override
  public long resumeNode(String id) {
    up.add(id);
    long at = fault("resume " + id);
    health.well(VerdictEvent.NODE, id, at);
    return at;
  }

  @Override
  public long leaveNode(String id) {
    up.remove(id);
    health.ill(VerdictEvent.NODE, id, nowMillis);
    return fault("leave " + id);
  }

  @Override
  public Optional<Integer> awaitExit(String id, Duration limit) {
    return Optional.ofNullable(exitCode);
  }

  @Override
  public void restartNode(String id) {
    up.add(id);
    fault("restart " + id);
    health.well(VerdictEvent.NODE, id, nowMillis);
  }

  @Override
  public long oddLines() {
    return 0;
  }

  @Override
  public Map<String, Long> datagrams() {
    return Map.of("relayed", 10L);
  }

  @Override
  public long nowMillis() {
    return nowMillis;
  }
}
